"""Bills by a search text: a part of a number, or of what their house is known by (rule 2.9).

Houses that few are listed first, then their bills. A text that very many houses contain is looked
for the other way round: the newest bills hold a page of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final

import attrs
from sqlalchemy import Connection, Select, select

from billing_adapters.sql.bills.search.access_paths import (
    BY_HOUSES,
    WAYS_MAX,
    plan_filter,
    ways_by_place,
)
from billing_adapters.sql.bills.search.number_search import way_by_external_number, ways_by_number
from billing_adapters.sql.bills.search.plan import AccessPath, BillPlan
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.match import HouseMatch
from billing_adapters.sql.tables.bills import BILLS_BY_COMMUNITY, BILLS_BY_COMPANY, bills
from billing_adapters.sql.tables.houses import houses
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import HouseId
from billing_domain.model.search_text import search_needle
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey

_CHUNKS: Final = (100, 400, 2_000, 8_000)
"""How many of the newest bills are gone through before a common text is looked up after all."""

_LISTED_MAX: Final = 3_000
"""More matching houses than this are not listed one by one."""


@attrs.frozen
class BillSearch:
    """A filter with its search text, resolved as far as every read needs it.

    `found` reaches all of its bills, but for those of the houses of a common text.
    """

    found: BillPlan
    common: CommonText | None = None

    def newest(self, connection: Connection, limit: int, key: PageKey | None) -> list[BillNumber]:
        """Return the newest numbers, the nearest to a key where there is one, nearest first."""
        met = self.common.newest(connection, self.found, limit, key) if self.common else None
        return self.plan(connection).newest_numbers(connection, limit, key) if met is None else met

    def plan(self, connection: Connection) -> BillPlan:
        """Return how to reach every bill."""
        return self.common.plan(connection, self.found) if self.common else self.found

    def some_plan(self, connection: Connection) -> tuple[BillPlan, bool]:
        """Return how to reach many of the bills, and whether they are all of them."""
        if self.common is None:
            return self.found, True
        return self.common.some_plan(connection, self.found)


@attrs.frozen
class CommonText:
    """A search text that more houses contain than are listed at once, or that has no index.

    `others` are all bills that the filter keeps, among which those of matching houses are met.
    """

    scope: Scope
    others: BillPlan
    match: HouseMatch

    def newest(
        self, connection: Connection, found: BillPlan, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Return the newest numbers as BillSearch does, or None when that would take too long."""
        met = self._meet(connection, limit, key)
        if met is None:
            return None
        numbers = {*met, *found.newest_numbers(connection, limit, key)}
        return sorted(numbers, reverse=key is None or not key.backwards)[:limit]

    def plan(self, connection: Connection, found: BillPlan) -> BillPlan:
        """Return how to reach every bill, by the list of the houses unless they are too many."""
        plan, complete = self.some_plan(connection, found)
        if complete:
            return plan
        meant = bills.c.house_id.in_(self._houses)
        by_place = (way.narrowed(meant) for way in ways_by_place(self.scope))
        return BillPlan(
            found.predicate, (*found.ways, *by_place), disjoint=False, values=found.values
        )

    def some_plan(self, connection: Connection, found: BillPlan) -> tuple[BillPlan, bool]:
        """Return the way by as many of the houses as are listed, and whether they are all."""
        ids = connection.execute(self._houses.limit(_LISTED_MAX + 1)).scalars().all()
        by_house = _text_plan(found, (*found.ways, BY_HOUSES))
        return by_house.given(**found.values, houses=ids), len(ids) <= _LISTED_MAX

    @property
    def _houses(self) -> Select[HouseId]:
        return select(houses.c.id).where(in_scope(houses, self.scope), self.match.condition)

    def _meet(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Go through the newest bills until enough of them belong to matching houses."""
        known: dict[HouseId, bool] = {}
        met: list[BillNumber] = []
        for chunk in _CHUNKS:
            rows = self.others.newest(connection, chunk, key)
            new = {row.house_id for row in rows} - known.keys()
            known.update(dict.fromkeys(new, False))
            known.update(dict.fromkeys(self.match.among(connection, new), True))
            met += [row.number for row in rows if known[row.house_id]]
            if len(met) >= limit or len(rows) < chunk:
                return met
            key = PageKey(rows[-1].number, backwards=key is not None and key.backwards)
        return None


def search_bills(
    connection: Connection, scope: Scope, wanted: BillFilter, today: date
) -> BillSearch:
    """Resolve a filter for those who look on a day; costs the same few statements every time."""
    base = plan_filter(connection, scope, wanted)
    needle = search_needle(wanted.text)
    if not needle:
        return BillSearch(base)
    reach = narrowed_scope(scope, wanted.community_id)
    match = HouseMatch.find(connection, reach, needle, today)
    if len(match.whole) == len(match.community_row_ids):
        return BillSearch(base)
    by_number = ways_by_number(connection, reach, needle)
    direct = (*_by_community(match), *by_number.ways, way_by_external_number(needle))
    values = {"needle": needle, **by_number.values}
    few = match.few(connection)
    if few is None:
        found = _text_plan(base, direct).given(**values)
        return BillSearch(found, CommonText(reach, base, match))
    return BillSearch(_text_plan(base, (*direct, BY_HOUSES)).given(**values, houses=few))


@lru_cache(maxsize=256)
def _text_plan(base: BillPlan, ways: tuple[AccessPath, ...]) -> BillPlan:
    """Return a plan by other ways; most searches go the same few, with other values."""
    return BillPlan(base.predicate, ways, disjoint=False)


def _by_community(match: HouseMatch) -> Iterator[AccessPath]:
    """Yield the ways to the bills of communities whose very name contains the text."""
    whole = sorted(match.whole)
    if len(whole) > WAYS_MAX:
        yield AccessPath(BILLS_BY_COMPANY, bills.c.community_id.in_(whole))
        return
    for community in whole:
        yield AccessPath(BILLS_BY_COMMUNITY, bills.c.community_id == community)
