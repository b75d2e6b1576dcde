"""Reminders as 催缴记录 shows them: one line for each house of each request (rule 4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, bindparam, select

from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses, residents
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminder_runs, reminders
from billing_domain.model.company.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.ports.reminders.queries import RecipientRow, ReminderRow

_LISTED: Final[Select[Any]] = (
    select(
        reminders,
        communities.c.name.label("community_name"),
        houses.c.address,
        reminder_runs.c.requested_by,
    )
    .join(
        reminder_runs,
        and_(
            reminder_runs.c.id == reminders.c.run_id,
            reminder_runs.c.company_id == reminders.c.company_id,
        ),
    )
    .join(houses, houses.c.id == reminders.c.house_id)
    .join(communities, communities.c.id == reminders.c.community_id)
    .where(
        reminders.c.id.in_(bindparam("reminders", expanding=True)),
        reminders.c.company_id == bindparam("company"),
    )
    .order_by(reminders.c.queued_at.desc(), reminders.c.id.desc())
)
_RECIPIENTS: Final[Select[Any]] = (
    select(
        reminder_deliveries.c.reminder_id,
        residents.c.name,
        residents.c.phone,
        reminder_deliveries.c.state,
        reminder_deliveries.c.at,
        reminder_deliveries.c.failure_reason,
    )
    .join(residents, residents.c.id == reminder_deliveries.c.resident_id)
    .where(
        reminder_deliveries.c.reminder_id.in_(bindparam("reminders", expanding=True)),
        reminder_deliveries.c.company_id == bindparam("company"),
    )
    .order_by(reminder_deliveries.c.position)
)
# Made once: making a statement takes as long as running it.


def listed_reminders(
    connection: Connection, company_id: CompanyId, ids: Collection[ReminderId]
) -> tuple[ReminderRow, ...]:
    """Return the lines of reminders, newest request first, then by descending id.

    Who asks has seen to it that they are in scope; the recipients take one further statement.
    """
    if not ids:
        return ()
    wanted = {"reminders": [*ids], "company": company_id}
    rows = connection.execute(_LISTED, wanted).all()
    recipients: dict[ReminderId, tuple[RecipientRow, ...]] = defaultdict(tuple)
    for each in connection.execute(_RECIPIENTS, wanted):
        recipients[each.reminder_id] += (
            RecipientRow(each.name, each.phone, each.state, each.at, each.failure_reason),
        )
    return tuple(_line(row, recipients[row.id]) for row in rows)


def _line(row: Row[Any], recipients: tuple[RecipientRow, ...]) -> ReminderRow:
    return ReminderRow(
        id=row.id,
        run_id=row.run_id,
        community_id=row.community_id,
        community_name=row.community_name,
        house_id=row.house_id,
        address=row.address,
        channel=row.channel,
        requested_at=row.queued_at,
        requested_by=row.requested_by,
        outcome=row.outcome,
        count=row.bill_count,
        total=Money(row.total_fen),
        recipients=recipients,
        last_on=row.last_on,
        next_on=row.next_on,
        sure=row.sure,
        ended_at=row.ended_at,
    )
