"""Reads of reminders in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import attrs

from billing_adapters.memory.moment_keys import moment_key
from billing_adapters.memory.state import MemoryState, RefusedReminder
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    Delivery,
    QueuedReminder,
    ReminderId,
    ReminderRun,
    RunId,
)
from billing_domain.model.reminders.reminder import Cooling, UnderWay
from billing_domain.model.search_text import fold_search_text, search_needle
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.paging import Page
from billing_domain.ports.reminders.queries import (
    RecipientRow,
    ReminderFilter,
    ReminderOutcome,
    ReminderQueries,
    ReminderRow,
    RunProgress,
)


@attrs.frozen
class MemoryReminderQueries(ReminderQueries):
    """Reads the last committed state."""

    published: Callable[[], MemoryState]

    def page(
        self, scope: Scope, reminder_filter: ReminderFilter, *, key: str | None, rows: int
    ) -> Page[ReminderRow]:
        """Return one page, newest request first."""
        found = {
            _place(row): row
            for row in _rows(self.published(), scope)
            if _is_wanted(row, reminder_filter) and (key is None or _place(row) < key)
        }
        shown = sorted(found, reverse=True)[:rows]
        more = len(found) > len(shown) and bool(shown)
        return Page(
            tuple(found[place] for place in shown),
            next_key=shown[-1] if more else None,
            previous_key=None,
        )

    def progress(self, scope: Scope, run_id: RunId) -> RunProgress:
        """Return how far a request came; raise ThingNotFoundError(reminder_run)."""
        state = self.published()
        found = [row for row in _rows(state, scope) if row.run_id == run_id]
        if not found:
            raise ThingNotFoundError(kind="reminder_run", id=run_id)
        run = state.reminder_runs[run_id]
        houses = Counter(row.outcome for row in found)
        return RunProgress(run_id, run.channel, run.requested_at, run.requested_by, dict(houses))

    def failed_houses(self, scope: Scope, run_id: RunId) -> Mapping[HouseId, CommunityId]:
        """Return the houses of a request whose reminder failed."""
        return {
            row.house_id: row.community_id
            for row in _rows(self.published(), scope)
            if row.run_id == run_id and row.outcome is ReminderOutcome.FAILED
        }


def _rows(state: MemoryState, scope: Scope) -> Iterator[ReminderRow]:
    for reminder in state.reminders.values():
        if scope.covers(reminder.company_id, reminder.community_id):
            yield _queued(state, reminder)
    for reminder_id, refused in state.reminder_refusals.items():
        run = state.reminder_runs[refused.run_id]
        if scope.covers(run.company_id, refused.community_id):
            yield _refused(state, run, reminder_id, refused)


def _queued(state: MemoryState, reminder: QueuedReminder) -> ReminderRow:
    house = state.houses[reminder.house_id]
    return ReminderRow(
        id=reminder.id,
        run_id=reminder.run_id,
        community_id=reminder.community_id,
        community_name=state.communities[reminder.community_id].name,
        house_id=reminder.house_id,
        address=house.address.text,
        channel=reminder.channel,
        requested_at=reminder.queued_at,
        requested_by=state.reminder_runs[reminder.run_id].requested_by,
        outcome=ReminderOutcome.of(reminder.state),
        count=len(reminder.bills),
        total=reminder.total,
        recipients=tuple(_recipient(state, each) for each in reminder.deliveries),
        ended_at=reminder.ended_at,
    )


def _refused(
    state: MemoryState, run: ReminderRun, reminder_id: ReminderId, refused: RefusedReminder
) -> ReminderRow:
    decision = refused.decision
    row = ReminderRow(
        id=reminder_id,
        run_id=run.id,
        community_id=refused.community_id,
        community_name=state.communities[refused.community_id].name,
        house_id=decision.house_id,
        address=state.houses[decision.house_id].address.text,
        channel=run.channel,
        requested_at=run.requested_at,
        requested_by=run.requested_by,
        outcome=ReminderOutcome(decision.kind),
        count=0,
        total=Money.zero(),
        ended_at=run.requested_at,
    )
    if isinstance(decision, Cooling):
        return attrs.evolve(
            row, last_on=decision.last_on, next_on=decision.next_on, sure=decision.sure
        )
    if isinstance(decision, UnderWay):
        return attrs.evolve(row, last_on=decision.since)
    return row


def _recipient(state: MemoryState, delivery: Delivery) -> RecipientRow:
    resident = state.residents[delivery.resident_id]
    return RecipientRow(
        resident.name, resident.phone, delivery.state, delivery.at, delivery.failure_reason
    )


def _is_wanted(row: ReminderRow, wanted: ReminderFilter) -> bool:
    day = shanghai_day(row.requested_at)
    place = fold_search_text(f"{row.community_name}/{row.address}")
    return (
        search_needle(wanted.text) in place
        and wanted.community_id in {None, row.community_id}
        and wanted.house_id in {None, row.house_id}
        and wanted.run_id in {None, row.run_id}
        and (not wanted.outcomes or row.outcome in wanted.outcomes)
        and (wanted.requested_from is None or day >= wanted.requested_from)
        and (wanted.requested_to is None or day <= wanted.requested_to)
    )


def _place(row: ReminderRow) -> str:
    return moment_key(row.requested_at, row.id)
