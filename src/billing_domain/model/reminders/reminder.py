"""Reminders (催缴): who gets one, about which bills, and when again (rule 4).

One reminder names a house's unpaid bills over one channel, to all residents of the house.
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
    """The state of a reminder.

    UNKNOWN: the message may have arrived, but the provider gave no answer (P27). DROPPED: no named
    bill was due any more (rule 4.5).
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"

    @property
    def cools(self) -> bool:
        """Whether the reminder starts the cooling days: delivered or unknown (rule 4.4, P27)."""
        return self in {ReminderState.DELIVERED, ReminderState.UNKNOWN}


@attrs.frozen
class PastReminder:
    """An earlier reminder of a house.

    `on` is the Shanghai day of delivery; if UNKNOWN, the day of the attempt; otherwise the day of
    queueing. A reminder delivered to one resident and waiting for another appears twice.
    """

    channel: ReminderChannel
    state: ReminderState
    on: date


@attrs.frozen
class Recipient:
    """A resident with the address for a channel: openid or phone."""

    resident_id: ResidentId
    address: str = attrs.field(repr=False)


@attrs.frozen
class NamedBill:
    """An unpaid bill that a reminder names."""

    number: BillNumber
    amount: Money


@attrs.frozen
class SendReminder:
    """The decision to send: all unpaid bills of a house, to all residents who can be reached."""

    kind: ClassVar[str] = "queued"
    house_id: HouseId
    channel: ReminderChannel
    recipients: tuple[Recipient, ...]
    bills: tuple[NamedBill, ...]

    @property
    def count(self) -> int:
        """The number of unpaid bills."""
        return len(self.bills)

    @property
    def total(self) -> Money:
        """The sum of the unpaid bills."""
        return Money.total(bill.amount for bill in self.bills)


@attrs.frozen
class Cooling:
    """The house was reminded on `last_on`; the next reminder may go on `next_on` (rule 4.2).

    `sure` is False when the earlier reminder may not have arrived (P27).
    """

    kind: ClassVar[str] = "cooling"
    house_id: HouseId
    last_on: date
    next_on: date
    sure: bool = True


@attrs.frozen
class UnderWay:
    """An earlier reminder of the house still waits; a second one could reach residents twice."""

    kind: ClassVar[str] = "under_way"
    house_id: HouseId
    since: date


@attrs.frozen
class NobodyToReach:
    """No resident of the house can be reached over the channel."""

    kind: ClassVar[str] = "unreachable"
    house_id: HouseId


@attrs.frozen
class NothingUnpaid:
    """The house has no unpaid bills."""

    kind: ClassVar[str] = "nothing_unpaid"
    house_id: HouseId


ReminderDecision = SendReminder | Cooling | UnderWay | NobodyToReach | NothingUnpaid


def next_allowed_on(delivered_on: date, days: int) -> date:
    """Return the first Shanghai day on which the next reminder may go (rule 4.2)."""
    return delivered_on + timedelta(days=days)


@attrs.frozen
class Prospect:
    """The facts for deciding about a house and channel.

    `recipients` live in the house and have an address, `bills` are unpaid, `history` are the
    house's earlier reminders.
    """

    house_id: HouseId
    recipients: Sequence[Recipient]
    bills: Sequence[NamedBill]
    history: Sequence[PastReminder] = ()


def decide(
    prospect: Prospect, channel: ReminderChannel, *, policy: ReminderPolicy, today: date
) -> ReminderDecision:
    """Decide whether to remind a house on a Shanghai day, about which bills and whom (rule 4).

    Retrying a failed reminder needs a new decision. Raises ReminderChannelOffError.
    """
    days, house_id = policy.days(channel), prospect.house_id
    if not prospect.bills:
        return NothingUnpaid(house_id)
    past = [each for each in prospect.history if each.channel is channel]
    if barrier := _barrier(house_id, days, today, past):
        return barrier
    # Two residents may share an address; each address gets one message (rule 4.1).
    addressed = {each.address: each for each in reversed(prospect.recipients)}
    if not addressed:
        return NobodyToReach(house_id)
    recipients = tuple(each for each in prospect.recipients if addressed[each.address] is each)
    return SendReminder(house_id, channel, recipients, tuple(prospect.bills))


def address_of(resident: Resident, channel: ReminderChannel) -> str | None:
    """Return a resident's address for a channel: the openid or the phone; None if missing."""
    address = resident.openid if channel is ReminderChannel.WECHAT else resident.phone
    return address or None


def still_due(queued: Iterable[NamedBill], bills: Iterable[Bill]) -> tuple[NamedBill, ...]:
    """Return the named bills that are still unpaid, with their present amounts (rule 4.5).

    `bills` are the named bills as they are now; deleted ones are missing.
    """
    wanted = {bill.number for bill in queued}
    return named(bill for bill in bills if bill.number in wanted)


def named(bills: Iterable[Bill]) -> tuple[NamedBill, ...]:
    """Return the unpaid ones of the bills as named bills."""
    return tuple(
        NamedBill(bill.number, bill.amount) for bill in bills if isinstance(bill, PendingBill)
    )


def _barrier(
    house_id: HouseId, days: int, today: date, past: Collection[PastReminder]
) -> Cooling | UnderWay | None:
    """Return what forbids a reminder, or None; a failed reminder forbids nothing (rule 4.4)."""
    cooling = [each for each in past if each.state.cools]
    if cooling:
        last = max(cooling, key=lambda each: (each.on, each.state is ReminderState.DELIVERED))
        if today < (next_on := next_allowed_on(last.on, days)):
            return Cooling(house_id, last.on, next_on, last.state is ReminderState.DELIVERED)
    waiting = [each.on for each in past if each.state is ReminderState.WAITING]
    return UnderWay(house_id, min(waiting)) if waiting else None
