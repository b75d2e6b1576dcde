"""A reminder on its way to everyone in a house, and how far it came (rules 4.1, 4.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NewType

import attrs

from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import ResidentId
from billing_domain.model.money import Money
from billing_domain.model.reminders.reminder import (
    NamedBill,
    Recipient,
    ReminderState,
    SendReminder,
)
from billing_domain.model.reminders.settings import ReminderChannel

ReminderId = NewType("ReminderId", str)
"""32 hex digits; the link in the message holds it."""

RunId = NewType("RunId", str)
"""32 hex digits: one request of staff to remind, of one house or of thousands."""

RECOGNISED_FOR: Final = timedelta(minutes=9)
"""How long a message is tried again after silence: WeChat knows it again for ten minutes."""

TRIED_FOR: Final = timedelta(hours=24)
"""How long a reminder waits for a provider that is down."""

_BEFORE_OUR_TIME: Final = "00"
"""Ids begin with the time in milliseconds: since 2004 with 01."""

TIMED_OUT: Final = "timed_out"
GAVE_UP: Final = "gave_up"
MOVED_OUT: Final = "moved_out"
CLOSED: Final = "closed"
CHANNEL_OFF: Final = "channel_off"


class DeliveryState(Enum):
    """What became of the message to one resident; unknown may have arrived (P27)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNKNOWN = "unknown"


@attrs.frozen
class Delivery:
    """The message to one resident, at an openid or a phone.

    `tried_at` is when it was first tried without a certain answer, so that it may be there
    already; None when it certainly is not, or when it is known to be. `failure_reason` is why it
    did not arrive: a code or its reason.
    """

    resident_id: ResidentId
    address: str = attrs.field(repr=False)
    state: DeliveryState = DeliveryState.WAITING
    tried_at: datetime | None = None
    at: datetime | None = None
    message_id: str = ""
    failure_reason: str = ""

    def delivered(self, now: datetime, message_id: str) -> Delivery:
        """Return it as arrived."""
        return attrs.evolve(
            self, state=DeliveryState.DELIVERED, tried_at=None, at=now, message_id=message_id,
            failure_reason="",
        )  # fmt: skip

    def ended(self, state: DeliveryState, now: datetime, failure_reason: str) -> Delivery:
        """Return it as one that is not tried again, and why."""
        return attrs.evolve(self, state=state, at=now, failure_reason=failure_reason)

    def marked(self, now: datetime) -> Delivery:
        """Return it as tried, to be kept before the message leaves.

        Who dies then leaves the mark, and the next one knows what may have arrived.
        """
        return attrs.evolve(self, tried_at=self.tried_at or now)

    def stopped(self, otherwise: DeliveryState, now: datetime, failure_reason: str) -> Delivery:
        """Return it as not tried again: unknown when it may have arrived, else as told."""
        return self.ended(
            DeliveryState.UNKNOWN if self.tried_at else otherwise, now, failure_reason
        )

    def to_retry(self, failure_reason: str) -> Delivery:
        """Return it as still waiting, and why it did not leave or nobody answered."""
        return attrs.evolve(self, failure_reason=failure_reason)


