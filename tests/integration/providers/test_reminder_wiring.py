"""The wired application: real people are reminded at WeChat, the demo in the sandbox alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.company.actor import Actor
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.money import Money
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.ports.bills import BillFilter, BillRow
from billing_domain.ports.reminders.messaging import InboxMessage, ReminderMessage
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_entrypoints.application import Application
from billing_entrypoints.bootstrap import migrate_database, open_application
from billing_entrypoints.cli.demo.filling import DemoClock, DemoFilling
from billing_entrypoints.settings import Deployment, load_settings
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.world import TEMPLATE

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MENU = (MenuButton("缴费", "https://fee.example.com/owner/1"),)
NOT_REMINDED = BillFilter(
    text="2号楼/2单元", states=frozenset({BillState.PENDING}), reminded=False
)


@attrs.frozen
class Deployed:
    """The demo on a database file, before a WeChat that we play."""

    application: Application
    wechat: WechatOfficialSimulator
    actor: Actor

    def use_real_account(self) -> None:
        """Let the company have an official account that WeChat knows."""
        tokens, payments = self.wechat.tokens, self.application.configure_payments
        old = payments.official_account(self.actor)
        payments.save_official_account(
            self.actor,
            app_id=tokens.app_id,
            secret=tokens.secret,
            version=old.version if old else 0,
        )
        configure = self.application.configure_reminders
        version = configure.settings(self.actor).version
        configure.change_template(self.actor, version=version, template=TEMPLATE)

    def remind(self, openid: str) -> BillRow:
        """Remind somebody with an openid who owes a bill, and send what waits."""
        row = self.application.view_bills.page(self.actor, bill_filter=NOT_REMINDED).rows[0]
        with self.application.remind_residents.begin() as work:
            for resident in work.residents.of_house(row.house_id):
                version = resident.version + 1
                work.residents.save(attrs.evolve(resident, openid=openid, version=version))
            work.commit()
        self.application.remind_residents.by_numbers(self.actor, [row.number])
        self.application.run_outbox.run_once(holder="worker")
        return row

    def inbox(self, openid: str) -> list[InboxMessage]:
        """Return what a demo resident reads."""
        inbox = self.application.inbox
        assert inbox is not None
        return list(inbox.messages(openid))


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployed]:
    clock = DemoClock(NOON)
    with WechatOfficialSimulator(FrozenClock(NOON)) as wechat:
        settings = load_settings(
            {"BILLING_DATA_DIR": str(tmp_path), "BILLING_WECHAT_API_URL": wechat.url}
        )
        migrate_database(settings)
        with open_application(settings, clock=clock) as application:
            DemoFilling(application, clock, NOON).fill()
            company = application.configure_companies.companies()[0]
            yield Deployed(application, wechat, Actor.system(company.id))


@pytest.mark.slow
class TestDevelopment:
    def test_reminds_in_the_sandbox_or_at_wechat(self, deployed: Deployed) -> None:
        """One filling serves for all, as it takes seconds."""
        self.the_demo_asked_wechat_nothing(deployed)
        self.the_demo_reminds_at_once(deployed)
        deployed.use_real_account()
        self.real_people_are_written_to_at_wechat(deployed)
        self.demo_residents_stay_in_the_sandbox(deployed)
        self.the_menu_of_a_real_account_is_wechats(deployed)

    def the_demo_asked_wechat_nothing(self, deployed: Deployed) -> None:
        view = deployed.application.view_reminders
        rows = view.page(deployed.actor, ReminderFilter(), rows=100).rows

        outcomes = {row.outcome for row in rows}
        assert {ReminderOutcome.DELIVERED, ReminderOutcome.UNREACHABLE} <= outcomes
        assert deployed.application.configure_reminders.show_menu(deployed.actor)
        assert not deployed.wechat.requests

    def the_demo_reminds_at_once(self, deployed: Deployed) -> None:
        row = deployed.remind(f"{DEMO}somebody")

        (message,) = deployed.inbox(f"{DEMO}somebody")
        assert message.message.house == row.address
        assert message.sent_at == NOON
        assert not deployed.wechat.requests

    def real_people_are_written_to_at_wechat(self, deployed: Deployed) -> None:
        openid = deployed.wechat.follow()

        deployed.remind(openid)

        (sent,) = deployed.wechat.messages
        assert sent.openid == openid
        assert sent.url.startswith("http://127.0.0.1:8000/owner/reminders/")
        assert not deployed.inbox(openid)

    def demo_residents_stay_in_the_sandbox(self, deployed: Deployed) -> None:
        deployed.remind(f"{DEMO}another")

        assert len(deployed.inbox(f"{DEMO}another")) == 1
        assert len(deployed.wechat.messages) == 1

    def the_menu_of_a_real_account_is_wechats(self, deployed: Deployed) -> None:
        configure = deployed.application.configure_reminders
        assert configure.show_menu(deployed.actor) == ()

        configure.put_menu(deployed.actor, MENU)

        assert configure.show_menu(deployed.actor) == MENU
        assert deployed.wechat.menu is not None


class TestProduction:
    def test_has_no_sandbox_and_takes_no_text_message_for_sent(self, tmp_path: Path) -> None:
        developing = load_settings({"BILLING_DATA_DIR": str(tmp_path)})
        settings = attrs.evolve(developing, deployment=Deployment.PRODUCTION)
        migrate_database(settings)
        message = ReminderMessage("小区", "101", 1, Money(100), "https://fee.example.com/", "m1")

        with open_application(settings) as application:
            deliver = application.run_outbox.handlers[JobKind.REMINDER]
            assert isinstance(deliver, DeliverReminders)
            with pytest.raises(MessagingMisconfiguredError) as caught:
                deliver.sms.send("13800000001", message)

        assert caught.value.reason == "no_sms"
        assert application.inbox is None
        assert not list(tmp_path.glob("*sms*"))
