"""Finds bills by a search text: a part of a number, an address, a name or a phone (rule 2.9).

If few houses match, the search lists these houses and then their bills. If very many houses match,
the search scans the newest bills instead: a page of matches is soon complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import attrs
from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from billing_adapters.sql.bills.search.access_paths import (
    BY_HOUSES,
    PATHS_MAX,
    paths_by_place,
    plan_filter,
)
from billing_adapters.sql.bills.search.number_search import (
    number_condition,
    paths_by_number,
)
from billing_adapters.sql.bills.search.plan import AccessPath, BillPlan
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.match import HouseMatch
from billing_adapters.sql.houses.word_match import WordMatch
from billing_adapters.sql.tables.bills import BILLS_BY_COMMUNITY, BILLS_BY_COMPANY, bills
from billing_adapters.sql.tables.houses import houses
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.search_text import search_words
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey

_CHUNKS: Final = (100, 400, 2_000, 8_000)
"""Chunks of the newest bills to scan before a common text is looked up by house."""

_LISTED_MAX: Final = 3_000
"""Up to this many matching houses are listed; more become a subquery."""


@attrs.frozen
class BillSearch:
    """A filter with its search text, resolved for every read.

    `found` is the plan of all matching bills. With `common`, bills that match by their house are
    not in `found`.
    """

    found: BillPlan
    common: CommonText | None = None

    def newest(self, connection: Connection, limit: int, key: PageKey | None) -> list[BillNumber]:
        """Return the newest numbers of a page: with a key, the numbers nearest to it first."""
        numbers = self.common.newest(connection, self.found, limit, key) if self.common else None
        if numbers is None:
            return self.plan(connection).newest_numbers(connection, limit, key)
        return numbers

    def plan(self, connection: Connection) -> BillPlan:
        """Return the plan of all matching bills."""
        return self.common.plan(connection, self.found) if self.common else self.found

    def some_plan(self, connection: Connection) -> tuple[BillPlan, bool]:
        """Return a plan of many matching bills, and whether the plan is complete."""
        if self.common is None:
            return self.found, True
        return self.common.some_plan(connection, self.found)


@attrs.frozen
class CommonText:
    """A search text that matches too many houses, or that the house index can't find.

    `others` is the plan of the filter without the text. Its newest bills are scanned for matches.
    """

    scope: Scope
    others: BillPlan
    match: HouseMatch

    def newest(
        self, connection: Connection, found: BillPlan, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Return the newest numbers as BillSearch does, or None when the scan finds too few."""
        matched = self._scan_newest(connection, limit, key)
        if matched is None:
            return None
        numbers = {*matched, *found.newest_numbers(connection, limit, key)}
        return sorted(numbers, reverse=key is None or not key.backwards)[:limit]

    def plan(self, connection: Connection, found: BillPlan) -> BillPlan:
        """Return the plan of all matching bills."""
        plan, complete = self.some_plan(connection, found)
        if complete:
            return plan
        in_matched_house = bills.c.house_id.in_(self._houses)
        by_place = (path.narrowed(in_matched_house) for path in paths_by_place(self.scope))
        return BillPlan(
            found.predicate,
            (*found.paths, *by_place),
            disjoint=False,
            values={**found.values, **self.match.values},
        )

    def some_plan(self, connection: Connection, found: BillPlan) -> tuple[BillPlan, bool]:
        """Return a plan of `_LISTED_MAX` matching houses, and whether these are all."""
        some = self._houses.limit(_LISTED_MAX + 1)
        ids = connection.execute(some, self.match.values).scalars().all()
        by_house = _text_plan(found, (*found.paths, BY_HOUSES))
        return by_house.given(**found.values, houses=ids), len(ids) <= _LISTED_MAX

    @property
    def _houses(self) -> Select[HouseId]:
        return select(houses.c.id).where(in_scope(houses, self.scope), self.match.condition)

    def _scan_newest(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber] | None:
        """Scan the newest bills until enough belong to matching houses; None for too few."""
        known: dict[HouseId, bool] = {}
        matched: list[BillNumber] = []
        for chunk in _CHUNKS:
            rows = self.others.newest(connection, chunk, key)
            new = {row.house_id for row in rows} - known.keys()
            known.update(dict.fromkeys(new, False))
            known.update(dict.fromkeys(self.match.among(connection, new), True))
            matched += [row.number for row in rows if known[row.house_id]]
            if len(matched) >= limit or len(rows) < chunk:
                return matched
            key = PageKey(rows[-1].number, backwards=key is not None and key.backwards)
        return None


def search_bills(
    connection: Connection, scope: Scope, wanted: BillFilter, today: date
) -> BillSearch:
    """Resolve a filter in a few statements; residents are those of `today`."""
    base = plan_filter(connection, scope, wanted)
    words = search_words(wanted.text)
    if not words:
        return BillSearch(base)
    reach = narrowed_scope(scope, wanted.community_id)
    match = HouseMatch.find(connection, reach, words, today).restricting
    if not match.words:
        return BillSearch(base)
    direct = [*_by_numbers(connection, match)]
    values = {**match.values, **{name: each[name] for _, each in direct for name in each}}
    paths = [path for found, _ in direct for path in found]
    if len(match.words) == 1:
        (word,) = match.words
        paths += _by_community_name(word)
        match = match.only(attrs.evolve(word, whole=frozenset()))
    few = match.few(connection)
    if few is None:
        found = _text_plan(base, tuple(paths)).given(**values)
        return BillSearch(found, CommonText(reach, base, match))
    return BillSearch(_text_plan(base, (*paths, BY_HOUSES)).given(**values, houses=few))


def _by_numbers(
    connection: Connection, match: HouseMatch
) -> Iterator[tuple[Sequence[AccessPath], Mapping[str, object]]]:
    """Yield the paths to the bills that a word matches by number, with their bound values.

    Houses come before numbers: a few digits that match a house are no part of a number.
    """
    numbers = [
        word for word in match.words if not (word.word.short and match.only(word).any(connection))
    ]
    for word in numbers:
        found = paths_by_number(connection, match.scope, word.word, word.place)
        others = [
            _matches(each, by_number=each in numbers) for each in match.words if each is not word
        ]
        yield (
            [path.narrowed(and_(*others)) if others else path for path in found.paths],
            found.values,
        )


def _matches(word: WordMatch, *, by_number: bool) -> ColumnElement[bool]:
    """Return the condition that a bill matches a word by its house, or also by its number."""
    found = select(houses.c.id).where(houses.c.id == bills.c.house_id, word.condition)
    in_house = found.correlate(bills).exists()  # the statement around it may list houses too
    return or_(in_house, number_condition(word.word)) if by_number else in_house


@lru_cache(maxsize=256)
def _text_plan(base: BillPlan, paths: tuple[AccessPath, ...]) -> BillPlan:
    """Return a plan with other paths. Cached: most searches differ only in their values."""
    return BillPlan(base.predicate, paths, disjoint=False)


def _by_community_name(word: WordMatch) -> Iterator[AccessPath]:
    """Yield the paths to the bills of communities whose name contains the word."""
    whole = sorted(word.whole)
    if len(whole) > PATHS_MAX:
        yield AccessPath(BILLS_BY_COMPANY, bills.c.community_id.in_(whole))
        return
    for community in whole:
        yield AccessPath(BILLS_BY_COMMUNITY, bills.c.community_id == community)
