"""A queued reminder and its deliveries to the residents of a house (rules 4.1, 4.4)."""

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
    ReminderState,
    SendReminder,
)
from billing_domain.model.reminders.settings import ReminderChannel

ReminderId = NewType("ReminderId", str)
"""32 hex digits; part of the link in the message."""

RunId = NewType("RunId", str)
"""32 hex digits: one request of staff to remind one or many houses."""

RECOGNISED_FOR: Final = timedelta(minutes=9)
"""How long an unanswered message is retried: WeChat recognises a repeated one for ten minutes."""

TRIED_FOR: Final = timedelta(hours=24)
"""How long a reminder waits for a provider that is down."""

_BEFORE_OUR_TIME: Final = "00"
"""The prefix before all real ids: ids start with milliseconds, which give 01 since 2004."""

_PLACE_MAX: Final = 0xFFFFFF

TIMED_OUT: Final = "timed_out"
GAVE_UP: Final = "gave_up"
MOVED_OUT: Final = "moved_out"
CLOSED: Final = "closed"
CHANNEL_OFF: Final = "channel_off"


class DeliveryState(Enum):
    """The state of a delivery; an UNKNOWN message may have arrived (P27)."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    UNKNOWN = "unknown"


@attrs.frozen
class Delivery:
    """The message to one resident, at an openid or a phone.

    `tried_at` is the first attempt without a certain answer, after which the message may have
    arrived; None when the result is certain. `failure_reason` says why the message did not arrive:
    an error code or reason.
    """

    resident_id: ResidentId
    address: str = attrs.field(repr=False)
    state: DeliveryState = DeliveryState.WAITING
    tried_at: datetime | None = None
    at: datetime | None = None
    message_id: str = ""
    failure_reason: str = ""

    def delivered(self, now: datetime, message_id: str) -> Delivery:
        """Return the delivery as DELIVERED."""
        return attrs.evolve(
            self, state=DeliveryState.DELIVERED, tried_at=None, at=now, message_id=message_id,
            failure_reason="",
        )  # fmt: skip

    def ended(self, state: DeliveryState, now: datetime, failure_reason: str) -> Delivery:
        """Return the delivery in a final state, with the reason."""
        return attrs.evolve(self, state=state, at=now, failure_reason=failure_reason)

    def marked(self, now: datetime) -> Delivery:
        """Return the delivery marked as tried, to be stored before the message leaves.

        If the worker crashes then, the mark says that the message may have arrived.
        """
        return attrs.evolve(self, tried_at=self.tried_at or now)

    def stopped(self, otherwise: DeliveryState, now: datetime, failure_reason: str) -> Delivery:
        """Return the delivery as UNKNOWN if it was tried, else in the state `otherwise`."""
        return self.ended(
            DeliveryState.UNKNOWN if self.tried_at else otherwise, now, failure_reason
        )

    def to_retry(self, failure_reason: str) -> Delivery:
        """Return the delivery still WAITING, with the reason of the failed attempt."""
        return attrs.evolve(self, failure_reason=failure_reason)


@attrs.frozen(kw_only=True)
class QueuedReminder:
    """One reminder of one house: the named bills, and a delivery for each resident.

    At most one reminder of a house and channel is open (P26). `bills` are as last sent.
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
        """The sum of the named bills."""
        return Money.total(bill.amount for bill in self.bills)

    @property
    def open(self) -> bool:
        """Whether a delivery still waits."""
        return self.ended_at is None

    @property
    def waiting(self) -> tuple[Delivery, ...]:
        """The deliveries that still wait."""
        return tuple(each for each in self.deliveries if each.state is DeliveryState.WAITING)

    @property
    def state(self) -> ReminderState:
        """The reminder's state: DELIVERED after the first delivered message (rule 4.4)."""
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
        """The moment of the first delivery, or None."""
        arrived = [each for each in self.deliveries if each.state is DeliveryState.DELIVERED]
        return min((each.at for each in arrived if each.at is not None), default=None)

    @property
    def cools_from(self) -> datetime:
        """The moment at which cooling of the house starts."""
        tried = [
            each.tried_at or each.at or self.queued_at
            for each in self.deliveries
            if each.state is DeliveryState.UNKNOWN
        ]
        return self.delivered_at or min(tried, default=self.queued_at)

    def naming(self, bills: tuple[NamedBill, ...]) -> QueuedReminder:
        """Return the reminder with the bills still due; after a delivery they stay unchanged."""
        return self if self.delivered_at else attrs.evolve(self, bills=bills)

    def with_delivery(self, delivery: Delivery, now: datetime) -> QueuedReminder:
        """Return the reminder with one updated delivery; it ends when no delivery waits."""
        deliveries = tuple(
            delivery if each.resident_id == delivery.resident_id else each
            for each in self.deliveries
        )
        return self._with(deliveries, now)

    def timed_out(self, now: datetime) -> QueuedReminder:
        """Stop deliveries for which the provider no longer recognises a retry (P27)."""
        return self._ending(
            lambda each: each.tried_at is not None and now - each.tried_at >= RECOGNISED_FOR,
            now,
            TIMED_OUT,
        )

    def given_up(self, now: datetime, failure_reason: str) -> QueuedReminder:
        """Close the reminder: deliveries never tried become FAILED, tried ones UNKNOWN."""
        return self._ending(lambda _: True, now, failure_reason)

    def dropped(self, now: datetime) -> QueuedReminder:
        """Close the reminder because no named bill is due (rule 4.5).

        Deliveries that were tried without an answer become UNKNOWN; the others stay WAITING.
        """
        ended = self._ending(lambda each: each.tried_at is not None, now, TIMED_OUT)
        return attrs.evolve(ended, ended_at=ended.ended_at or now)

    def kept(self) -> QueuedReminder:
        """Return the next version, to be stored."""
        return attrs.evolve(self, version=self.version + 1)

    def _ending(
        self, over: Callable[[Delivery], bool], now: datetime, failure_reason: str
    ) -> QueuedReminder:
        """Stop the waiting deliveries for which `over` is true."""
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
    """One request to remind: by whom, when and over which channel."""

    id: RunId
    company_id: CompanyId
    channel: ReminderChannel
    requested_at: datetime
    requested_by: str


def queue(
    reminder_id: ReminderId, run: ReminderRun, community_id: CommunityId, decision: SendReminder
) -> QueuedReminder:
    """Return the queued reminder for a decision to send."""
    return QueuedReminder(
        id=reminder_id,
        run_id=run.id,
        company_id=run.company_id,
        community_id=community_id,
        house_id=decision.house_id,
        channel=run.channel,
        queued_at=run.requested_at,
        bills=decision.bills,
        deliveries=tuple(Delivery(who.resident_id, who.address) for who in decision.recipients),
    )


def refusal_id(run_id: RunId, house_id: HouseId, place: int = 0) -> ReminderId:
    """Return the listed id of a request's refusal of a house: 32 hex digits.

    Refusal ids come before all present ids, so lists show sent reminders first. `place` counts
    the refused houses from 0; lists show the lowest place first.
    """
    digest = hashlib.sha256(f"{run_id} {house_id}".encode()).hexdigest()
    return ReminderId(f"{_BEFORE_OUR_TIME}{_PLACE_MAX - place:06x}{digest[:24]}")


def client_msg_id(reminder_id: ReminderId, delivery: Delivery) -> str:
    """Return the id by which the provider recognises a repeated message: 32 hex digits (4.4)."""
    return hashlib.sha256(f"{reminder_id} {delivery.resident_id}".encode()).hexdigest()[:32]
