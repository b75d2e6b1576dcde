"""Reads of reminders for the screens of staff (rule 4.3)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Protocol

import attrs

from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import DeliveryState, ReminderId, RunId
from billing_domain.model.reminders.reminder import ReminderState
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.paging import Page, PageKey


class ReminderOutcome(Enum):
    """The result of a request for one house: the reminder's state, or why there is no reminder."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    DROPPED = "dropped"
    COOLING = "cooling"
    UNDER_WAY = "under_way"
    UNREACHABLE = "unreachable"
    NOTHING_UNPAID = "nothing_unpaid"

    @classmethod
    def of(cls, state: ReminderState) -> ReminderOutcome:
        """Return the outcome of a reminder in a state."""
        return cls(state.value)


@attrs.frozen
class RecipientRow:
    """One recipient of a reminder; the phone is whole, screens mask it."""

    name: str
    phone: str
    state: DeliveryState
    at: datetime | None
    failure_reason: str


@attrs.frozen(kw_only=True)
class ReminderRow:
    """One row of 催缴记录: one house of one request.

    `last_on` and `next_on` belong to a refusal for cooling; `last_on` alone is the day since which
    an earlier reminder waits. `count` and `total` cover the named bills, and are zero for
    refusals. `sure` is False when the earlier reminder may not have arrived.
    """

    id: ReminderId
    run_id: RunId
    community_id: CommunityId
    community_name: str
    house_id: HouseId
    address: str
    channel: ReminderChannel
    requested_at: datetime
    requested_by: str
    outcome: ReminderOutcome
    count: int
    total: Money
    recipients: tuple[RecipientRow, ...] = ()
    last_on: date | None = None
    next_on: date | None = None
    sure: bool = True
    ended_at: datetime | None = None

    @property
    def delivered_at(self) -> datetime | None:
        """When the first message arrived."""
        moments = [
            each.at
            for each in self.recipients
            if each.state is DeliveryState.DELIVERED and each.at is not None
        ]
        return min(moments, default=None)

    def state_of(self, recipient: RecipientRow) -> DeliveryState | ReminderOutcome:
        """Return a message's state; DROPPED for one that will never be sent (rule 4.5)."""
        if self.ended_at is not None and recipient.state is DeliveryState.WAITING:
            return ReminderOutcome.DROPPED
        return recipient.state


@attrs.frozen
class ReminderFilter:
    """The criteria of 催缴记录; None or empty does not restrict.

    Every word of `text` matches the house by address, name or phone (rule 2.9). Days are Shanghai
    days of the request, both included.
    """

    text: str = ""
    community_id: CommunityId | None = None
    house_id: HouseId | None = None
    run_id: RunId | None = None
    outcomes: frozenset[ReminderOutcome] = frozenset()
    requested_from: date | None = None
    requested_to: date | None = None


@attrs.frozen
class RunProgress:
    """The progress of a request within the reader's scope: houses by outcome."""

    id: RunId
    channel: ReminderChannel
    requested_at: datetime
    requested_by: str
    houses: Mapping[ReminderOutcome, int]

    @property
    def queued(self) -> int:
        """The number of houses with a reminder, sent or waiting."""
        return sum(self.houses.get(ReminderOutcome.of(state), 0) for state in ReminderState)

    @property
    def waiting(self) -> int:
        """The number of waiting reminders."""
        return self.houses.get(ReminderOutcome.WAITING, 0)

    @property
    def finished(self) -> bool:
        """Whether no reminder waits."""
        return not self.waiting


class ReminderQueries(Protocol):
    """Reads of requests and their reminders."""

    @abstractmethod
    def page(
        self, scope: Scope, reminder_filter: ReminderFilter, *, key: PageKey | None, rows: int
    ) -> Page[ReminderRow]:
        """Return one page, newest request first, then by descending id.

        A refusal has the id of `refusal_id`.
        """

    @abstractmethod
    def progress(self, scope: Scope, run_id: RunId) -> RunProgress:
        """Return a request's progress in scope; raise ThingNotFoundError(reminder_run)."""

    @abstractmethod
    def failed_houses(self, scope: Scope, run_id: RunId) -> Mapping[HouseId, CommunityId]:
        """Return the houses of a request whose reminder failed."""
