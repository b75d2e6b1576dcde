"""Bills by a search text: a part of a number, or of what their house is known by (rule 2.9).

Houses that few are listed first, then their bills. A text that very many houses contain is looked
for the other way round: the newest bills hold a page of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import attrs
from sqlalchemy import Connection, and_, select

from adapters.sql.bill_filters import WAYS_MAX, plan_filter, ways_by_place
from adapters.sql.bill_plan import BillPlan, WayIn
from adapters.sql.house_match import HouseMatch, contains
from adapters.sql.scopes import in_scope, narrowed_scope
from adapters.sql.tables import (
    BILLS_BY_COMMUNITY,
    BILLS_BY_COMPANY,
    BILLS_BY_HOUSE,
    BILLS_WITH_EXTERNAL,
    BILLS_WITH_WIDE_EXTERNAL,
    bills,
    houses,
)
from billing_domain.model.actor import Scope
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.house import HouseId
from billing_domain.ports.queries import BillFilter, PageKey, search_needle

_NUMBER_LENGTH: Final = 21
_CHUNKS: Final = (500, 2_000, 8_000)
"""How many of the newest bills are gone through before a common text is looked up after all."""


@attrs.frozen
class BillSearch:
    """A filter with its search text, resolved: `plan` finds all of its bills."""

    plan: BillPlan
    common: CommonText | None = None

    def newest(self, connection: Connection, limit: int, key: PageKey | None) -> list[BillNumber]:
        """Return the newest numbers, the nearest to a key where there is one, nearest first."""
        met = self.common.newest(connection, limit, key) if self.common else None
        return _numbers(connection, self.plan, limit, key) if met is None else met


@attrs.frozen
class CommonText:
    """A search text that too many houses contain to list them.

    `direct` reaches the bills that the text finds without their house; `others` are all bills that
    the filter keeps, among which those of matching houses are met.
    """

    direct: BillPlan
    others: BillPlan
    match: HouseMatch

    def newest(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Return the newest numbers as BillSearch does, or None when that would take too long."""
        met = self._meet(connection, limit, key)
        if met is None:
            return None
        numbers = {*met, *_numbers(connection, self.direct, limit, key)}
        return sorted(numbers, reverse=key is None or not key.backwards)[:limit]

    def _meet(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Go through the newest bills until enough of them belong to matching houses."""
        known: dict[HouseId, bool] = {}
        met: list[BillNumber] = []
        for chunk in _CHUNKS:
            newest = self.others.newest(bills.c.number, bills.c.house_id, limit=chunk, key=key)
            rows = connection.execute(newest).all()
            self._learn(connection, known, {row.house_id for row in rows})
            met += [row.number for row in rows if known[row.house_id]]
            if len(met) >= limit or len(rows) < chunk:
                return met
            key = PageKey(rows[-1].number, backwards=key is not None and key.backwards)
        return None

    def _learn(
        self, connection: Connection, known: dict[HouseId, bool], ids: set[HouseId]
    ) -> None:
        new = ids - known.keys()
        found = select(houses.c.id).where(houses.c.id.in_(new), self.match.condition)
        known.update(dict.fromkeys(new, False))
        known.update(dict.fromkeys(connection.execute(found).scalars(), True))


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
    direct = (*_by_community(match), *_by_number(reach, needle), *_by_external_number(needle))
    few = match.few(connection)
    if few is not None:
        by_house = WayIn(BILLS_BY_HOUSE, bills.c.house_id.in_(few), in_order=False)
        return BillSearch(BillPlan(base.kept, (*direct, by_house)))
    meant = select(houses.c.id).where(in_scope(houses, reach), match.condition)
    by_houses = (way.narrowed(bills.c.house_id.in_(meant)) for way in ways_by_place(reach))
    return BillSearch(
        BillPlan(base.kept, (*direct, *by_houses)),
        CommonText(BillPlan(base.kept, direct), base, match),
    )


def _numbers(
    connection: Connection, plan: BillPlan, limit: int, key: PageKey | None
) -> list[BillNumber]:
    newest = plan.newest(bills.c.number, limit=limit, key=key)
    return [*connection.execute(newest).scalars()]


def _by_community(match: HouseMatch) -> Iterator[WayIn]:
    """Yield the ways to the bills of communities whose very name contains the text."""
    whole = sorted(match.whole)
    if len(whole) > WAYS_MAX:
        yield WayIn(BILLS_BY_COMPANY, bills.c.community_id.in_(whole))
        return
    for community in whole:
        yield WayIn(BILLS_BY_COMMUNITY, bills.c.community_id == community)


def _by_number(scope: Scope, needle: str) -> Iterator[WayIn]:
    if needle.isascii() and needle.isdigit() and len(needle) <= _NUMBER_LENGTH:
        for way in ways_by_place(scope):
            yield way.narrowed(contains(bills.c.number, needle))


def _by_external_number(needle: str) -> Iterator[WayIn]:
    found = contains(bills.c.search_external, needle)
    if needle.isascii():
        yield WayIn(BILLS_WITH_EXTERNAL, and_(bills.c.search_external.is_not(None), found))
    else:
        yield WayIn(BILLS_WITH_WIDE_EXTERNAL, and_(bills.c.external_wide.is_not(None), found))
