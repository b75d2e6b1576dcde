"""Reads of reminders for staff: a request's progress, and 催缴记录 (rules 4.3, 4.4)."""

from __future__ import annotations

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Permission
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.ports.paging import PAGE_ROWS, PAGE_ROWS_MAX, Page, PageKey
from billing_domain.ports.reminders.queries import (
    ReminderFilter,
    ReminderQueries,
    ReminderRow,
    RunProgress,
)


@attrs.frozen
class ViewReminders:
    """Reads of the communities in the actor's scope; all need `VIEW_BILLS`."""

    reminders: ReminderQueries

    def page(
        self,
        actor: Actor,
        reminder_filter: ReminderFilter,
        *,
        key: PageKey | None = None,
        rows: int = PAGE_ROWS,
    ) -> Page[ReminderRow]:
        """Return one page of at most 100 rows, newest request first."""
        actor.require(Permission.VIEW_BILLS)
        return self.reminders.page(
            actor.scope, reminder_filter, key=key, rows=min(rows, PAGE_ROWS_MAX)
        )

    def progress(self, actor: Actor, *, run_id: RunId) -> RunProgress:
        """Return a request's progress; raise ThingNotFoundError."""
        actor.require(Permission.VIEW_BILLS)
        return self.reminders.progress(actor.scope, run_id)
