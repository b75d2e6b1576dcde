"""Reminders in the words of the screens: decisions, what became of them, and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final

import attrs

from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.money import Money
from billing_domain.model.reminders.batch import ReminderBatch
from billing_domain.model.reminders.queued_reminder import DeliveryState
from billing_domain.model.reminders.reminder import Cooling, ReminderDecision, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import (
    RecipientRow,
    ReminderOutcome,
    ReminderRow,
    RunProgress,
)
from billing_entrypoints.reminder_labels_zh import (
    CHANNELS,
    DELIVERIES,
    OUTCOMES,
    long_day,
    pushed_label,
    undelivered_label,
)

LIST: Final = "/staff/reminders"
RUNS: Final = "/staff/reminder-runs"
HOW_TO_BIND: Final = (
    "请让住户用微信扫描小区的收款码，登记业主信息并通过审核；绑定微信后就能收到通知"
)
_SYSTEM: Final = "system"

_OUTCOME_TAGS: Final[Mapping[ReminderOutcome, str]] = {
    ReminderOutcome.WAITING: "brand",
    ReminderOutcome.DELIVERED: "paid",
    ReminderOutcome.UNKNOWN: "pending",
    ReminderOutcome.FAILED: "danger",
    ReminderOutcome.UNREACHABLE: "danger",
}
_DELIVERY_TAGS: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.WAITING: "brand",
    DeliveryState.DELIVERED: "paid",
    DeliveryState.UNREACHABLE: "danger",
    DeliveryState.FAILED: "danger",
    DeliveryState.UNKNOWN: "pending",
}
_WHY: Final[Mapping[ReminderOutcome, str]] = {
    ReminderOutcome.UNREACHABLE: "没有绑定微信的住户，收不到通知",
    ReminderOutcome.NOTHING_UNPAID: "没有待支付的缴费单，不需要催缴",
    ReminderOutcome.DROPPED: "发送前缴费单已支付、删除或作废，没有再发送",
}


@attrs.frozen
class RecipientLine:
    """One resident to whom a reminder went or goes, the phone masked (P45).

    `dropped` is a message that waited when nothing was left to say, and never goes (rule 4.5).
    """

    row: RecipientRow
    dropped: bool = False

    @property
    def phone(self) -> str:
        """The masked phone, `--` for none."""
        return mask_phone(self.row.phone) or "--"

    @property
    def state(self) -> str:
        """What became of the message, in a word."""
        return OUTCOMES[ReminderOutcome.DROPPED] if self.dropped else DELIVERIES[self.row.state]

    @property
    def tag(self) -> str:
        """The colour that repeats the word."""
        return "" if self.dropped else _DELIVERY_TAGS[self.row.state]

    @property
    def why(self) -> str:
        """Why it did not arrive, and what to do; empty when it did."""
        return "" if self.dropped else undelivered_label(self.row.failure_reason)


@attrs.frozen
class ReminderLine:
    """One house of one request, as the tables show it."""

    row: ReminderRow

    @property
    def state(self) -> str:
        """What the request came to, in a word."""
        return OUTCOMES[self.row.outcome]

    @property
    def tag(self) -> str:
        """The colour that repeats the word."""
        return _OUTCOME_TAGS.get(self.row.outcome, "")

    @property
    def who(self) -> str:
        """Who asked for it."""
        return who_words(self.row.requested_by)

    @property
    def channel(self) -> str:
        """Over what it goes."""
        return CHANNELS[self.row.channel]

    @property
    def why(self) -> str:
        """Why there was no message, empty when there is or may be one."""
        row = self.row
        if row.outcome is ReminderOutcome.COOLING and row.last_on and row.next_on:
            return cooling_words(row.channel, row.last_on, row.next_on, sure=row.sure)
        if row.outcome is ReminderOutcome.UNDER_WAY and row.last_on:
            return under_way_words(row.channel, row.last_on)
        return _WHY.get(row.outcome, "")

    @property
    def delivered_at(self) -> datetime | None:
        """When the first message arrived."""
        moments = [
            each.at
            for each in self.row.recipients
            if each.state is DeliveryState.DELIVERED and each.at is not None
        ]
        return min(moments, default=None)

    @property
    def recipients(self) -> Sequence[RecipientLine]:
        """To whom it went or goes."""
        ended = self.row.ended_at is not None
        return [
            RecipientLine(each, dropped=ended and each.state is DeliveryState.WAITING)
            for each in self.row.recipients
        ]

    @property
    def address(self) -> str:
        """Where its request is shown."""
        return run_path(self.row.run_id)


@attrs.frozen
class DryRun:
    """What reminding many houses would do, or did: how many of each kind."""

    batch: ReminderBatch

    @property
    def count(self) -> int:
        """How many bills the messages name."""
        return sum(each.count for each in self.batch.to_send)

    @property
    def total(self) -> Money:
        """What they come to."""
        return Money.total(each.total for each in self.batch.to_send)

    @property
    def people(self) -> int:
        """How many residents are written to."""
        return sum(len(each.recipients) for each in self.batch.to_send)

    @property
    def earliest(self) -> date | None:
        """The first day on which one of the cooling houses may be reminded again."""
        return min((each.next_on for each in self.batch.cooling), default=None)

    @property
    def only(self) -> ReminderDecision | None:
        """The decision about the only house, None for several or none."""
        return self.batch.decisions[0] if len(self.batch.decisions) == 1 else None


@attrs.frozen
class OutcomeCount:
    """How many houses of a request came to an outcome."""

    outcome: ReminderOutcome
    count: int

    @property
    def label(self) -> str:
        """The outcome in a word."""
        return OUTCOMES[self.outcome]

    @property
    def kind(self) -> str:
        """The colour of its figure: `error`, `warning` or none."""
        return {"danger": "error", "pending": "warning"}.get(
            _OUTCOME_TAGS.get(self.outcome, ""), ""
        )


def binding_advice(lines: Iterable[ReminderLine]) -> str:
    """Return how nobody becomes somebody, empty when everybody is reached."""
    nobody = any(line.row.outcome is ReminderOutcome.UNREACHABLE for line in lines)
    return HOW_TO_BIND if nobody else ""


def outcome_counts(progress: RunProgress) -> Sequence[OutcomeCount]:
    """Return the outcomes that houses of a request came to, in the order of the enumeration."""
    return [
        OutcomeCount(outcome, progress.houses[outcome])
        for outcome in ReminderOutcome
        if progress.houses.get(outcome)
    ]


def decision_words(decision: ReminderDecision, channel: ReminderChannel) -> str:
    """Return why a house is not reminded, empty when it is."""
    if isinstance(decision, Cooling):
        return cooling_words(channel, decision.last_on, decision.next_on, sure=decision.sure)
    if isinstance(decision, UnderWay):
        return under_way_words(channel, decision.since)
    if decision.kind == ReminderOutcome.UNREACHABLE.value:
        return "此房屋没有绑定微信的住户，收不到缴费通知"
    if decision.kind == ReminderOutcome.NOTHING_UNPAID.value:
        return "此房屋没有待支付的缴费单，不需要催缴"
    return ""


def cooling_words(channel: ReminderChannel, last_on: date, next_on: date, *, sure: bool) -> str:
    """Return the guide's sentence for a house that was reminded too lately (rule 4.2)."""
    return (
        f"此房屋在{long_day(last_on)}{pushed_label(sure=sure)}{CHANNELS[channel]}缴费通知，"
        f"请于{long_day(next_on)}后再催缴"
    )


def under_way_words(channel: ReminderChannel, since: date) -> str:
    """Return what stands against a second reminder while the first is being sent."""
    return f"此房屋{long_day(since)}的{CHANNELS[channel]}缴费通知还在发送，不会重复发送"


def who_words(name: str) -> str:
    """Return the name of who asked for a reminder; commands have none of their own."""
    return "系统" if name == _SYSTEM else name


def run_path(run_id: str) -> str:
    """Return where a request's page is."""
    return f"{RUNS}/{run_id}"
