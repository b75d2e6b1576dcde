"""Matches a search text with houses, by full address and current residents (rule 2.9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from billing_adapters.sql.db.key_lists import one_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.houses.search_index import grams
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import house_grams, houses, residents
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId

HOUSES_MAX: Final = 300
"""With more matching houses, scanning the newest bills is faster than listing houses."""

_CANDIDATES_MAX: Final = 2_000
_GRAMS_MAX: Final = 8


@attrs.frozen
class HouseMatch:
    """The matches of a folded search text among the houses of a scope.

    `whole`: communities whose name contains the text, so every house matches.
    `across_community_name`: the text may begin in the community's name and end in the address, as
    in `garden/1`. It maps the start of such addresses to the communities.
    """

    needle: str
    today: date
    community_row_ids: tuple[int, ...]
    whole: frozenset[CommunityId]
    across_community_name: dict[str, tuple[CommunityId, ...]]

    @classmethod
    def find(cls, connection: Connection, scope: Scope, needle: str, today: date) -> HouseMatch:
        """Match the text with the communities in scope."""
        rows = connection.execute(_communities(scope)).all()
        names = {row.id: f"{row.search_name}/" for row in rows}
        return cls(
            needle=needle,
            today=today,
            community_row_ids=tuple(row.row_id for row in rows),
            whole=frozenset(key for key, name in names.items() if needle in name),
            across_community_name=_across_community_name(needle, names),
        )

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that a house matches, without the communities of `whole`."""
        found = _found(literal(self.needle), literal(self.today))
        across = (
            and_(one_of(houses.c.community_id, ids), _begins(houses.c.search_address, start))
            for start, ids in self.across_community_name.items()
        )
        return or_(found, *across)

    def among(self, connection: Connection, ids: Collection[HouseId]) -> Sequence[HouseId]:
        """Return the matching houses among `ids`."""
        some = select(houses.c.id).where(one_of(houses.c.id, ids), self.condition)
        if self.across_community_name:
            return connection.execute(some).scalars().all()
        values = {"houses": [*ids], "needle": self.needle, "today": self.today}
        return connection.execute(_AMONG, values).scalars().all()

    def few(self, connection: Connection) -> list[HouseId] | None:
        """Return the matching houses, or None for too many houses or no rare gram."""
        gram = self._rarest_gram(connection)
        if gram is None:
            return None
        values = {
            "communities": [*self.community_row_ids],
            "gram": gram,
            "needle": self.needle,
            "today": self.today,
        }
        found = set(connection.execute(_BY_GRAM, values).scalars())
        for start, ids in self.across_community_name.items():
            here = (one_of(houses.c.community_id, ids), _begins(houses.c.search_address, start))
            across = select(houses.c.id).where(*here).limit(HOUSES_MAX + 1)
            found.update(connection.execute(across).scalars())
        return sorted(found) if len(found) <= HOUSES_MAX else None

    def _rarest_gram(self, connection: Connection) -> str | None:
        """Return the gram of the text with the fewest houses, or None for too many houses."""
        all_grams = grams(self.needle)
        # A pair is at least as rare as its single characters.
        longer = sorted(gram for gram in all_grams if len(gram) > 1) or sorted(all_grams)
        if len(longer) <= 1:
            return next(iter(longer), None)
        counts = (
            select(literal(gram), func.count()).select_from(
                select(literal(1)).where(*self._having(gram)).limit(_CANDIDATES_MAX + 1).subquery()
            )
            for gram in longer[:_GRAMS_MAX]
        )
        rows = connection.execute(union_all(*counts)).all()
        gram, count = min(rows, key=lambda row: (row[1], row[0]))
        return gram if count <= _CANDIDATES_MAX else None

    def _having(self, gram: str) -> tuple[ColumnElement[bool], ...]:
        here = house_grams.c.community_row_id.in_(self.community_row_ids)
        return (here, house_grams.c.gram == gram)


class _Position(FunctionElement[int]):
    """The position of a text within another, from 1; 0 when absent."""

    inherit_cache = True
    type = Integer()


@compiles(_Position, "sqlite")
def _sqlite_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Position, "postgresql")
def _postgresql_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"strpos({compiler.process(element.clauses, **options)})"


def contains(text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a text contains a part; the part has no wildcards."""
    return _Position(text, part) > 0


def _found(needle: ColumnElement[str], today: ColumnElement[date]) -> ColumnElement[bool]:
    """Return the condition that a house's address or a current resident contains the needle."""
    moved_out_on = residents.c.moved_out_on
    return or_(
        contains(houses.c.search_address, needle),
        exists().where(
            residents.c.house_id == houses.c.id,
            or_(moved_out_on.is_(None), moved_out_on > today),
            or_(
                contains(residents.c.search_name, needle),
                contains(residents.c.search_phone, needle),
            ),
        ),
    )


_FOUND: Final = _found(bindparam("needle", type_=Text), bindparam("today", type_=Date))
_AMONG: Final = select(houses.c.id).where(
    houses.c.id.in_(bindparam("houses", expanding=True)), _FOUND
)
_BY_GRAM: Final = (
    select(houses.c.id)
    .join(house_grams, house_grams.c.house_row_id == houses.c.row_id)
    .where(
        house_grams.c.community_row_id.in_(bindparam("communities", expanding=True)),
        house_grams.c.gram == bindparam("gram"),
        _FOUND,
    )
    .limit(HOUSES_MAX + 1)
)


@lru_cache(maxsize=256)
def _communities(scope: Scope) -> Select[int, CommunityId, str]:
    """Return the select of the communities in scope. Cached by scope."""
    found = select(communities.c.row_id, communities.c.id, communities.c.search_name)
    return found.where(in_scope(communities, scope))


def _begins(text: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return func.substr(text, 1, len(start)) == start


def _across_community_name(
    needle: str, names: dict[CommunityId, str]
) -> dict[str, tuple[CommunityId, ...]]:
    """Return each tail of the needle that begins at a slash, with its communities."""
    found: dict[str, tuple[CommunityId, ...]] = {}
    for slash, char in enumerate(needle):
        if char != "/" or slash in {0, len(needle) - 1}:
            continue
        ends = needle[: slash + 1]
        ids = tuple(key for key, name in names.items() if name.endswith(ends))
        if ids:
            found[needle[slash:]] = ids
    return found