@attrs.frozen(kw_only=True)
class QueuedReminder:
    """One reminder of one house: what it names, to whom, and what became of each message.

    At most one of a house and channel is open (P26). `bills` are as they were last said.
    """

    id: ReminderId
    run_id: RunId
    company_id: CompanyId
    community_id: CommunityId
    house_id: HouseId
    channel: ReminderChannel
    queued_at: datetime
    bills: tuple[NamedBill, ...]
    deliveries: tuple[Delivery, ...]
    ended_at: datetime | None = None
    version: int = 1

    @property
    def total(self) -> Money:
        """What the named bills come to."""
        return Money.total(bill.amount for bill in self.bills)

    @property
    def open(self) -> bool:
        """Whether a message still waits."""
        return self.ended_at is None

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        """The messages that are still to go."""
        return tuple(each for each in self.deliveries if each.state is DeliveryState.WAITING)

    @property
    def state(self) -> ReminderState:
        """Where it stands: delivered as soon as one message arrived (rule 4.4)."""
        found = {each.state for each in self.deliveries}
        if DeliveryState.DELIVERED in found:
            return ReminderState.DELIVERED
        if self.open:
            return ReminderState.WAITING
        if DeliveryState.UNKNOWN in found:
            return ReminderState.UNKNOWN
        failed = found & {DeliveryState.FAILED, DeliveryState.UNREACHABLE}
        return ReminderState.FAILED if failed else ReminderState.DROPPED

    @property
    def delivered_at(self) -> datetime | None:
        """When the first message arrived."""
        return min(
            (each.at for each in self.deliveries if _arrived(each) and each.at is not None),
            default=None,
        )

    @property
    def cools_from(self) -> datetime:
        """The moment from which its house cools."""
        tried = [
            each.tried_at or each.at or self.queued_at
            for each in self.deliveries
            if each.state is DeliveryState.UNKNOWN
        ]
        return self.delivered_at or min(tried, default=self.queued_at)

    def naming(self, bills: tuple[NamedBill, ...]) -> QueuedReminder:
        """Return it about what is still due; what somebody was told already stays written."""
        return self if self.delivered_at else attrs.evolve(self, bills=bills)

    def with_delivery(self, delivery: Delivery, now: datetime) -> QueuedReminder:
        """Return it with what became of one message, ended when no other waits."""
        deliveries = tuple(
            delivery if each.resident_id == delivery.resident_id else each
            for each in self.deliveries
        )
        return self._with(deliveries, now)

    def timed_out(self, now: datetime) -> QueuedReminder:
        """Return it without messages of which the provider can't tell any more (P27)."""
        return self._ending(
            lambda each: each.tried_at is not None and now - each.tried_at >= RECOGNISED_FOR,
            now,
            TIMED_OUT,
        )

    def given_up(self, now: datetime, failure_reason: str) -> QueuedReminder:
        """Return it at its end: what waits has failed, or is unknown when it was tried."""
        return self._ending(lambda _: True, now, failure_reason)

    def dropped(self, now: datetime) -> QueuedReminder:
        """Return it at its end with nothing left to say (rule 4.5).

        A message that was tried without an answer stays unknown.
        """
        ended = self._ending(lambda each: each.tried_at is not None, now, TIMED_OUT)
        return attrs.evolve(ended, ended_at=ended.ended_at or now)

    def kept(self) -> QueuedReminder:
        """Return the version to keep after one or more changes."""
        return attrs.evolve(self, version=self.version + 1)

    def _ending(
        self, over: Callable[[Delivery], bool], now: datetime, failure_reason: str
    ) -> QueuedReminder:
        """Return it with those of the waiting messages stopped that are over."""
        deliveries = tuple(
            each.stopped(DeliveryState.FAILED, now, failure_reason)
            if each.state is DeliveryState.WAITING and over(each)
            else each
            for each in self.deliveries
        )
        return self._with(deliveries, now)

    def _with(self, deliveries: tuple[Delivery, ...], now: datetime) -> QueuedReminder:
        waits = any(each.state is DeliveryState.WAITING for each in deliveries)
        return attrs.evolve(
            self,
            deliveries=deliveries,
            ended_at=self.ended_at if waits else self.ended_at or now,
        )


@attrs.frozen(kw_only=True)
class ReminderRun:
    """One request to remind: by whom, when and over what."""

    id: RunId
    company_id: CompanyId
    channel: ReminderChannel
    requested_at: datetime
    requested_by: str


def queue(
    reminder_id: ReminderId, run: ReminderRun, community_id: CommunityId, decision: SendReminder
) -> QueuedReminder:
    """Return a decided reminder, ready to be sent."""
    return QueuedReminder(
        id=reminder_id,
        run_id=run.id,
        company_id=run.company_id,
        community_id=community_id,
        house_id=decision.house_id,
        channel=run.channel,
        queued_at=run.requested_at,
        bills=decision.bills,
        deliveries=tuple(_to(each) for each in decision.recipients),
    )


def refusal_id(run_id: RunId, house_id: HouseId) -> ReminderId:
    """Return the id under which a request's refusal of a house is listed: 32 hex digits.

    It comes before every id of our time, so that lists tell of what was sent first.
    """
    digest = hashlib.sha256(f"{run_id} {house_id}".encode()).hexdigest()
    return ReminderId(f"{_BEFORE_OUR_TIME}{digest[: 32 - len(_BEFORE_OUR_TIME)]}")


def client_msg_id(reminder_id: ReminderId, delivery: Delivery) -> str:
    """Return the name by which a provider knows a message again: 32 hex digits (rule 4.4)."""
    return hashlib.sha256(f"{reminder_id} {delivery.resident_id}".encode()).hexdigest()[:32]


def _to(recipient: Recipient) -> Delivery:
    return Delivery(recipient.resident_id, recipient.address)


def _arrived(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.DELIVERED
