"""The filters of the bill list as conditions and ways in (rule 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Index, and_, select, true

from adapters.sql.bill_plan import BillPlan, WayIn, along
from adapters.sql.scopes import in_scope, narrowed_scope
from adapters.sql.tables import (
    BILL_IS_THERE,
    BILLS_BY_AMOUNT,
    BILLS_BY_BATCH,
    BILLS_BY_CHANNEL,
    BILLS_BY_COMMUNITY,
    BILLS_BY_COMMUNITY_STATE,
    BILLS_BY_COMPANY,
    BILLS_BY_FEE_TYPE,
    BILLS_BY_HOUSE,
    BILLS_BY_PAID_AT,
    BILLS_BY_STATE,
    BILLS_MISDATED,
    BILLS_PAID_EARLY,
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
        *_payments(connection, reach, wanted),
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
    for index, conditions in (
        (BILLS_BY_PAID_AT, [*_paid_range(wanted)]),
        (BILLS_BY_AMOUNT, [*_amount_range(wanted)]),
    ):
        if conditions:
            found = select(bills.c.number).where(in_scope(bills, scope), *conditions)
            counted = along(found.where(BILL_IS_THERE).limit(_NARROW_MAX + 1), index)
            numbers = connection.execute(counted).scalars().all()
            if len(numbers) <= _NARROW_MAX:
                return (WayIn(BILLS_BY_COMPANY, bills.c.number.in_(numbers)),)
    return ()


def _ordered_ways(scope: Scope, wanted: BillFilter) -> tuple[WayIn, ...]:
    """Return the ways that give the newest bills first, by what is likely to be rarest."""
    states = sorted(wanted.states or BillState, key=lambda state: state.name)
    fee_types = sorted(wanted.fee_types, key=lambda fee_type: fee_type.name)
    if scope.community_ids is not None:
        places = ways_by_place(scope)
        if wanted.states and places[0].index is BILLS_BY_COMMUNITY:
            return _combined(BILLS_BY_COMMUNITY_STATE, places, states)
        return places
    if wanted.channel is not None or wanted.reminded:
        return (WayIn(BILLS_REMINDED if wanted.reminded else BILLS_BY_CHANNEL, true()),)
    if 0 < len(fee_types) <= _FACETS_MAX:
        each = [WayIn(BILLS_BY_FEE_TYPE, bills.c.fee_type == fee_type) for fee_type in fee_types]
        return _combined(BILLS_BY_FEE_TYPE, each, states)
    if wanted.states:
        return _combined(BILLS_BY_STATE, [WayIn(BILLS_BY_STATE, true())], states)
    return ways_by_place(scope)


def _combined(
    index: Index, ways: Sequence[WayIn], states: Sequence[BillState]
) -> tuple[WayIn, ...]:
    return tuple(
        WayIn(index, and_(way.condition, bills.c.state == state))
        for way in ways
        for state in states
    )


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
    yield from _amount_range(wanted)


def _amount_range(wanted: BillFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.amount_min is not None:
        yield bills.c.amount_fen >= wanted.amount_min.fen
    if wanted.amount_max is not None:
        yield bills.c.amount_fen <= wanted.amount_max.fen


def _payments(
    connection: Connection, scope: Scope, wanted: BillFilter
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on a bill's state, payment and reminders."""
    if wanted.states:
        yield bills.c.state.in_(wanted.states)
    if wanted.channel is not None:
        yield bills.c.channel == wanted.channel
    if wanted.reminded is not None:
        reminded = bills.c.reminded_at
        yield reminded.is_not(None) if wanted.reminded else reminded.is_(None)
    yield from _paid_range(wanted)
    last = wanted.paid_to
    if last is not None and not _has_any(connection, scope, bills.c.paid_early, BILLS_PAID_EARLY):
        # Nothing was paid before it came in, so the newest are not worth a look.
        yield bills.c.number < _first_number_after(last)


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
    if not _has_any(connection, scope, bills.c.misdated, BILLS_MISDATED):
        if first is not None:
            yield bills.c.number >= f"{first:%Y%m%d}"
        if last is not None:
            yield bills.c.number < _first_number_after(last)


def _first_number_after(day: date) -> str:
    return f"{day + timedelta(days=1):%Y%m%d}"


def _has_any(connection: Connection, scope: Scope, flag: Column[Any], index: Index) -> bool:
    """Tell whether a company has a bill with a flag that few have."""
    flagged = select(bills.c.number).where(
        bills.c.company_id == scope.company_id, flag.is_not(None)
    )
    return connection.execute(along(flagged.limit(1), index)).first() is not None
