"""Chooses the access paths for a filter of the bill list."""

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
    conditions_from_data,
    depends_on_data,
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

PATHS_MAX: Final = 20
"""Planning more access paths than this costs more than it saves."""

_NARROW_MAX: Final = 300
"""Up to this many bills or houses, sorting is faster than scanning bills by number."""

_PERIODS_MAX: Final = 200
"""How many of a company's periods are compared with the filter's period."""

_FACETS_MAX: Final = 3


def plan_filter(connection: Connection, scope: Scope, wanted: BillFilter) -> BillPlan:
    """Return the plan of a filter; the filter's search text is ignored."""
    reach = narrowed_scope(scope, wanted.community_id)
    if not depends_on_data(wanted):
        return _plain_plan(reach, attrs.evolve(wanted, text="", community_id=None))
    predicate = and_(
        BILL_IS_THERE,
        in_scope(bills, reach),
        *plain_conditions(wanted),
        *conditions_from_data(connection, reach, wanted),
    )
    return BillPlan(
        predicate, _PathsFromData(connection, reach, wanted).paths() or _plain_paths(reach, wanted)
    )


@lru_cache(maxsize=256)
def _plain_plan(scope: Scope, wanted: BillFilter) -> BillPlan:
    """Return the plan of a filter that needs no data. Cached: each page asks again."""
    predicate = and_(BILL_IS_THERE, in_scope(bills, scope), *plain_conditions(wanted))
    return BillPlan(predicate, _plain_paths(scope, wanted))


def paths_by_place(scope: Scope) -> tuple[AccessPath, ...]:
    """Return the paths to all bills in scope: one for the company, or one per community."""
    chosen = scope.community_ids
    if chosen is None or len(chosen) > PATHS_MAX:
        return (AccessPath(BILLS_BY_COMPANY, true()),)
    here = bills.c.community_id
    return tuple(AccessPath(BILLS_BY_COMMUNITY, here == community) for community in sorted(chosen))


BY_HOUSES: Final = AccessPath(
    BILLS_BY_HOUSE, bills.c.house_id.in_(bindparam("houses", expanding=True)), in_order=False
)
"""The path to the bills of the houses in the plan's value `houses`."""


def _by_houses(ids: Collection[HouseId]) -> AccessPath:
    return AccessPath(BILLS_BY_HOUSE, one_of(bills.c.house_id, ids), in_order=False)


def _plain_paths(scope: Scope, wanted: BillFilter) -> tuple[AccessPath, ...]:
    """Return the paths that follow from the filter alone, by its rarest criterion."""
    if wanted.house_id is not None:
        return (_by_houses([wanted.house_id]),)
    if wanted.batch_id is not None:
        return (AccessPath(BILLS_BY_BATCH, true()),)
    if scope.community_ids is not None:
        return _paths_by_community(scope, wanted)
    if wanted.channel is not None or wanted.reminded:
        return (AccessPath(BILLS_REMINDED if wanted.reminded else BILLS_BY_CHANNEL, true()),)
    if 0 < len(wanted.fee_types) <= _FACETS_MAX:
        ordered = sorted(wanted.fee_types, key=lambda fee_type: fee_type.name)
        paths = [
            AccessPath(BILLS_BY_FEE_TYPE, bills.c.fee_type == fee_type) for fee_type in ordered
        ]
    elif wanted.states:
        paths = [AccessPath(BILLS_BY_STATE, true())]
    else:
        return paths_by_place(scope)
    return _split_by_state(paths, wanted)


def _paths_by_community(scope: Scope, wanted: BillFilter) -> tuple[AccessPath, ...]:
    places = paths_by_place(scope)
    if not wanted.states or any(path.index is not BILLS_BY_COMMUNITY for path in places):
        return places
    with_state = [attrs.evolve(path, index=BILLS_BY_COMMUNITY_STATE) for path in places]
    return _split_by_state(with_state, wanted)


def _split_by_state(paths: Sequence[AccessPath], wanted: BillFilter) -> tuple[AccessPath, ...]:
    states = sorted(wanted.states or BillState, key=lambda state: state.name)
    return tuple(path.narrowed(bills.c.state == state) for path in paths for state in states)


@attrs.frozen
class _PathsFromData:
    """Chooses narrow paths by counting stored bills and houses."""

    connection: Connection
    scope: Scope
    wanted: BillFilter

    def paths(self) -> tuple[AccessPath, ...]:
        """Return the paths; empty when the plain paths are as good."""
        if self.wanted.house_id is not None or self.wanted.batch_id is not None:
            return ()
        house_ids = self._few_houses() if self.wanted.building else None
        if house_ids is not None:
            return (_by_houses(house_ids),)
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
        """Return the numbers that the conditions match, or None when there are too many."""
        found = select(bills.c.number).where(
            BILL_IS_THERE, in_scope(bills, self.scope), *conditions
        )
        few = along(found.limit(_NARROW_MAX + 1), index)
        numbers = self.connection.execute(few).scalars().all()
        return numbers if len(numbers) <= _NARROW_MAX else None

    def _by_period(self) -> tuple[AccessPath, ...]:
        """Return a path for each stored period that overlaps the filter's; empty for too many."""
        wanted = self.wanted
        if not [*period_range(wanted)] or self.scope.community_ids is not None:
            return ()
        seen = self.connection.execute(self._latest_periods()).scalars().all()
        first = (wanted.period_from or date.min).isoformat()
        found = [each for each in seen if each.partition("/")[2] >= first]
        if len(seen) > _PERIODS_MAX or len(found) > PATHS_MAX:
            return ()
        return tuple(AccessPath(BILLS_BY_PERIOD, bills.c.period == each) for each in found)

    def _few_houses(self) -> Sequence[HouseId] | None:
        """Return the houses of the building, or None when there are too many."""
        here = (in_scope(houses, self.scope), houses.c.building == self.wanted.building)
        found = select(houses.c.id).where(*here).limit(_NARROW_MAX + 1)
        ids = self.connection.execute(found).scalars().all()
        return ids if len(ids) <= _NARROW_MAX else None

    def _latest_periods(self) -> Select[str]:
        """Return the select of the distinct periods of a company's bills, the latest first.

        The recursive query seeks the next period in the index instead of reading all bills.
        """
        own = (bills.c.company_id == self.scope.company_id, BILL_IS_THERE)
        period = bills.c.period

        def latest(*conditions: ColumnElement[bool]) -> ScalarSelect[str]:
            found = select(period).where(*own, *conditions).order_by(period.desc()).limit(1)
            return along(found, BILLS_BY_PERIOD).scalar_subquery()

        to = self.wanted.period_to
        # Periods are `first/last`. "0" sorts after "/", so periods beginning on that day match.
        first = select(latest(*([period < f"{to}0"] if to else [])).label("period"))
        leaps = first.cte("leaps", recursive=True)
        following = select(latest(period < leaps.c.period)).where(leaps.c.period.is_not(None))
        leaps = leaps.union_all(following)
        return select(leaps.c.period).where(leaps.c.period.is_not(None)).limit(_PERIODS_MAX + 1)
