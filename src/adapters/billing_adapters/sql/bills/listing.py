"""Bills as lists and exports show them (rule 2.8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from billing_adapters.sql.tables.bills import BILL_IS_THERE, bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses, residents
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillRow, ResidentName

LISTED: Final[Select[Any]] = (
    select(
        bills.c.number,
        bills.c.external_number,
        bills.c.community_id,
        communities.c.name.label("community_name"),
        bills.c.house_id,
        houses.c.address,
        bills.c.fee_type,
        bills.c.amount_fen,
        bills.c.first_day,
        bills.c.last_day,
        bills.c.remark,
        bills.c.state,
        bills.c.origin,
        bills.c.imported_at,
        bills.c.reminded_at,
        bills.c.channel,
        bills.c.paid_at,
        bills.c.payer_name,
        bills.c.voucher_number,
        bills.c.batch_id,
        bills.c.version,
    )
    .join(houses, houses.c.id == bills.c.house_id)
    .join(communities, communities.c.id == bills.c.community_id)
)
"""Everything of a line but the residents."""


_BY_NUMBER: Final = LISTED.where(
    bills.c.number.in_(bindparam("numbers", expanding=True)),
    bills.c.company_id == bindparam("company"),
    BILL_IS_THERE,
).order_by(bills.c.number.desc())
_LIVING: Final = (
    select(residents.c.house_id, residents.c.name, residents.c.phone)
    .where(residents.c.house_id.in_(bindparam("houses", expanding=True)))
    .where(or_(residents.c.moved_out_on.is_(None), residents.c.moved_out_on > bindparam("today")))
    .order_by(residents.c.row_id)
)
# Made once: making a statement takes as long as running it.


def listed(
    connection: Connection, company_id: CompanyId, numbers: Collection[BillNumber], today: date
) -> tuple[BillRow, ...]:
    """Return the lines of bills, newest first; who asks has seen to it that they are in scope."""
    rows = connection.execute(_BY_NUMBER, {"numbers": [*numbers], "company": company_id}).all()
    return listed_rows(connection, rows, today)


def listed_without_names(
    connection: Connection, company_id: CompanyId, numbers: Collection[BillNumber]
) -> tuple[BillRow, ...]:
    """Return the lines of bills, newest first, without the residents."""
    rows = connection.execute(_BY_NUMBER, {"numbers": [*numbers], "company": company_id})
    return tuple(bill_row(row, ()) for row in rows)


def listed_rows(
    connection: Connection, rows: Sequence[Row[Any]], today: date
) -> tuple[BillRow, ...]:
    """Return lines with the residents of a day, who take one further statement."""
    living = _living(connection, {row.house_id for row in rows}, today)
    return tuple(bill_row(row, living.get(row.house_id, ())) for row in rows)


def _living(
    connection: Connection, ids: Collection[HouseId], today: date
) -> dict[HouseId, tuple[ResidentName, ...]]:
    """Return who lives in houses on a day, in the order they were added."""
    living: dict[HouseId, tuple[ResidentName, ...]] = defaultdict(tuple)
    if ids:
        found = connection.execute(_LIVING, {"houses": [*ids], "today": today})
        for house_id, name, phone in found:
            living[house_id] += (ResidentName(name, phone),)
    return living


def bill_row(row: Row[Any], living: tuple[ResidentName, ...]) -> BillRow:
    """Return the line of a row of `LISTED` with its residents."""
    return BillRow(
        number=row.number,
        external_number=row.external_number,
        community_id=row.community_id,
        community_name=row.community_name,
        house_id=row.house_id,
        address=row.address,
        residents=living,
        fee_type=row.fee_type,
        amount=Money(row.amount_fen),
        period=BillingPeriod(row.first_day, row.last_day),
        remark=row.remark,
        state=row.state,
        origin=row.origin,
        imported_at=row.imported_at,
        reminded_at=row.reminded_at,
        channel=row.channel,
        paid_at=row.paid_at,
        payer_name=row.payer_name or "",
        voucher_number=row.voucher_number or "",
        batch_id=row.batch_id,
        version=row.version,
    )
