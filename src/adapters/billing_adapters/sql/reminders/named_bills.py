"""Which bills the reminders sent to somebody name (rule 4.6)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, or_, select

from billing_adapters.sql.reminders.rows import bills_of
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminders
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import DeliveryState

_SENT: Final[Select[Any]] = (
    select(reminders.c.bills)
    .join(
        reminder_deliveries,
        and_(
            reminder_deliveries.c.reminder_id == reminders.c.id,
            reminder_deliveries.c.company_id == reminders.c.company_id,
        ),
    )
    .where(
        reminder_deliveries.c.address == bindparam("address"),
        reminders.c.company_id == bindparam("company"),
        reminders.c.house_id.in_(bindparam("houses", expanding=True)),
        or_(
            reminder_deliveries.c.state.in_([DeliveryState.DELIVERED, DeliveryState.UNKNOWN]),
            # One whose answer is awaited may be there already.
            and_(
                reminder_deliveries.c.state == DeliveryState.WAITING,
                reminder_deliveries.c.tried_at.is_not(None),
            ),
        ),
    )
)


def named_to(
    connection: Connection, company_id: CompanyId, address: str, houses: Collection[HouseId]
) -> set[BillNumber]:
    """Return the bills of houses that reminders of a company sent to an address name."""
    wanted = {"company": company_id, "address": address, "houses": [*houses]}
    sent = connection.execute(_SENT, wanted).scalars()
    return {bill.number for content in sent for bill in bills_of(content)}
