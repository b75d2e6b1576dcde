"""The choice of the ways in for a filter of the bill list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    select,
    true,
)

from billing_adapters.sql.bills.search.filters import (
    amount_range,
    looked_up_conditions,
    needs_a_look,
    paid_range,
    period_range,
    plain_conditions,
)
from billing_adapters.sql.bills.search.plan import AccessPath, BillPlan, along
from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.tables.bills import (
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
    BILLS_BY_PERIOD,
    BILLS_BY_STATE,
    BILLS_REMINDED,
    bills,
)
from billing_adapters.sql.tables.houses import houses
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import HouseId
from billing_domain.ports.bills import BillFilter

WAYS_MAX: Final = 20
"""More ways in than this cost more to plan than they save."""

_NARROW_MAX: Final = 300
"""So many bills or houses are sooner sorted than met one by one in the order of numbers."""

_PERIODS_MAX: Final = 200
"""So many of a company's periods are gone through to find those that overlap a filter's."""

_FACETS_MAX: Final = 3


def plan_filter(connection: Connection, scope: Scope, wanted: BillFilter) -> BillPlan:
    """Return how to reach the bills of a filter, but for its search text."""
    reach = narrowed_scope(scope, wanted.community_id)
    if not needs_a_look(wanted):
        return _plain_plan(reach, attrs.evolve(wanted, text="", community_id=None))
    predicate = and_(
        BILL_IS_THERE,
        in_scope(bills, reach),
        *plain_conditions(wanted),
        *looked_up_conditions(connection, reach, wanted),
    )
    return BillPlan(
        predicate, _Look(connection, reach, wanted).ways() or _plain_ways(reach, wanted)
    )


@lru_cache(maxsize=256)
def _plain_plan(scope: Scope, wanted: BillFilter) -> BillPlan:
    """Return the plan of a filter that needs no look; page after page asks for the same one."""
    predicate = and_(BILL_IS_THERE, in_scope(bills, scope), *plain_conditions(wanted))
    return BillPlan(predicate, _plain_ways(scope, wanted))


def ways_by_place(scope: Scope) -> tuple[AccessPath, ...]:
    """Return the ways to all bills in scope: of the company, or of each of few communities."""
    chosen = scope.community_ids
    if chosen is None or len(chosen) > WAYS_MAX:
        return (AccessPath(BILLS_BY_COMPANY, true()),)
    here = bills.c.community_id
    return tuple(AccessPath(BILLS_BY_COMMUNITY, here == community) for community in sorted(chosen))


BY_HOUSES: Final = AccessPath(
    BILLS_BY_HOUSE, bills.c.house_id.in_(bindparam("houses", expanding=True)), in_order=False
)
"""The way to the bills of the houses that are the plan's value of this name."""

BY_NUMBERS: Final = AccessPath(
    BILLS_BY_COMPANY, bills.c.number.in_(bindparam("numbers", expanding=True))
)
"""The way to the bills whose numbers are the plan's value of this name."""


def _by_houses(ids: Collection[HouseId]) -> AccessPath:
    return AccessPath(BILLS_BY_HOUSE, one_of(bills.c.house_id, ids), in_order=False)


def _plain_ways(scope: Scope, wanted: BillFilter) -> tuple[AccessPath, ...]:
    """Return the ways that a filter states by itself, what is likely to be rarest first."""
    if wanted.house_id is not None:
        return (_by_houses([wanted.house_id]),)
    if wanted.batch_id is not None:
        return (AccessPath(BILLS_BY_BATCH, true()),)
    if scope.community_ids is not None:
        return _ways_by_community(scope, wanted)
    if wanted.channel is not None or wanted.reminded:
        return (AccessPath(BILLS_REMINDED if wanted.reminded else BILLS_BY_CHANNEL, true()),)
    if 0 < len(wanted.fee_types) <= _FACETS_MAX:
        ordered = sorted(wanted.fee_types, key=lambda fee_type: fee_type.name)
        ways = [
            AccessPath(BILLS_BY_FEE_TYPE, bills.c.fee_type == fee_type) for fee_type in ordered
        ]
    elif wanted.states:
        ways = [AccessPath(BILLS_BY_STATE, true())]
    else:
        return ways_by_place(scope)
    return _once_for_each_state(ways, wanted)


