"""How the bills of a filter are reached: ways in, each along an index.

Pages show the newest bills first. A way in that follows an index in the order of numbers stops
after one page; one whose bills lie scattered has to be narrow enough to be sorted. SQLite keeps no
count of how common a value is and is told which index to use; PostgreSQL finds that out by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Row,
    Select,
    Subquery,
    and_,
    asc,
    bindparam,
    desc,
    false,
    or_,
    select,
    true,
    union,
    union_all,
)

from billing_adapters.sql.tables.bills import BILLS_BY_COMPANY, bills
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.houses.house import HouseId
from billing_domain.ports.paging import PageKey


@attrs.frozen(eq=False)
class AccessPath:
    """One set of bills and the index that leads to it.

    `in_order`: the index gives them by number. `index_filtered`: very many numbers of the index
    are looked at for each bill. A condition may leave values open, by name, for the plan.
    """

    index: Index
    condition: ColumnElement[bool]
    in_order: bool = True
    index_filtered: bool = False

    def narrowed(self, condition: ColumnElement[bool]) -> AccessPath:
        """Return the way to those of its bills that meet a condition too."""
        return attrs.evolve(self, condition=and_(self.condition, condition))


class PageDirection(Enum):
    """Where a page lies: at the newest end of the list, or on one side of a bill."""

    NEWEST = "newest"
    OLDER = "older"
    NEWER = "newer"

    @classmethod
    def of(cls, key: PageKey | None) -> PageDirection:
        """Return where the page of a key lies."""
        if key is None:
            return cls.NEWEST
        return cls.NEWER if key.backwards else cls.OLDER


@attrs.frozen(eq=False)
class BillPlan:
    """The bills that any of the ways leads to and that meet the condition `predicate`.

    `disjoint` says that no bill lies on two of the ways; `values` are those that conditions leave
    open, by name. A plan keeps its statements, since making one takes as long as running it.
    """

    predicate: ColumnElement[bool]
    ways: tuple[AccessPath, ...]
    disjoint: bool = True
    values: Mapping[str, object] = attrs.field(factory=dict)
    _made: dict[tuple[object, ...], Select[Any]] = attrs.field(factory=dict)

    def given(self, **values: object) -> BillPlan:
        """Return the same plan with open values filled in."""
        return attrs.evolve(self, values={**self.values, **values})

    def newest_numbers(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber]:
        """Return the newest numbers, the nearest to a key where there is one, nearest first."""
        found = {row[0] for row in self.newest(connection, limit, key)}
        for way in self.ways:
            if not way.in_order:
                found |= self._newest_of(way, connection, limit, key)
        return sorted(found, reverse=key is None or not key.backwards)[:limit]

    def newest(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> Sequence[Row[BillNumber, HouseId]]:
        """Return number and house of the newest bills on the ways that are in order.

        The nearest to a key where there is one, nearest first: going backwards, that is the oldest
        of those that are newer.
        """
        in_order = [way for way in self.ways if way.in_order]
        if not in_order:
            return []
        towards = PageDirection.of(key)
        name = ("newest", limit, towards)
        if name not in self._made:
            self._made[name] = self._newest(in_order, limit, towards)
        return connection.execute(self._made[name], self._values(key)).all()

    def some(self, *columns: Column[Any], limit: int | None) -> Select[Any]:
        """Return the select of any bills, all of them where the limit is not reached.

        Where two ways may lead to one bill, rows that say the same are one row.
        """
        parts = [self._some_part(way, columns, limit) for way in self.ways]
        if not parts:
            return select(*columns).where(false())
        return parts[0] if len(parts) == 1 else select(self._merged(parts)).limit(limit)

    def all_of(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement about bills restricted to those of the plan, newest first."""
        if not self.ways:
            return statement.where(false())
        index = self.ways[0].index if len(self.ways) == 1 else BILLS_BY_COMPANY
        any_way = or_(*(way.condition for way in self.ways))
        newest_first = statement.where(self.predicate, any_way).order_by(bills.c.number.desc())
        return along(newest_first, index)

    def _newest(
        self, ways: Sequence[AccessPath], limit: int, towards: PageDirection
    ) -> Select[Any]:
        columns = (bills.c.number, bills.c.house_id)
        parts = [_part(self.predicate, way, columns, limit, towards) for way in ways]
        if len(parts) == 1:
            return parts[0]
        merged = self._merged(parts)
        order = asc if towards is PageDirection.NEWER else desc
        return select(merged).order_by(order(merged.c.number)).limit(limit)

    def _newest_of(
        self, way: AccessPath, connection: Connection, limit: int, key: PageKey | None
    ) -> set[BillNumber]:
        """Return the newest numbers of a way that is not in order.

        The index alone says which are its newest, and mostly enough of those meet the predicate,
        so that the rows of all others need not be read.
        """
        towards = PageDirection.of(key)
        name = ("newest of", way, limit, towards)
        if name not in self._made:
            first = _part(true(), way, [bills.c.number], 2 * limit, towards)
            number = bills.c.number
            self._made[name] = select(number, self.predicate.label("predicate")).where(
                number.in_(first)
            )
        values = self._values(key)
        rows = connection.execute(self._made[name], values).all()
        found = {row.number for row in rows if row.predicate}
        if len(found) >= limit or len(rows) < 2 * limit:
            return found
        every = _part(self.predicate, way, [bills.c.number], limit, towards)
        return set(connection.execute(every, values).scalars())

    def _some_part(
        self, way: AccessPath, columns: Sequence[Column[Any]], limit: int | None
    ) -> Select[Any]:
        number = bills.c.number
        if way.index_filtered:  # by the index alone, before the rows are read
            numbers = _part(self.predicate, way, [number], limit, PageDirection.NEWEST)
            return select(*columns).where(number.in_(numbers))
        return along(select(*columns).where(self.predicate, way.condition).limit(limit), way.index)

    def _merged(self, parts: Sequence[Select[Any]]) -> Subquery:
        merge = union_all if self.disjoint else union
        return merge(*(select(part.subquery()) for part in parts)).subquery()

    def _values(self, key: PageKey | None) -> dict[str, object]:
        return {**self.values, "beyond": key.row} if key else {**self.values}


def _part(
    predicate: ColumnElement[bool],
    way: AccessPath,
    columns: Sequence[Column[Any]],
    limit: int | None,
    towards: PageDirection,
) -> Select[Any]:
    """Return the select of the newest bills of one way."""
    # PostgreSQL would rather follow the order than the narrow condition; so it can't.
    place = bills.c.number if way.in_order else bills.c.number.concat("")
    order = asc if towards is PageDirection.NEWER else desc
    part = select(*columns).where(predicate, way.condition, *_BEYOND[towards])
    return along(part.order_by(order(place)).limit(limit), way.index)


_BEYOND: Final[Mapping[PageDirection, Sequence[ColumnElement[bool]]]] = {
    PageDirection.NEWEST: (),
    PageDirection.OLDER: (bills.c.number < bindparam("beyond"),),
    PageDirection.NEWER: (bills.c.number > bindparam("beyond"),),
}


def along(statement: Select[Any], index: Index) -> Select[Any]:
    """Return a statement that SQLite runs along an index of the bills."""
    return statement.with_hint(bills, f"INDEXED BY {index.name}", "sqlite")
