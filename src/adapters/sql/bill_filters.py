"""The filters of the bill list as conditions and ways in (rule 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, select, true

from adapters.sql.bill_plan import BillPlan, WayIn, along
from adapters.sql.scopes import in_scope, narrowed_scope
from adapters.sql.tables import (
    BILL_IS_THERE,
    BILLS_BY_BATCH,
    BILLS_BY_CHANNEL,
    BILLS_BY_COMMUNITY,
    BILLS_BY_COMPANY,
    BILLS_BY_FEE_TYPE,
    BILLS_BY_HOUSE,
    BILLS_BY_PAID_AT,
    BILLS_BY_STATE,
    BILLS_MISDATED,
    BILLS_REMINDED,
    bills,
    houses,
)
from billing_domain.model.actor import Scope
from billing_domain.model.bill import BillState
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.queries import BillFilter

WAYS_MAX: Final = 20
"""More ways in than this cost more to plan than they save."""

_NARROW_MAX: Final = 2_000
"""So many bills or houses are sooner sorted than met one by one in the order of numbers."""

_FACETS_MAX: Final = 3


def plan_filter(connection: Connection, scope: Scope, wanted: BillFilter) -> BillPlan:
    """Return how to reach the bills of a filter, but for its search text."""
    reach = narrowed_scope(scope, wanted.community_id)
    in_buildings = [*_in_building(connection, reach, wanted.building)]
    kept = and_(
        BILL_IS_THERE,
        in_scope(bills, reach),
        *in_buildings,
        *_charges(wanted),
        *_payments(wanted),
        *_imports(connection, reach, wanted),
    )
    ways = _narrow_ways(connection, reach, wanted, in_buildings) or _ordered_ways(reach, wanted)
    return BillPlan(kept, ways)


def ways_by_place(scope: Scope) -> tuple[WayIn, ...]:
    """Return the ways to all bills in scope: of the company, or of each of few communities."""
    chosen = scope.community_ids
    if chosen is None or len(chosen) > WAYS_MAX:
        return (WayIn(BILLS_BY_COMPANY, true()),)
    here = bills.c.community_id
    return tuple(WayIn(BILLS_BY_COMMUNITY, here == community) for community in sorted(chosen))


def _narrow_ways(
    connection: Connection,
    scope: Scope,
    wanted: BillFilter,
    in_buildings: Collection[ColumnElement[bool]],
) -> tuple[WayIn, ...]:
    """Return a way to few bills, if the filter has one."""
    if wanted.house_id is not None:
        return (WayIn(BILLS_BY_HOUSE, true()),)
    if wanted.batch_id is not None:
        return (WayIn(BILLS_BY_BATCH, true()),)
    if in_buildings:
        return (WayIn(BILLS_BY_HOUSE, true(), in_order=False),)
    paid = [*_paid_range(wanted)]
    if paid:
        found = select(bills.c.number).where(in_scope(bills, scope), *paid)
        counted = along(found.limit(_NARROW_MAX + 1), BILLS_BY_PAID_AT)
        numbers = connection.execute(counted).scalars().all()
        if len(numbers) <= _NARROW_MAX:
            return (WayIn(BILLS_BY_COMPANY, bills.c.number.in_(numbers)),)
    return ()


def _ordered_ways(scope: Scope, wanted: BillFilter) -> tuple[WayIn, ...]:
    """Return the ways that give the newest bills first, by what is likely to be rarest."""
    if scope.community_ids is not None:
        return ways_by_place(scope)
    if wanted.channel is not None:
        return (WayIn(BILLS_BY_CHANNEL, true()),)
    if wanted.reminded:
        return (WayIn(BILLS_REMINDED, true()),)
    voided = wanted.states == {BillState.VOIDED}
    for index, column, values in (
        (BILLS_BY_STATE, bills.c.state, wanted.states if voided else ()),
        (BILLS_BY_FEE_TYPE, bills.c.fee_type, wanted.fee_types),
        (BILLS_BY_STATE, bills.c.state, wanted.states),
    ):
        if 0 < len(values) <= _FACETS_MAX:
            chosen = sorted(values, key=lambda value: value.name)
            return tuple(WayIn(index, column == value) for value in chosen)
    return ways_by_place(scope)


def _in_building(
    connection: Connection, scope: Scope, building: str
) -> Iterator[ColumnElement[bool]]:
    """Yield the condition for a building: its houses by id, which few houses it has."""
    if not building:
        return
    inside = select(houses.c.id).where(in_scope(houses, scope), houses.c.building == building)
    found = connection.execute(inside.limit(_NARROW_MAX + 1)).scalars().all()
    yield bills.c.house_id.in_(found if len(found) <= _NARROW_MAX else inside)


def _charges(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on what a bill charges for and whom."""
    if wanted.house_id is not None:
        yield bills.c.house_id == wanted.house_id
    if wanted.batch_id is not None:
        yield bills.c.batch_id == wanted.batch_id
    if wanted.fee_types:
        yield bills.c.fee_type.in_(wanted.fee_types)
    if wanted.period_from is not None:
        yield bills.c.last_day >= wanted.period_from
    if wanted.period_to is not None:
        yield bills.c.first_day <= wanted.period_to
    if wanted.amount_min is not None:
        yield bills.c.amount_fen >= wanted.amount_min.fen
    if wanted.amount_max is not None:
        yield bills.c.amount_fen <= wanted.amount_max.fen


def _payments(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a bill's state, payment and reminders."""
    if wanted.states:
        yield bills.c.state.in_(wanted.states)
    if wanted.channel is not None:
        yield bills.c.channel == wanted.channel
    if wanted.reminded is not None:
        reminded = bills.c.reminded_at
        yield reminded.is_not(None) if wanted.reminded else reminded.is_(None)
    yield from _paid_range(wanted)


def _paid_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.paid_from is not None:
        yield bills.c.paid_at >= day_start(wanted.paid_from)
    if wanted.paid_to is not None:
        yield bills.c.paid_at < day_end(wanted.paid_to)


def _imports(
    connection: Connection, scope: Scope, wanted: BillFilter
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on when a bill came in, as numbers too where those begin with the day.

    A range of numbers is found at once, wherever in the list it lies.
    """
    first, last = wanted.imported_from, wanted.imported_to
    if first is None and last is None:
        return
    if first is not None:
        yield bills.c.imported_at >= day_start(first)
    if last is not None:
        yield bills.c.imported_at < day_end(last)
    company = (bills.c.company_id == scope.company_id, bills.c.misdated.is_not(None))
    misdated = along(select(bills.c.number).where(*company).limit(1), BILLS_MISDATED)
    if connection.execute(misdated).first() is None:
        if first is not None:
            yield bills.c.number >= f"{first:%Y%m%d}"
        if last is not None:
            yield bills.c.number < f"{last + timedelta(days=1):%Y%m%d}"
