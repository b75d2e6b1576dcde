"""Reminders in words: the guide's sentence, and counts that add up (rules 4.2, 4.3)."""

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import ResidentId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import DeliveryState, ReminderId, RunId
from billing_domain.model.reminders.reminder import (
    Cooling,
    NamedBill,
    NobodyToReach,
    NothingUnpaid,
    Recipient,
    ReminderDecision,
    SendReminder,
    UnderWay,
)
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import RecipientRow, ReminderOutcome, ReminderRow
from billing_entrypoints.words.labels import who_label
from billing_entrypoints.words.screens import cooling_words, decision_words, no_message

WECHAT, SMS = ReminderChannel.WECHAT, ReminderChannel.SMS
HOUSE = HouseId("h1")
NOON = datetime(2018, 1, 9, 4, 0, tzinfo=UTC)
LAST, NEXT = date(2018, 1, 9), date(2018, 1, 12)


def a_row(outcome: ReminderOutcome, **fields: Any) -> ReminderRow:
    row = ReminderRow(
        id=ReminderId("r"),
        run_id=RunId("run"),
        community_id=CommunityId("c"),
        community_name="幸福家园",
        house_id=HOUSE,
        address="1号楼/101",
        channel=WECHAT,
        requested_at=NOON,
        requested_by="李敏",
        outcome=outcome,
        count=0,
        total=Money.zero(),
    )
    return attrs.evolve(row, **fields)


def sending(house: str, people: int, *fen: int) -> SendReminder:
    return SendReminder(
        HouseId(house),
        WECHAT,
        tuple(
            Recipient(ResidentId(f"{house}-{each}"), f"{house}{each}") for each in range(people)
        ),
        tuple(NamedBill(BillNumber(f"{house}{each}"), Money(each)) for each in fen),
    )


class TestCoolingWords:
    @pytest.mark.parametrize(
        ("channel", "next_on", "words"),
        [
            (
                WECHAT,
                NEXT,
                "此房屋在2018年01月09日已推送过微信缴费通知，请于2018年01月12日后再催缴",
            ),
            (
                SMS,
                date(2018, 2, 8),
                "此房屋在2018年01月09日已推送过短信缴费通知，请于2018年02月08日后再催缴",
            ),
        ],
    )
    def test_are_those_of_the_guide(
        self, channel: ReminderChannel, next_on: date, words: str
    ) -> None:
        assert cooling_words(channel, LAST, next_on, sure=True) == words

    def test_are_shorter_in_a_table_of_the_command_line(self) -> None:
        words = "2018年01月09日已推送过，请于2018年01月12日后再催缴"

        assert cooling_words(None, LAST, NEXT, sure=True) == words

    def test_say_when_nobody_knows_whether_it_arrived(self) -> None:
        """P27."""
        assert "可能已推送过" in cooling_words(WECHAT, LAST, NEXT, sure=False)


class TestDecisionWords:
    @pytest.mark.parametrize(
        ("decision", "words"),
        [
            (Cooling(HOUSE, LAST, NEXT), "已推送过微信缴费通知"),
            (Cooling(HOUSE, LAST, NEXT, sure=False), "可能已推送过微信缴费通知"),
            (UnderWay(HOUSE, LAST), "2018年01月09日的微信缴费通知还在发送"),
            (NobodyToReach(HOUSE), "没有绑定微信的住户"),
            (NothingUnpaid(HOUSE), "没有待支付的缴费单"),
        ],
    )
    def test_say_why_a_house_is_not_reminded(self, decision: ReminderDecision, words: str) -> None:
        assert words in decision_words(decision, WECHAT)

    def test_are_empty_for_one_that_is(self) -> None:
        assert decision_words(sending("h1", 1, 100), WECHAT) == ""


class TestNoMessage:
    @pytest.mark.parametrize(
        "outcome",
        [
            ReminderOutcome.COOLING,
            ReminderOutcome.UNDER_WAY,
            ReminderOutcome.UNREACHABLE,
            ReminderOutcome.NOTHING_UNPAID,
            ReminderOutcome.DROPPED,
        ],
    )
    def test_says_why_there_is_no_message(self, outcome: ReminderOutcome) -> None:
        assert no_message(a_row(outcome, last_on=LAST, next_on=NEXT))

    def test_is_empty_while_there_may_be_one(self) -> None:
        assert no_message(a_row(ReminderOutcome.WAITING)) == ""


class TestReminderRow:
    def test_was_delivered_when_the_first_message_arrived(self) -> None:
        rows = tuple(
            RecipientRow("王", "", state, at, "")
            for state, at in (
                (DeliveryState.FAILED, datetime(2018, 1, 8, tzinfo=UTC)),
                (DeliveryState.DELIVERED, datetime(2018, 1, 11, tzinfo=UTC)),
                (DeliveryState.DELIVERED, NOON),
            )
        )

        assert a_row(ReminderOutcome.DELIVERED, recipients=rows).delivered_at == NOON
        assert a_row(ReminderOutcome.WAITING).delivered_at is None

    @pytest.mark.parametrize(
        ("ended_at", "state"),
        [(NOON, ReminderOutcome.DROPPED), (None, DeliveryState.WAITING)],
    )
    def test_promises_no_message_that_was_dropped(
        self, ended_at: datetime | None, state: DeliveryState | ReminderOutcome
    ) -> None:
        waiting = RecipientRow("李芳", "", DeliveryState.WAITING, None, "provider_unavailable")
        row = a_row(ReminderOutcome.DELIVERED, recipients=(waiting,), ended_at=ended_at)

        assert row.state_of(waiting) == state


class TestWhoLabel:
    def test_calls_a_command_the_system(self) -> None:
        assert (who_label("system"), who_label("李敏")) == ("系统", "李敏")
