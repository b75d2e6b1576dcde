"""Reminders (催缴): who gets one, about what, and when again (rule 4).

One reminder is one message about a house's unpaid bills over one channel, to all who live there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import Final

import attrs

from billing_domain.errors import FieldError, ReminderChannelOffError
from billing_domain.model.bill import Bill, PendingBill
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.owner import Owner
from billing_domain.model.resident import Resident, ResidentId

COOLING_DAYS_MAX: Final = 365


class ReminderChannel(Enum):
    """Over what a reminder goes."""

    WECHAT = "wechat"
    SMS = "sms"


def _default_days() -> Mapping[ReminderChannel, int]:
    return {ReminderChannel.WECHAT: 3, ReminderChannel.SMS: 30}


@attrs.frozen
class ReminderPolicy:
    """How a company reminds: calendar days between two reminders, and the channels in use.

    Three days over WeChat, thirty over SMS, which is off (rule 4.2).
    """

    cooling_days: Mapping[ReminderChannel, int] = attrs.field(factory=_default_days)
    channels: frozenset[ReminderChannel] = frozenset({ReminderChannel.WECHAT})

    def days(self, channel: ReminderChannel) -> int:
        """Return a channel's days of cooling; raise ReminderChannelOffError."""
        if channel not in self.channels:
            raise ReminderChannelOffError(channel=channel.value)
        return self.cooling_days[channel]

    def change(self, channel: ReminderChannel, *, days: int, on: bool) -> ReminderPolicy:
        """Return the policy with another rule for a channel; raise FieldError unless 1..365."""
        if not 1 <= days <= COOLING_DAYS_MAX:
            raise FieldError(field="reminder_days", reason="format", value=str(days))
        others = self.channels - {channel}
        return ReminderPolicy(
            {**self.cooling_days, channel: days}, others | {channel} if on else others
        )


class ReminderState(Enum):
    """What became of a reminder; waiting is also one whose fate nobody knows (P27)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@attrs.frozen
class PastReminder:
    """An earlier reminder of a house.

    `on` is the Shanghai day of delivery, or of queueing as long as nothing was delivered.
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
    """The house was reminded on `last_on`; the next reminder may go on `next_on` (rule 4.2)."""

    house_id: HouseId
    last_on: date
    next_on: date


@attrs.frozen
class UnderWay:
    """A reminder of the house has been waiting since a day: a second one could double it."""

    house_id: HouseId
    since: date


@attrs.frozen
class NobodyToReach:
    """Nobody who lives in the house is reached over the channel."""

    house_id: HouseId


@attrs.frozen
class NothingUnpaid:
    """The house owes nothing."""

    house_id: HouseId


ReminderDecision = SendReminder | Cooling | UnderWay | NobodyToReach | NothingUnpaid


def next_allowed_on(delivered_on: date, days: int) -> date:
    """Return the first Shanghai day on which the next reminder may go (rule 4.2)."""
    return delivered_on + timedelta(days=days)


def decide(
    house_id: HouseId,
    channel: ReminderChannel,
    *,
    policy: ReminderPolicy,
    today: date,
    residents: Iterable[Resident],
    bills: Iterable[Bill],
    history: Iterable[PastReminder],
) -> ReminderDecision:
    """Decide whether a house is reminded on a Shanghai day, and what is said to whom (rule 4).

    `residents`, `bills` and `history` are the house's; a failed reminder that is tried again is
    decided again. Raises ReminderChannelOffError.
    """
    days = policy.days(channel)
    named = _unpaid(bills)
    if not named:
        return NothingUnpaid(house_id)
    if barrier := _barrier(house_id, days, today, [p for p in history if p.channel is channel]):
        return barrier
    recipients = _recipients(channel, (who for who in residents if who.lives_here_on(today)))
    if not recipients:
        return NobodyToReach(house_id)
    return SendReminder(house_id, channel, recipients, named)


def still_due(reminder: SendReminder, bills: Iterable[Bill]) -> SendReminder | None:
    """Return a queued reminder as it is to be sent now, None if nothing is left (rule 4.5).

    `bills` are the named ones as they are now, amounts too; deleted ones are missing.
    """
    queued = {bill.number for bill in reminder.bills}
    named = _unpaid(bill for bill in bills if bill.number in queued)
    return attrs.evolve(reminder, bills=named) if named else None


def shown_by_reminder(
    owner: Owner, bill: Bill, *, day: date, named: Collection[BillNumber]
) -> bool:
    """Tell whether a reminder lets an owner see an unpaid bill from before their time (rule 4.6).

    `named` are the bills that reminders sent to this owner name. It adds to `may_see`.
    """
    if not isinstance(bill, PendingBill) or bill.number not in named:
        return False
    return any(resident.house_id == bill.house_id for resident in owner.living_in(day))


def _unpaid(bills: Iterable[Bill]) -> tuple[NamedBill, ...]:
    return tuple(
        NamedBill(bill.number, bill.amount) for bill in bills if isinstance(bill, PendingBill)
    )


def _barrier(
    house_id: HouseId, days: int, today: date, past: Collection[PastReminder]
) -> Cooling | UnderWay | None:
    """Return what stands against a reminder; only a delivered one starts the cooling (4.4)."""
    delivered = [each.on for each in past if each.state is ReminderState.DELIVERED]
    if delivered and today < next_allowed_on(max(delivered), days):
        return Cooling(house_id, max(delivered), next_allowed_on(max(delivered), days))
    waiting = [each.on for each in past if each.state is ReminderState.WAITING]
    return UnderWay(house_id, min(waiting)) if waiting else None


def _recipients(channel: ReminderChannel, residents: Iterable[Resident]) -> tuple[Recipient, ...]:
    """Return each address once, though one person may be there twice (rule 4.1)."""
    found: dict[str, Recipient] = {}
    for resident in residents:
        address = resident.openid if channel is ReminderChannel.WECHAT else resident.phone
        if address:
            found.setdefault(address, Recipient(resident.id, address))
    return tuple(found.values())
