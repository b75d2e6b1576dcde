"""Which houses a search text means: by their full address and who lives there (rule 2.9)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import attrs
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
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

from adapters.sql.house_repositories import lives_there
from adapters.sql.scopes import in_scope
from adapters.sql.search_index import grams
from adapters.sql.tables import communities, house_grams, houses, residents
from billing_domain.model.actor import Scope
from billing_domain.model.community import CommunityId
from billing_domain.model.house import HouseId

HOUSES_MAX: Final = 300
"""With more houses than this, the newest bills are sooner searched for one of them."""

_CANDIDATES_MAX: Final = 2_000
_GRAMS_MAX: Final = 8


@attrs.frozen
class HouseMatch:
    """What a folded search text means among the houses of a scope.

    `whole` are the communities of which every house is meant, since their name is. `crossing` maps
    the beginnings of addresses to communities whose name ends with the rest of the text: together
    they contain it across the slash.
    """

    needle: str
    today: date
    community_row_ids: tuple[int, ...]
    whole: frozenset[CommunityId]
    crossing: dict[str, tuple[CommunityId, ...]]

    @classmethod
    def find(cls, connection: Connection, scope: Scope, needle: str, today: date) -> HouseMatch:
        """Look at the communities in scope."""
        found = select(communities.c.row_id, communities.c.id, communities.c.search_name)
        rows = connection.execute(found.where(in_scope(communities, scope))).all()
        names = {row.id: f"{row.search_name}/" for row in rows}
        return cls(
            needle=needle,
            today=today,
            community_row_ids=tuple(row.row_id for row in rows),
            whole=frozenset(key for key, name in names.items() if needle in name),
            crossing=_crossing(needle, names),
        )

    @property
    def condition(self) -> ColumnElement[bool]:
        """The condition that a house is meant, but for the communities meant as a whole."""
        return or_(
            contains(houses.c.search_address, self.needle),
            exists().where(
                residents.c.house_id == houses.c.id,
                lives_there(self.today),
                or_(
                    contains(residents.c.search_name, self.needle),
                    contains(residents.c.search_phone, self.needle),
                ),
            ),
            *(
                and_(houses.c.community_id.in_(ids), _begins(houses.c.search_address, start))
                for start, ids in self.crossing.items()
            ),
        )

    def few(self, connection: Connection) -> list[HouseId] | None:
        """Return the houses meant, or None when they are too many, or no piece is rare enough."""
        found: set[HouseId] = set()
        for candidates in self._candidates(connection):
            if candidates is None:
                return None
            rows = connection.execute(candidates.limit(HOUSES_MAX + 1)).scalars()
            found.update(rows)
            if len(found) > HOUSES_MAX:
                return None
        return sorted(found)

    def _candidates(self, connection: Connection) -> Iterator[Select[HouseId] | None]:
        """Yield selects that together find the houses meant; None where the index is no help."""
        rarest = self._rarest_gram(connection)
        if rarest is None:
            yield None
        else:
            yield (
                select(houses.c.id)
                .join(house_grams, house_grams.c.house_row_id == houses.c.row_id)
                .where(*self._having(rarest), self.condition)
            )
        for start, ids in self.crossing.items():
            begins = _begins(houses.c.search_address, start)
            yield select(houses.c.id).where(houses.c.community_id.in_(ids), begins)

    def _rarest_gram(self, connection: Connection) -> str | None:
        """Return the piece of the text that the fewest houses have, if they are few."""
        pieces = grams(self.needle)
        # A character alone is no rarer than a pair that it is in.
        longer = sorted(piece for piece in pieces if len(piece) > 1) or sorted(pieces)
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
    """Where a text begins in another, from 1; 0 when it is not in it."""

    inherit_cache = True
    type = Integer()


@compiles(_Position, "sqlite")
def _sqlite_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - handed on
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(_Position, "postgresql")
def _postgresql_position(element: _Position, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - handed on
    return f"strpos({compiler.process(element.clauses, **options)})"


def contains(text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Return the condition that a text contains a part; no character in it means anything else."""
    return _Position(text, literal(part)) > 0


def _begins(text: ColumnElement[str], start: str) -> ColumnElement[bool]:
    return func.substr(text, 1, len(start)) == start


def _crossing(needle: str, names: dict[CommunityId, str]) -> dict[str, tuple[CommunityId, ...]]:
    """Return every end of the needle that an address may begin with, and in which communities."""
    found: dict[str, tuple[CommunityId, ...]] = {}
    for slash, char in enumerate(needle):
        if char != "/" or slash in {0, len(needle) - 1}:
            continue
        ends = needle[: slash + 1]
        ids = tuple(key for key, name in names.items() if name.endswith(ends))
        if ids:
            found[needle[slash:]] = ids
    return found
