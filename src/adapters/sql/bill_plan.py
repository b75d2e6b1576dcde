"""How the bills of a filter are reached: ways in, each along an index.

Pages show the newest bills first. A way in that follows an index in the order of numbers stops
after one page; one whose bills lie scattered has to be narrow enough to be sorted. SQLite keeps no
count of how common a value is and is told which index to use; PostgreSQL finds that out by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Select,
    Subquery,
    and_,
    asc,
    desc,
    false,
    or_,
    select,
    union,
)

from adapters.sql.tables import BILLS_BY_COMPANY, bills
from billing_domain.ports.queries import PageKey


@attrs.frozen
class WayIn:
    """One set of bills and the index that leads to it.

    `in_order` says that the index gives them by number.
    """

    index: Index
    condition: ColumnElement[bool]
    in_order: bool = True

    def narrowed(self, condition: ColumnElement[bool]) -> WayIn:
        """Return the way to those of its bills that meet a condition too."""
        return attrs.evolve(self, condition=and_(self.condition, condition))


@attrs.frozen
class BillPlan:
    """The bills that any of the ways leads to and that meet the condition `kept`."""

    kept: ColumnElement[bool]
    ways: tuple[WayIn, ...]

    def with_ways(self, *ways: WayIn) -> BillPlan:
        """Return the plan with further ways."""
        return attrs.evolve(self, ways=(*self.ways, *ways))

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
        merged = _merged(parts)
        return select(merged).order_by(order(merged.c.number)).limit(limit)

    def some(self, *columns: Column[Any], limit: int) -> Select[Any]:
        """Return the select of any bills, all of them where the limit is not reached."""
        parts = [
            along(select(*columns).where(self.kept, way.condition).limit(limit), way.index)
            for way in self.ways
        ]
        if not parts:
            return select(*columns).where(false())
        return parts[0] if len(parts) == 1 else select(_merged(parts)).limit(limit)

    def all_of(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement about bills restricted to those of the plan, newest first."""
        index = self.ways[0].index if len(self.ways) == 1 else BILLS_BY_COMPANY
        any_way = or_(false(), *(way.condition for way in self.ways))
        newest_first = statement.where(self.kept, any_way).order_by(bills.c.number.desc())
        return along(newest_first, index)

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


def _merged(parts: Sequence[Select[Any]]) -> Subquery:
    return union(*(select(part.subquery()) for part in parts)).subquery()


def along(statement: Select[Any], index: Index) -> Select[Any]:
    """Return a statement that SQLite runs along an index of the bills."""
    return statement.with_hint(bills, f"INDEXED BY {index.name}", "sqlite")


def _beyond(key: PageKey | None) -> Iterator[ColumnElement[bool]]:
    if key is not None:
        number = bills.c.number
        yield number > key.number if key.backwards else number < key.number
