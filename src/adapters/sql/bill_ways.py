"""The choice of the ways in for a filter of the bill list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import attrs
from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, select, true

from adapters.sql.bill_filters import amount_range, filter_conditions, paid_range
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
    BILLS_BY_PERIOD,
    BILLS_BY_STATE,
    BILLS_REMINDED,
    bills,
    houses,
)
from billing_domain.model.actor import Scope
from billing_domain.model.bill import BillState
from billing_domain.model.house import HouseId
from billing_domain.ports.queries import BillFilter

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
    finder = _WayFinder(connection, reach, wanted)
    kept = filter_conditions(connection, reach, wanted)
    return BillPlan(
        kept=and_(BILL_IS_THERE, in_scope(bills, reach), *kept),
        ways=finder.narrow_ways() or finder.ways_in_order(),
    )


def ways_by_place(scope: Scope) -> tuple[WayIn, ...]:
    """Return the ways to all bills in scope: of the company, or of each of few communities."""
    chosen = scope.community_ids
    if chosen is None or len(chosen) > WAYS_MAX:
        return (WayIn(BILLS_BY_COMPANY, true()),)
    here = bills.c.community_id
    return tuple(WayIn(BILLS_BY_COMMUNITY, here == community) for community in sorted(chosen))


def by_houses(ids: Collection[HouseId]) -> WayIn:
    """Return the way to the bills of listed houses."""
    return WayIn(BILLS_BY_HOUSE, bills.c.house_id.in_(ids), in_order=False)


@attrs.frozen
class _WayFinder:
    """Looks for the ways to the bills of a filter, the shortest first."""

    connection: Connection
    scope: Scope
    wanted: BillFilter

    def narrow_ways(self) -> tuple[WayIn, ...]:
        """Return the way to few bills, if the filter has one."""
        if self.wanted.house_id is not None:
            return (
                WayIn(BILLS_BY_HOUSE, bills.c.house_id == self.wanted.house_id, in_order=False),
            )
        if self.wanted.batch_id is not None:
            return (WayIn(BILLS_BY_BATCH, true()),)
        inside = self._few_houses() if self.wanted.building else None
        if inside is not None:
            return (by_houses(inside),)
        for index, conditions in (
            (BILLS_BY_PAID_AT, [*paid_range(self.wanted)]),
            (BILLS_BY_AMOUNT, [*amount_range(self.wanted)]),
        ):
            if conditions:
                found = select(bills.c.number).where(BILL_IS_THERE, *conditions)
                few = found.where(in_scope(bills, self.scope)).limit(_NARROW_MAX + 1)
                numbers = self.connection.execute(along(few, index)).scalars().all()
                if len(numbers) <= _NARROW_MAX:
                    return (WayIn(BILLS_BY_COMPANY, bills.c.number.in_(numbers)),)
        return ()

    def ways_in_order(self) -> tuple[WayIn, ...]:
        """Return the ways that give the newest bills first, by what is likely to be rarest."""
        wanted = self.wanted
        if self.scope.community_ids is not None:
            return self._by_community()
        if wanted.channel is not None or wanted.reminded:
            return (WayIn(BILLS_REMINDED if wanted.reminded else BILLS_BY_CHANNEL, true()),)
        periods = self._periods() if wanted.period_from or wanted.period_to else None
        if periods is not None:
            return tuple(WayIn(BILLS_BY_PERIOD, bills.c.period == each) for each in periods)
        if 0 < len(wanted.fee_types) <= _FACETS_MAX:
            ordered = sorted(wanted.fee_types, key=lambda fee_type: fee_type.name)
            each = [WayIn(BILLS_BY_FEE_TYPE, bills.c.fee_type == one) for one in ordered]
            return self._by_state(each)
        if wanted.states:
            return self._by_state([WayIn(BILLS_BY_STATE, true())])
        return ways_by_place(self.scope)

    def _by_community(self) -> tuple[WayIn, ...]:
        places = ways_by_place(self.scope)
        if not self.wanted.states or not all(way.index is BILLS_BY_COMMUNITY for way in places):
            return places
        here = [attrs.evolve(way, index=BILLS_BY_COMMUNITY_STATE) for way in places]
        return self._by_state(here)

    def _by_state(self, ways: Sequence[WayIn]) -> tuple[WayIn, ...]:
        """Return each way once for each state, as the index of the ways has one in it."""
        states = sorted(self.wanted.states or BillState, key=lambda state: state.name)
        return tuple(way.narrowed(bills.c.state == state) for way in ways for state in states)

    def _few_houses(self) -> Sequence[HouseId] | None:
        """Return the houses of a building, or None when they are not few."""
        here = (in_scope(houses, self.scope), houses.c.building == self.wanted.building)
        found = select(houses.c.id).where(*here).limit(_NARROW_MAX + 1)
        ids = self.connection.execute(found).scalars().all()
        return ids if len(ids) <= _NARROW_MAX else None

    def _periods(self) -> Sequence[str] | None:
        """Return the periods in use that overlap the filter's, None when they are too many."""
        seen = self.connection.execute(self._latest_periods()).scalars().all()
        if len(seen) > _PERIODS_MAX:
            return None
        first = self.wanted.period_from or date.min
        found = [each for each in seen if each.partition("/")[2] >= first.isoformat()]
        return found if len(found) <= WAYS_MAX else None

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
