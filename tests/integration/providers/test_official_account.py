"""Template messages reach followers once, or say why they do not: rules 4.1 and 4.4."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.wechat.template_sender import WechatTemplateSender
from billing_domain.errors import (
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import MessagePart, ReminderTemplate
from billing_domain.ports.reminders.messaging import Delivered, MessagingAccount, TokenStore
from tests.integration.providers.official import NewTokens, message
from tests.simulators.faults import Fault
from tests.simulators.wechat_official import WechatOfficialSimulator
from tests.world import TEMPLATE

BROKEN = (Fault.BAD_GATEWAY, Fault.ODD_PAGE, Fault.REDIRECT, Fault.CUT, Fault.GARBAGE)


Send = Callable[[str], Delivered]


@pytest.fixture
def send(sender: WechatTemplateSender, messaging: MessagingAccount) -> Send:
    """Send the usual message to an openid."""
    return lambda openid: sender.send(messaging, openid, message())


def misconfigured(send: Send, openid: str) -> str:
    with pytest.raises(MessagingMisconfiguredError) as refused:
        send(openid)
    return refused.value.reason


class TestAMessage:
    def test_reaches_a_follower_with_everything_that_it_says(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        openid = wechat.follow()

        delivered = send(openid)

        (arrived,) = wechat.messages
        assert delivered.message_id == str(arrived.id)
        assert (arrived.openid, arrived.url) == (openid, message().link)
        assert arrived.data == {
            "thing2": "幸福家园/1号楼/1层/101",
            "number5": "3",
            "amount3": "¥1300.00",
            "time4": "2026年11月20日 12:00",
            "const6": "物业费",
        }

    def test_arrives_once_however_often_it_is_tried(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        openid = wechat.follow()

        first = send(openid)
        second = send(openid)

        assert first == second
        assert len(wechat.messages) == 1

    def test_counts_as_delivered_when_wechat_says_that_it_was(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        wechat.tells_repeated = True
        openid = wechat.follow()

        first = send(openid)

        assert send(openid) == first

    @pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.SILENT_AFTER, Fault.MISSING_FIELDS])
    def test_whose_answer_was_lost_is_tried_again_without_a_second_one(
        self, send: Send, wechat: WechatOfficialSimulator, fault: Fault
    ) -> None:
        openid = wechat.follow()
        wechat.faults.plan([None, fault])

        with pytest.raises(ProviderUnavailableError):
            send(openid)
        send(openid)

        assert len(wechat.messages) == 1

    def test_of_another_reminder_is_another(
        self,
        send: Send,
        wechat: WechatOfficialSimulator,
        sender: WechatTemplateSender,
        messaging: MessagingAccount,
    ) -> None:
        openid = wechat.follow()

        send(openid)
        sender.send(messaging, openid, message(client_msg_id="b" * 32))

        assert len(wechat.messages) == 2

    @pytest.mark.parametrize("client_msg_id", ["", "a" * 33, "a b", "一"])
    def test_has_an_id_that_wechat_takes(
        self, sender: WechatTemplateSender, messaging: MessagingAccount, client_msg_id: str
    ) -> None:
        with pytest.raises(ValueError, match="client_msg_id"):
            sender.send(messaging, "o1", message(client_msg_id=client_msg_id))


class TestAPerson:
    def test_who_left_the_account_is_not_reached(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        openid = wechat.follow()
        wechat.unfollow(openid)

        with pytest.raises(RecipientUnreachableError) as refused:
            send(openid)

        assert refused.value.reason == "not_following"

    @pytest.mark.parametrize("openid", ["oOfAnotherAccount", "", "a b", "业主"])
    def test_whom_the_account_does_not_know_is_not_reached(self, send: Send, openid: str) -> None:
        with pytest.raises(RecipientUnreachableError) as refused:
            send(openid)

        assert refused.value.reason == "unknown_openid"

    def test_who_refused_messages_is_not_reached(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        wechat.faults.plan([None, "43101"])

        with pytest.raises(RecipientUnreachableError) as refused:
            send(wechat.follow())

        assert refused.value.reason == "refused"


class TestASetting:
    def test_of_a_template_that_is_gone_is_named(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        wechat.templates.clear()

        assert misconfigured(send, wechat.follow()) == "template"

    def test_of_fields_that_the_template_has_not_is_named(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        wechat.templates[TEMPLATE.template_id] = frozenset({"thing1"})

        assert misconfigured(send, wechat.follow()) == "field"

    def test_of_a_field_that_can_not_say_this_is_found_before_anything_is_sent(
        self,
        wechat: WechatOfficialSimulator,
        sender: WechatTemplateSender,
        account: OfficialAccount,
    ) -> None:
        wrong = ReminderTemplate(TEMPLATE.template_id, {"number1": MessagePart.HOUSE})

        with pytest.raises(MessagingMisconfiguredError) as refused:
            sender.send(MessagingAccount(account, wrong), wechat.follow(), message())

        assert refused.value.reason == "field"
        assert not wechat.requests

    @pytest.mark.parametrize(
        ("errcode", "reason"),
        [
            ("40164", "address"),
            ("48001", "permission"),
            ("50002", "limited"),
            ("99999", "other"),
        ],
    )
    def test_that_only_staff_can_mend_is_named(
        self, send: Send, wechat: WechatOfficialSimulator, errcode: str, reason: str
    ) -> None:
        wechat.faults.plan([None, errcode])

        assert misconfigured(send, wechat.follow()) == reason


class TestAnOutage:
    @pytest.mark.parametrize(
        "fault",
        ["-1", "45009", "45011", *BROKEN],
    )
    def test_means_trying_again_later(
        self, send: Send, wechat: WechatOfficialSimulator, clock: FrozenClock, fault: Fault | str
    ) -> None:
        openid = wechat.follow()
        for calls in ([fault], [None, fault]):
            clock.advance(timedelta(hours=3))
            wechat.faults.plan(calls)

            with pytest.raises(ProviderUnavailableError):
                send(openid)

        send(openid)
        assert len(wechat.messages) == 1

    def test_of_slowness_means_the_same_when_it_lasts(
        self, send: Send, wechat: WechatOfficialSimulator
    ) -> None:
        wechat.delay = 1.3

        with pytest.raises(ProviderUnavailableError) as refused:
            send(wechat.follow())

        assert refused.value.detail == "timeout"


class TestAnIndependentSdk:
    def test_sends_the_same_message_and_gets_the_same_refusal(
        self,
        send: Send,
        wechat: WechatOfficialSimulator,
        account: OfficialAccount,
        new_tokens: NewTokens,
    ) -> None:
        openid = wechat.follow()
        send(openid)
        ours = wechat.messages[0]
        theirs = WeChatClient(wechat.tokens.app_id, wechat.tokens.secret)
        theirs.API_BASE_URL = f"{wechat.url}/cgi-bin/"
        theirs.session.set(theirs.access_token_key, new_tokens().current(account))
        data = {key: {"value": value} for key, value in ours.data.items()}

        answer = theirs.message.send_template(openid, TEMPLATE.template_id, data, ours.url)
        with pytest.raises(WeChatClientException) as refused:
            theirs.message.send_template("oNobody", TEMPLATE.template_id, data, ours.url)
        theirs._http.close()  # noqa: SLF001 - it never closes its session itself

        sent = wechat.messages[1]
        assert answer["msgid"] == sent.id
        assert attrs.evolve(sent, id=ours.id) == ours
        assert refused.value.errcode == 40003


class TestSecrets:
    def test_are_never_told_to_anyone_else(
        self,
        send: Send,
        wechat: WechatOfficialSimulator,
        sender: WechatTemplateSender,
        messaging: MessagingAccount,
        account: OfficialAccount,
        *,
        store: TokenStore,
        new_tokens: NewTokens,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        openid = wechat.follow()
        send(openid)
        token = new_tokens().current(account)
        wechat.faults.plan(["48001"])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            sender.send(messaging, openid, message(client_msg_id="b"))

        stored = store.get(account.company_id, account.app_id)
        told = f"{refused.value!r} {refused.value} {messaging!r} {stored!r} {caplog.text}"
        assert token in wechat.requests[-1].target
        assert token not in told
        assert wechat.tokens.secret not in told
