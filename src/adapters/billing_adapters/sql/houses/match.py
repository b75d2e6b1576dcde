"""Finds the houses that every word of a search text matches (rule 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)

from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.houses.word_match import Shape, WordMatch, condition_of
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import house_grams, houses
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.search_text import SearchWord

HOUSES_MAX: Final = 300
"""With more matching houses, scanning the newest bills is faster than listing houses."""

_CANDIDATES_MAX: Final = 2_000
_GRAMS_MAX: Final = 40
_GRAMS_A_TEXT: Final = 4
"""Of each text the longest grams are counted, which are rare more often than the others."""


@attrs.frozen
class HouseMatch:
    """Search words among the houses of a scope; a house matches when each word does."""

    words: tuple[WordMatch, ...]
    scope: Scope
    today: date
    community_row_ids: tuple[int, ...]

    @classmethod
    def find(
        cls, connection: Connection, scope: Scope, words: Collection[SearchWord], today: date
    ) -> HouseMatch:
        """Match the words with the communities in scope."""
        rows = connection.execute(_communities(scope)).all()
        names: dict[CommunityId, str] = {row.id: row.search_name for row in rows}
        matches = tuple(
            WordMatch.of(word, place, names, whole_phones=scope.whole_phones)
            for place, word in enumerate(words)
        )
        return cls(matches, scope, today, tuple(row.row_id for row in rows))

    def only(self, word: WordMatch) -> HouseMatch:
        """Return the match of one of the words alone."""
        return attrs.evolve(self, words=(word,))

    def is_whole(self, word: WordMatch) -> bool:
        """Return whether the names of all communities contain a word."""
        return len(word.whole) == len(self.community_row_ids)

    @property
    def restricting(self) -> HouseMatch:
        """The same match without the words that match every house."""
        return attrs.evolve(
            self, words=tuple(each for each in self.words if not self.is_whole(each))
        )

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that a house matches; `values` fill its parameters."""
        return and_(true(), *(word.condition for word in self.words))

    @property
    def values(self) -> dict[str, object]:
        """The bound values of the condition."""
        values: dict[str, object] = {"today": self.today}
        for word in self.words:
            values |= word.values
        return values

    def among(self, connection: Connection, ids: Collection[HouseId]) -> Sequence[HouseId]:
        """Return the matching houses among `ids`."""
        here = houses.c.id.in_(bindparam("houses", expanding=True))
        found = select(houses.c.id).where(here, self.condition)
        return connection.execute(found, {**self.values, "houses": [*ids]}).scalars().all()

    def few(self, connection: Connection, limit: int = HOUSES_MAX + 1) -> list[HouseId] | None:
        """Return the matching houses, or None for too many houses or no rare gram.

        With a smaller limit, so many of them at most.
        """
        grams = self._rare_grams(connection)
        if grams is None:
            return None
        if not grams:
            return []
        values = {**self.values, "grams": sorted(grams), "places": [*self.community_row_ids]}
        if all(word.plain for word in self.words):
            found = _by_grams(tuple(word.shape for word in self.words), limit)
        else:
            found = _BY_GRAMS.where(self.condition).distinct().limit(limit)
        ids = connection.execute(found, values).scalars().all()
        return sorted(ids) if len(ids) <= HOUSES_MAX else None

    def any(self, connection: Connection) -> bool:
        """Return whether any house matches."""
        few = self.few(connection, limit=1)
        if few is not None:
            return bool(few)
        found = select(houses.c.id).where(in_scope(houses, self.scope), self.condition)
        return connection.execute(found.limit(1), self.values).first() is not None

    def _rare_grams(self, connection: Connection) -> set[str] | None:
        """Return grams of which each matching house has one, or None for too many houses."""
        options = [
            [sorted(needle, key=_longest_first)[:_GRAMS_A_TEXT] for needle in needles]
            for word in self.words
            if not word.whole and frozenset() not in (needles := word.needles)
        ]
        if not options:
            return None
        counts = self._counts(connection, set().union(*(each for one in options for each in one)))
        best: tuple[int, set[str]] = (_CANDIDATES_MAX + 1, set())
        for texts in options:
            rarest = [min(text, key=lambda gram: (counts[gram], gram)) for text in texts]
            total = sum(counts[gram] for gram in rarest)
            if total < best[0]:
                best = (total, {gram for gram in rarest if counts[gram]})
        return best[1] if best[0] <= _CANDIDATES_MAX else None

    def _counts(self, connection: Connection, grams: Collection[str]) -> dict[str, int]:
        """Return for each gram how many houses have it; more than a few are not counted."""
        longest = sorted(grams, key=_longest_first)
        counted = longest[:_GRAMS_MAX]
        counts = dict.fromkeys(longest[_GRAMS_MAX:], _CANDIDATES_MAX + 1)
        values: dict[str, object] = {"places": [*self.community_row_ids]}
        values |= {f"gram{place}": gram for place, gram in enumerate(counted)}
        rows = connection.execute(_counting(len(counted)), values).all()
        return {**counts, **{counted[place]: count for place, count in rows}}


def _longest_first(gram: str) -> tuple[int, str]:
    return -len(gram), gram


_HAVING: Final = house_grams.c.community_row_id.in_(bindparam("places", expanding=True))
_BY_GRAMS: Final = (
    select(houses.c.id)
    .join(house_grams, house_grams.c.house_row_id == houses.c.row_id)
    .where(_HAVING, house_grams.c.gram.in_(bindparam("grams", expanding=True)))
)


@lru_cache(maxsize=256)
def _by_grams(shapes: tuple[Shape, ...], limit: int) -> Select[HouseId]:
    """Return the select of houses that words of these shapes match. Cached."""
    return _BY_GRAMS.where(*map(condition_of, shapes)).distinct().limit(limit)


@lru_cache(maxsize=_GRAMS_MAX)
def _counting(count: int) -> Any:  # noqa: ANN401 - any select
    """Return the select of place and number of houses of so many grams. Cached."""
    one = func.count().label("count")
    parts = []
    for place in range(count):
        having = (_HAVING, house_grams.c.gram == bindparam(f"gram{place}"))
        some = select(house_grams.c.house_row_id).where(*having).limit(_CANDIDATES_MAX + 1)
        number = literal(place).label("place")
        parts.append(select(number, one).select_from(some.subquery()))
    return union_all(*parts)


@lru_cache(maxsize=256)
def _communities(scope: Scope) -> Select[int, CommunityId, str]:
    """Return the select of the communities in scope. Cached by scope."""
    found = select(communities.c.row_id, communities.c.id, communities.c.search_name)
    return found.where(in_scope(communities, scope))
