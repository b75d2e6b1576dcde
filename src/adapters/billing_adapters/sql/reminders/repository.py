"""Reminders in SQL: a house and channel have at most one open reminder (P26)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import bindparam, insert, select, update

from billing_adapters.sql.db.bulk_insert import bulk_insert
from billing_adapters.sql.db.gc import gc_paused
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.reminders.named_bills import named_to
from billing_adapters.sql.reminders.prospects import prospects_of
from billing_adapters.sql.reminders.rows import (
    changed_values,
    delivery_values,
    refusal_values,
    reminder_of,
    reminder_values,
)
from billing_adapters.sql.tables.column_types import KEY
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminder_runs, reminders
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import QueuedReminder, ReminderId, ReminderRun
from billing_domain.model.reminders.reminder import Prospect, ReminderDecision
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.storage import ReminderRepository


@attrs.frozen
class SqlReminderRepository(ReminderRepository):
    """Reminders and refusals of all companies."""

    work: Transaction

    def prospects(
        self,
        scope: Scope,
        houses: Collection[HouseId],
        *,
        channel: ReminderChannel,
        today: date,
        since: date,
    ) -> Sequence[Prospect]:
        if len(houses) > _FEW:
            self.work.until_end.enter_context(gc_paused())
        return prospects_of(
            self.work.connection, scope, houses, channel=channel, today=today, since=since
        )

    def add_run(
        self,
        run: ReminderRun,
        queued: Collection[QueuedReminder],
        refused: Mapping[HouseId, tuple[CommunityId, ReminderDecision]],
    ) -> None:
        """Insert a request with its decisions; raise StaleError for an open reminder (P26).

        Rows are inserted in the order of houses, so two requests never deadlock. The error names
        the first house.
        """
        in_order = sorted(queued, key=lambda reminder: reminder.house_id)
        self.work.insert(reminder_runs, [attrs.asdict(run)])
        first = in_order[0].house_id if in_order else ""
        under_way = StaleError(kind="reminder", id=first)
        with self.work.refusing(billing_reminders_open_ix=under_way):
            bulk_insert(self.work.connection, _ADD, (reminder_values(each) for each in in_order))
            bulk_insert(
                self.work.connection,
                _ADD,
                (
                    refusal_values(run, place, house_id, *why)
                    for place, (house_id, why) in enumerate(refused.items())
                ),
            )
            bulk_insert(
                self.work.connection,
                _ADD_DELIVERIES,
                (row for each in in_order for row in delivery_values(each)),
            )

    def find(self, reminder_id: ReminderId) -> QueuedReminder | None:
        wanted = {"reminder": reminder_id}
        row = self.work.connection.execute(_BY_ID, wanted).first()
        if row is None:
            return None
        own = {**wanted, "company": row.company_id}
        return reminder_of(row, self.work.connection.execute(_DELIVERIES, own))

    def named_to(
        self, company_id: CompanyId, address: str, houses: Collection[HouseId]
    ) -> set[BillNumber]:
        return named_to(self.work.connection, company_id, address, houses)

    def save(self, reminder: QueuedReminder) -> None:
        """Replace the previous version; raise StaleError(reminder). Recipients never change."""
        own = {"company_id": reminder.company_id}
        self.work.replace_version(
            reminders.c.id, changed_values(reminder), kind="reminder", where=own
        )
        rows = [
            {f"new_{name}": row[name] for name in (*_MESSAGE, *_REPORTED)}
            for row in delivery_values(reminder)
        ]
        if rows:
            with self.work.refusing():
                self.work.connection.execute(_REPORT, rows)


def _new(name: str) -> Any:  # noqa: ANN401 - the type of the column
    return bindparam(f"new_{name}", type_=reminder_deliveries.c[name].type)


_FEW: Final = 500
"""For more houses than this, the garbage collector pauses until the unit of work ends."""

_ADD: Final = insert(reminders)
_ADD_DELIVERIES: Final = insert(reminder_deliveries)
_BY_ID: Final = select(reminders).where(
    reminders.c.id == bindparam("reminder", type_=KEY), reminders.c.cools_on.is_not(None)
)
_DELIVERIES: Final = (
    select(reminder_deliveries)
    .where(
        reminder_deliveries.c.reminder_id == bindparam("reminder", type_=KEY),
        reminder_deliveries.c.company_id == bindparam("company", type_=KEY),
    )
    .order_by(reminder_deliveries.c.position)
)
_MESSAGE: Final = ("company_id", "reminder_id", "resident_id")
_REPORTED: Final = ("state", "tried_at", "at", "message_id", "failure_reason")
_REPORT: Final = (
    update(reminder_deliveries)
    .where(*(reminder_deliveries.c[name] == _new(name) for name in _MESSAGE))
    .values({name: _new(name) for name in _REPORTED})
)
