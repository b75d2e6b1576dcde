"""P45: whom a reminder reaches is in no log, no page, no link and no audit entry."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_adapters.fakes.system import FrozenClock, PlainSecretCipher
from billing_adapters.http_client import HttpClient
from billing_adapters.wechat.access_tokens import AccessTokens
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.errors import BillingError
from billing_domain.model.company.staff import Role
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
)
from billing_domain.ports.reminders.queries import ReminderFilter
from billing_entrypoints.worker import Worker
from tests.integration.cli.conftest import Processes
from tests.integration.promises.reminded import OPENID, PHONE, outbox_with, reminding
from tests.integration.providers.official import COMPANY, message, token_store
from tests.phones import Answer
from tests.simulators.faults import Fault
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.website import Website
from tests.world import NOON, TEMPLATE

MASKED = "138****4613"
SECRETS = (OPENID, PHONE)
ENDS = [
    Answer.FINE,
    Answer.DOWN,
    Answer.SILENT_AFTER,
    Answer.UNREACHABLE,
    Answer.MISCONFIGURED,
]


class BrokenSender(MessageSender):
    """Has a bug that holds the address in its hands."""

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Fail."""
        del account, message
        raise ZeroDivisionError(len(openid) // 0)


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that any logger says while a test runs."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


def told_in(logged: pytest.LogCaptureFixture) -> list[str]:
    """Return which secrets are in what was logged, tracebacks included."""
    return [each for each in SECRETS if each in logged.text]


class TestP45Reminders:
    @pytest.mark.parametrize("end", ENDS)
    def test_p45_are_masked_on_the_pages_of_staff(self, site: Website, end: Answer) -> None:
        phones, number = reminding(site)
        site.staff().post(f"/staff/bills/{number}/reminder")
        phones.standing = end
        site.application.run_outbox.run_once(holder="worker")
        run = site.application.view_reminders.reminders.page(
            site.admin.scope, ReminderFilter(), key=None, rows=1
        ).rows[0]

        for role in (Role.ADMINISTRATOR, Role.READ_ONLY):
            visitor, masked = site.staff(role), 0
            for path in (
                "/staff/reminders",
                f"/staff/reminder-runs/{run.run_id}",
                f"/staff/reminder-runs/{run.run_id}/result",
                f"/staff/bills/{number}",
                "/staff/audit-log",
            ):
                text = visitor.get(path).text
                masked += MASKED in text
                assert OPENID not in text, path
                assert PHONE not in text, path
            assert masked, "the control: the resident is on these pages"

    def test_p45_are_in_no_link_and_no_message_name(self, site: Website) -> None:
        phones, _ = reminding(site)
        site.application.remind_residents.by_filter(site.admin, BillFilter())
        site.application.run_outbox.run_once(holder="worker")

        (call,) = phones.calls
        assert call.address == OPENID
        for text in (call.message.link, call.message.client_msg_id):
            assert not [each for each in (*SECRETS, "王建国") if each in text]

    @pytest.mark.parametrize("end", ENDS)
    def test_p45_are_in_no_log_of_a_worker(
        self, site: Website, logged: pytest.LogCaptureFixture, end: Answer
    ) -> None:
        phones, _ = reminding(site)
        site.application.remind_residents.by_filter(site.admin, BillFilter())
        phones.standing = end
        Worker(site.application).drain()

        assert len(phones.calls) == 1
        assert told_in(logged) == []

    def test_p45_are_in_no_traceback(
        self, site: Website, logged: pytest.LogCaptureFixture
    ) -> None:
        reminding(site)
        site.application = outbox_with(site.application, BrokenSender())
        site.application.remind_residents.by_filter(site.admin, BillFilter())
        Worker(site.application).drain()

        assert "ZeroDivisionError" in logged.text, "the control: the crash was logged"
        assert told_in(logged) == []

    def test_p45_are_in_no_audit_entry(self, site: Website) -> None:
        reminding(site)
        before = len(site.contents()["billing_audit_entries"])
        site.application.remind_residents.by_filter(site.admin, BillFilter())
        site.application.run_outbox.run_once(holder="worker")

        entries = site.contents()["billing_audit_entries"]
        assert len(entries) > before
        assert not [each for each in SECRETS if each in repr(entries)]

    def test_p45_are_in_no_output_of_a_command(
        self, site: Website, sql_url: str, tmp_path: Path
    ) -> None:
        reminding(site)
        billing = Processes(sql_url, tmp_path)
        for words in (["--dry-run"], ["--json"], []):
            answer = billing("remind", "--community", "幸福家园", *words)
            assert answer.status == 0, answer.err
            assert "1号楼/1单元/101" in answer.out
            assert not [each for each in SECRETS if each in answer.out + answer.err]


class TestP45Calls:
    @pytest.mark.parametrize("fault", [None, Fault.CUT_AFTER, Fault.BAD_GATEWAY, "43004", "40037"])
    def test_p45_to_wechat_leave_nothing_in_logs_or_errors(
        self, logged: pytest.LogCaptureFixture, fault: Fault | str | None
    ) -> None:
        clock = FrozenClock(NOON)
        with WechatOfficialSimulator(clock) as wechat:
            wechat.followers.add(OPENID)
            sealed = PlainSecretCipher().seal(wechat.tokens.secret)
            official = OfficialAccount(COMPANY, wechat.tokens.app_id, sealed)
            http = HttpClient(wechat.url)
            tokens = AccessTokens(token_store(clock), PlainSecretCipher(), http, clock)
            sender = WechatTemplateSender(OfficialClient(tokens, http), clock)
            wechat.faults.plan([None, fault])
            said = ""
            try:
                sender.send(MessagingAccount(official, TEMPLATE), OPENID, message())
            except BillingError as error:
                said = f"{error} {error!r}"
            targets = [request.target for request in wechat.requests]

        assert bool(said) == (fault is not None)
        token = targets[-1].rpartition("access_token=")[2]
        secrets = (OPENID, token, wechat.tokens.secret)
        assert not [each for each in secrets if each in logged.text + said]
        assert not [target for target in targets if OPENID in target]
