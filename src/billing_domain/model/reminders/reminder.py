"""Reminders (催缴): who gets one, about what, and when again (rule 4).

One reminder is one message about a house's unpaid bills over one channel, to all who live there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import ClassVar

import attrs

from billing_domain.model.bills.bill import Bill, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.reminders.settings import ReminderChannel, ReminderPolicy


class ReminderState(Enum):
    """What became of a reminder.

    Unknown is one that may have arrived, though nobody answered (P27); dropped one that had
    nothing left to say (rule 4.5).
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"

    @property
    def cools(self) -> bool:
        """Whether it keeps the next one back for days: it arrived, or may have (4.4, P27)."""
        return self in {ReminderState.DELIVERED, ReminderState.UNKNOWN}


@attrs.frozen
class PastReminder:
    """An earlier reminder of a house.

    `on` is the Shanghai day of delivery, of the attempt when nobody knows, else of queueing. One
    that was delivered to some and waits for others is there twice.
    """

    channel: ReminderChannel
    state: ReminderState
    on: date


@attrs.frozen
class Recipient:
    """A resident and where a channel reaches them: their openid, or their phone."""

    resident_id: ResidentId
    address: str = attrs.field(repr=False)


@attrs.frozen
class NamedBill:
    """An unpaid bill that a reminder names."""

    number: BillNumber
    amount: Money


@attrs.frozen
class SendReminder:
    """A message to send: about all unpaid bills of a house, to everyone who is reached there."""

    kind: ClassVar[str] = "queued"
    house_id: HouseId
    channel: ReminderChannel
    recipients: tuple[Recipient, ...]
    bills: tuple[NamedBill, ...]

    @property
    def count(self) -> int:
        """How many bills are unpaid."""
        return len(self.bills)

    @property
    def total(self) -> Money:
        """What they come to."""
        return Money.total(bill.amount for bill in self.bills)

    @property
    def opens(self) -> BillNumber | None:
        """The bill that the link opens; None for the list, when there are several (rule 4.1)."""
        return self.bills[0].number if self.count == 1 else None


@attrs.frozen
class Cooling:
    """The house was reminded on `last_on`; the next reminder may go on `next_on` (rule 4.2).

    Unless `sure`, nobody knows whether that one arrived (P27).
    """

    kind: ClassVar[str] = "cooling"
    house_id: HouseId
    last_on: date
    next_on: date
    sure: bool = True


@attrs.frozen
class UnderWay:
    """A reminder of the house has been waiting since a day: a second one could double it."""

    kind: ClassVar[str] = "under_way"
    house_id: HouseId
    since: date


@attrs.frozen
class NobodyToReach:
    """Nobody who lives in the house is reached over the channel."""

    kind: ClassVar[str] = "unreachable"
    house_id: HouseId


@attrs.frozen
class NothingUnpaid:
    """The house owes nothing."""

    kind: ClassVar[str] = "nothing_unpaid"
    house_id: HouseId


ReminderDecision = SendReminder | Cooling | UnderWay | NobodyToReach | NothingUnpaid


def next_allowed_on(delivered_on: date, days: int) -> date:
    """Return the first Shanghai day on which the next reminder may go (rule 4.2)."""
    return delivered_on + timedelta(days=days)


@attrs.frozen
class Prospect:
    """What is known of a house that may be reminded over one channel.

    `recipients` are those who live there and have an address, `bills` the unpaid ones,
    `history` the house's earlier reminders.
    """

    house_id: HouseId
    recipients: Sequence[Recipient]
    bills: Sequence[NamedBill]
    history: Sequence[PastReminder] = ()


def decide(
    prospect: Prospect, channel: ReminderChannel, *, policy: ReminderPolicy, today: date
) -> ReminderDecision:
    """Decide whether a house is reminded on a Shanghai day, and what is said to whom (rule 4).

    A failed reminder that is tried again is decided again. Raises ReminderChannelOffError.
    """
    days, house_id = policy.days(channel), prospect.house_id
    if not prospect.bills:
        return NothingUnpaid(house_id)
    past = [each for each in prospect.history if each.channel is channel]
    if barrier := _barrier(house_id, days, today, past):
        return barrier
    # One person may be there twice; an address is written to once (rule 4.1).
    addressed = {each.address: each for each in reversed(prospect.recipients)}
    if not addressed:
        return NobodyToReach(house_id)
    recipients = tuple(each for each in prospect.recipients if addressed[each.address] is each)
    return SendReminder(house_id, channel, recipients, tuple(prospect.bills))


def address_of(resident: Resident, channel: ReminderChannel) -> str | None:
    """Return where a channel reaches a resident: the openid or the phone; None for nowhere."""
    address = resident.openid if channel is ReminderChannel.WECHAT else resident.phone
    return address or None


def still_due(queued: Iterable[NamedBill], bills: Iterable[Bill]) -> tuple[NamedBill, ...]:
    """Return what a queued reminder names now, empty for nothing left (rule 4.5).

    `bills` are the named ones as they are now, amounts too; deleted ones are missing.
    """
    wanted = {bill.number for bill in queued}
    return named(bill for bill in bills if bill.number in wanted)


def named(bills: Iterable[Bill]) -> tuple[NamedBill, ...]:
    """Return the unpaid ones of bills as a reminder names them."""
    return tuple(
        NamedBill(bill.number, bill.amount) for bill in bills if isinstance(bill, PendingBill)
    )


def _barrier(
    house_id: HouseId, days: int, today: date, past: Collection[PastReminder]
) -> Cooling | UnderWay | None:
    """Return what stands against a reminder; a failed one does not (rule 4.4)."""
    cooling = [each for each in past if each.state.cools]
    if cooling:
        last = max(cooling, key=lambda each: (each.on, each.state is ReminderState.DELIVERED))
        if today < (next_on := next_allowed_on(last.on, days)):
            return Cooling(house_id, last.on, next_on, last.state is ReminderState.DELIVERED)
    waiting = [each.on for each in past if each.state is ReminderState.WAITING]
    return UnderWay(house_id, min(waiting)) if waiting else None
