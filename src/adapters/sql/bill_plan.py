"""How the bills of a filter are reached: ways in, each along an index.

Pages show the newest bills first. A way in that follows an index in the order of numbers stops
after one page; one whose bills lie scattered has to be narrow enough to be sorted. SQLite keeps no
count of how common a value is and is told which index to use; PostgreSQL finds that out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Select,
    Subquery,
    and_,
    asc,
    desc,
    false,
    or_,
    select,
    true,
    union,
    union_all,
)

from adapters.sql.tables import BILLS_BY_COMPANY, bills
from billing_domain.model.bill_number import BillNumber
from billing_domain.ports.queries import PageKey

_GLIMPSED: Final = 120
"""More than a page and the first bill of the next."""


@attrs.frozen
class WayIn:
    """One set of bills and the index that leads to it.

    `in_order` says that the index gives them by number, `sieved` that very many numbers of the
    index are looked at for each bill.
    """

    index: Index
    condition: ColumnElement[bool]
    in_order: bool = True
    sieved: bool = False

    def narrowed(self, condition: ColumnElement[bool]) -> WayIn:
        """Return the way to those of its bills that meet a condition too."""
        return attrs.evolve(self, condition=and_(self.condition, condition))


@attrs.frozen
class BillPlan:
    """The bills that any of the ways leads to and that meet the condition `kept`.

    `apart` says that no bill lies on two of the ways.
    """

    kept: ColumnElement[bool]
    ways: tuple[WayIn, ...]
    apart: bool = True

    def with_ways(self, *ways: WayIn) -> BillPlan:
        """Return the plan with further ways, which may meet those it has."""
        return attrs.evolve(self, ways=(*self.ways, *ways), apart=False)

    def newest_numbers(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber]:
        """Return the newest numbers, the nearest to a key where there is one, nearest first."""
        in_order = tuple(way for way in self.ways if way.in_order)
        found: set[BillNumber] = set()
        if in_order:
            plan = attrs.evolve(self, ways=in_order)
            newest = plan.newest(bills.c.number, limit=limit, key=key)
            found.update(connection.execute(newest).scalars())
        for way in self.ways:
            if not way.in_order:
                found |= self._glimpse(connection, way, limit, key)
        return sorted(found, reverse=key is None or not key.backwards)[:limit]

    def newest(self, *columns: Column[Any], limit: int, key: PageKey | None = None) -> Select[Any]:
        """Return the select of the newest bills, the nearest ones to a key where there is one.

        Going backwards from a key, the nearest is the oldest of those that are newer.
        `bills.c.number` is the first of the columns.
        """
        order = asc if key is not None and key.backwards else desc
        parts = [self._part(way, columns, limit, key) for way in self.ways]
        if not parts:
            return select(*columns).where(false())
        if len(parts) == 1:
            return parts[0]
        merged = self._merged(parts)
        return select(merged).order_by(order(merged.c.number)).limit(limit)

    def some(self, *columns: Column[Any], limit: int) -> Select[Any]:
        """Return the select of any bills, all of them where the limit is not reached."""
        parts = [self._some_part(way, columns, limit) for way in self.ways]
        if not parts:
            return select(*columns).where(false())
        return parts[0] if len(parts) == 1 else select(self._merged(parts)).limit(limit)

    def all_of(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement about bills restricted to those of the plan, newest first."""
        index = self.ways[0].index if len(self.ways) == 1 else BILLS_BY_COMPANY
        any_way = or_(false(), *(way.condition for way in self.ways))
        newest_first = statement.where(self.kept, any_way).order_by(bills.c.number.desc())
        return along(newest_first, index)

    def _some_part(self, way: WayIn, columns: Sequence[Column[Any]], limit: int) -> Select[Any]:
        number = bills.c.number
        if way.sieved:  # by the index alone, before the rows are read
            return select(*columns).where(number.in_(self._part(way, [number], limit, None)))
        return along(select(*columns).where(self.kept, way.condition).limit(limit), way.index)

    def _glimpse(
        self, connection: Connection, way: WayIn, limit: int, key: PageKey | None
    ) -> set[BillNumber]:
        """Return the newest numbers of a way, of which the index alone tells most.

        Mostly the first of them are kept; so the rest need not be looked at.
        """
        number = bills.c.number
        bare = attrs.evolve(self, kept=true())
        first = bare._part(way, [number], _GLIMPSED, key)  # noqa: SLF001 - its own kind
        numbers = connection.execute(first).scalars().all()
        kept = along(select(number).where(number.in_(numbers), self.kept), BILLS_BY_COMPANY)
        found = set(connection.execute(kept).scalars()) if numbers else set()
        if len(found) >= limit or len(numbers) < _GLIMPSED:
            return found
        return set(connection.execute(self._part(way, [number], limit, key)).scalars())

    def _merged(self, parts: Sequence[Select[Any]]) -> Subquery:
        merge = union_all if self.apart else union
        return merge(*(select(part.subquery()) for part in parts)).subquery()

    def _part(
        self,
        way: WayIn,
        columns: Sequence[Column[Any]],
        limit: int,
        key: PageKey | None,
    ) -> Select[Any]:
        # PostgreSQL would rather follow the order than the narrow condition; so it can't.
        place = bills.c.number if way.in_order else bills.c.number.concat("")
        order = asc if key is not None and key.backwards else desc
        part = select(*columns).where(self.kept, way.condition, *_beyond(key))
        return along(part.order_by(order(place)).limit(limit), way.index)


def along(statement: Select[Any], index: Index) -> Select[Any]:
    """Return a statement that SQLite runs along an index of the bills."""
    return statement.with_hint(bills, f"INDEXED BY {index.name}", "sqlite")


def _beyond(key: PageKey | None) -> Iterator[ColumnElement[bool]]:
    if key is not None:
        number = bills.c.number
        yield number > key.number if key.backwards else number < key.number
