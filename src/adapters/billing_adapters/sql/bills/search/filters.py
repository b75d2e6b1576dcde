"""The filters of the bill list as conditions (rule 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Index, select

from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.tables.bills import BILLS_MISDATED, BILLS_PAID_EARLY, bills
from billing_adapters.sql.tables.houses import houses
from billing_domain.model.company.actor import Scope
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.bills import BillFilter

_LISTED_MAX: Final = 2_000
"""Up to this many houses of a building are listed; more become a subquery."""


def depends_on_data(wanted: BillFilter) -> bool:
    """Tell whether the best path for a filter depends on the stored bills."""
    return bool(
        wanted.building
        or wanted.imported_from
        or wanted.imported_to
        or [*period_range(wanted), *amount_range(wanted), *paid_range(wanted)]
    )


def plain_conditions(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that follow from the filter alone."""
    if wanted.house_id is not None:
        yield bills.c.house_id == wanted.house_id
    if wanted.batch_id is not None:
        yield bills.c.batch_id == wanted.batch_id
    if wanted.fee_types:
        yield bills.c.fee_type.in_(wanted.fee_types)
    if wanted.states:
        yield bills.c.state.in_(wanted.states)
    if wanted.channel is not None:
        yield bills.c.channel == wanted.channel
    if wanted.reminded is not None:
        reminded = bills.c.reminded_at
        yield reminded.is_not(None) if wanted.reminded else reminded.is_(None)
    yield from period_range(wanted)
    yield from amount_range(wanted)
    yield from paid_range(wanted)
    yield from _imported_range(wanted)


def conditions_from_data(
    connection: Connection, scope: Scope, wanted: BillFilter
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter that need stored houses and bills."""
    if wanted.building:
        yield _in_building(connection, scope, wanted.building)
    yield from _number_range(connection, scope, wanted)


def period_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions for a period that overlaps the filter's period."""
    if wanted.period_from is not None:
        yield bills.c.last_day >= wanted.period_from
    if wanted.period_to is not None:
        yield bills.c.first_day <= wanted.period_to


def amount_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the amount."""
    if wanted.amount_min is not None:
        yield bills.c.amount_fen >= wanted.amount_min.fen
    if wanted.amount_max is not None:
        yield bills.c.amount_fen <= wanted.amount_max.fen


def paid_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on the moment of payment."""
    if wanted.paid_from is not None:
        yield bills.c.paid_at >= day_start(wanted.paid_from)
    if wanted.paid_to is not None:
        yield bills.c.paid_at < day_end(wanted.paid_to)


def has_flagged(connection: Connection, scope: Scope, flag: Column[Any], index: Index) -> bool:
    """Tell whether a company has a bill with a rare flag; `index` holds only such bills."""
    own = bills.c.company_id == scope.company_id
    flagged = along(select(bills.c.number).where(own, flag.is_not(None)).limit(1), index)
    return connection.execute(flagged).first() is not None


def _in_building(connection: Connection, scope: Scope, building: str) -> ColumnElement[bool]:
    in_building = select(houses.c.id).where(in_scope(houses, scope), houses.c.building == building)
    found = connection.execute(in_building.limit(_LISTED_MAX + 1)).scalars().all()
    return bills.c.house_id.in_(found if len(found) <= _LISTED_MAX else in_building)


def _imported_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.imported_from is not None:
        yield bills.c.imported_at >= day_start(wanted.imported_from)
    if wanted.imported_to is not None:
        yield bills.c.imported_at < day_end(wanted.imported_to)


def _number_range(
    connection: Connection, scope: Scope, wanted: BillFilter
) -> Iterator[ColumnElement[bool]]:
    """Yield bounds on the bill number that follow from the filter's days.

    A number begins with the moment of import, and bills are rarely paid before their import.
    With these bounds, a search for old bills skips all newer bills. Companies with `misdated`
    or `paid_early` bills get no bounds.
    """
    first, last = wanted.imported_from, wanted.imported_to
    imported = first is not None or last is not None
    if imported and not has_flagged(connection, scope, bills.c.misdated, BILLS_MISDATED):
        if first is not None:
            yield bills.c.number >= f"{first:%Y%m%d}"
        if last is not None:
            yield bills.c.number < _first_number_after(last)
    paid_to = wanted.paid_to
    if paid_to and not has_flagged(connection, scope, bills.c.paid_early, BILLS_PAID_EARLY):
        yield bills.c.number < _first_number_after(paid_to)


def _first_number_after(day: date) -> str:
    return f"{day + timedelta(days=1):%Y%m%d}"