def _ways_by_community(scope: Scope, wanted: BillFilter) -> tuple[AccessPath, ...]:
    places = ways_by_place(scope)
    if not wanted.states or any(way.index is not BILLS_BY_COMMUNITY for way in places):
        return places
    with_state = [attrs.evolve(way, index=BILLS_BY_COMMUNITY_STATE) for way in places]
    return _once_for_each_state(with_state, wanted)


def _once_for_each_state(ways: Sequence[AccessPath], wanted: BillFilter) -> tuple[AccessPath, ...]:
    states = sorted(wanted.states or BillState, key=lambda state: state.name)
    return tuple(way.narrowed(bills.c.state == state) for way in ways for state in states)


@attrs.frozen
class _Look:
    """A look at what bills there are, for ways that lead past most of them."""

    connection: Connection
    scope: Scope
    wanted: BillFilter

    def ways(self) -> tuple[AccessPath, ...]:
        """Return the ways, none where the plain ones are as good."""
        if self.wanted.house_id is not None or self.wanted.batch_id is not None:
            return ()
        inside = self._few_houses() if self.wanted.building else None
        if inside is not None:
            return (_by_houses(inside),)
        for index, conditions in (
            (BILLS_BY_PAID_AT, [*paid_range(self.wanted)]),
            (BILLS_BY_AMOUNT, [*amount_range(self.wanted)]),
        ):
            numbers = self._few_numbers(index, conditions) if conditions else None
            if numbers is not None:
                return (AccessPath(BILLS_BY_COMPANY, one_of(bills.c.number, numbers)),)
        return self._by_period()

    def _few_numbers(
        self, index: Index, conditions: Collection[ColumnElement[bool]]
    ) -> Sequence[BillNumber] | None:
        """Return the bills that conditions on an index find, or None when they are not few."""
        found = select(bills.c.number).where(
            BILL_IS_THERE, in_scope(bills, self.scope), *conditions
        )
        few = along(found.limit(_NARROW_MAX + 1), index)
        numbers = self.connection.execute(few).scalars().all()
        return numbers if len(numbers) <= _NARROW_MAX else None

    def _by_period(self) -> tuple[AccessPath, ...]:
        """Return a way for each period in use that overlaps the filter's, if they are few."""
        wanted = self.wanted
        if not [*period_range(wanted)] or self.scope.community_ids is not None:
            return ()
        seen = self.connection.execute(self._latest_periods()).scalars().all()
        first = (wanted.period_from or date.min).isoformat()
        found = [each for each in seen if each.partition("/")[2] >= first]
        if len(seen) > _PERIODS_MAX or len(found) > WAYS_MAX:
            return ()
        return tuple(AccessPath(BILLS_BY_PERIOD, bills.c.period == each) for each in found)

    def _few_houses(self) -> Sequence[HouseId] | None:
        """Return the houses of a building, or None when they are not few."""
        here = (in_scope(houses, self.scope), houses.c.building == self.wanted.building)
        found = select(houses.c.id).where(*here).limit(_NARROW_MAX + 1)
        ids = self.connection.execute(found).scalars().all()
        return ids if len(ids) <= _NARROW_MAX else None

    def _latest_periods(self) -> Select[str]:
        """Return the select of the different periods of a company's bills, the latest first.

        It leaps from one to the next through the index instead of reading all bills.
        """
        own = (bills.c.company_id == self.scope.company_id, BILL_IS_THERE)
        period = bills.c.period

        def latest(*conditions: ColumnElement[bool]) -> ScalarSelect[str]:
            found = select(period).where(*own, *conditions).order_by(period.desc()).limit(1)
            return along(found, BILLS_BY_PERIOD).scalar_subquery()

        to = self.wanted.period_to
        # A zero follows the slash that follows the day.
        first = select(latest(*([period < f"{to}0"] if to else [])).label("period"))
        leaps = first.cte("leaps", recursive=True)
        following = select(latest(period < leaps.c.period)).where(leaps.c.period.is_not(None))
        leaps = leaps.union_all(following)
        return select(leaps.c.period).where(leaps.c.period.is_not(None)).limit(_PERIODS_MAX + 1)
