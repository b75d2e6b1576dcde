"""A plan reads the bills of a filter along access paths, each with its own index.

Pages show the newest bills first. A path whose index is ordered by number stops after one page.
The bills of any other path are sorted, so that path must be narrow. SQLite has no statistics on
how common a value is, so each statement names its index. PostgreSQL chooses its index itself.
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

    `in_order`: the index is ordered by bill number. `index_filtered`: the path reads very many
    index entries for each matching bill. The condition may have bound parameters; the plan's
    `values` fill them.
    """

    index: Index
    condition: ColumnElement[bool]
    in_order: bool = True
    index_filtered: bool = False

    def narrowed(self, condition: ColumnElement[bool]) -> AccessPath:
        """Return the path to the bills that also match a condition."""
        return attrs.evolve(self, condition=and_(self.condition, condition))


class PageDirection(Enum):
    """Which bills a page shows: the newest, or those older or newer than its key."""

    NEWEST = "newest"
    OLDER = "older"
    NEWER = "newer"

    @classmethod
    def of(cls, key: PageKey | None) -> PageDirection:
        """Return the direction of the page that a key names."""
        if key is None:
            return cls.NEWEST
        return cls.NEWER if key.backwards else cls.OLDER


@attrs.frozen(eq=False)
class BillPlan:
    """The bills on any of the paths that match `predicate`.

    `disjoint`: no bill is on two paths. `values` fill the bound parameters of the conditions. A
    plan caches its statements, since building one takes as long as running it.
    """

    predicate: ColumnElement[bool]
    paths: tuple[AccessPath, ...]
    disjoint: bool = True
    values: Mapping[str, object] = attrs.field(factory=dict)
    _made: dict[tuple[object, ...], Select[Any]] = attrs.field(factory=dict)

    def given(self, **values: object) -> BillPlan:
        """Return the same plan with more values for its bound parameters."""
        return attrs.evolve(self, values={**self.values, **values})

    def newest_numbers(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> list[BillNumber]:
        """Return the newest numbers of a page: with a key, the numbers nearest to it first."""
        found = {row[0] for row in self.newest(connection, limit, key)}
        for path in self.paths:
            if not path.in_order:
                found |= self._newest_unordered(path, connection, limit, key)
        return sorted(found, reverse=key is None or not key.backwards)[:limit]

    def newest(
        self, connection: Connection, limit: int, key: PageKey | None
    ) -> Sequence[Row[BillNumber, HouseId]]:
        """Return number and house of the newest bills on the `in_order` paths.

        With a key, the bills nearest to the key come first. For a backwards key these are the
        oldest of the newer bills.
        """
        in_order = [path for path in self.paths if path.in_order]
        if not in_order:
            return []
        direction = PageDirection.of(key)
        name = ("newest", limit, direction)
        if name not in self._made:
            self._made[name] = self._newest(in_order, limit, direction)
        return connection.execute(self._made[name], self._values(key)).all()

    def some(self, *columns: Column[Any], limit: int | None) -> Select[Any]:
        """Return a select of any bills of the plan, at most `limit`, in no order.

        If the paths are not disjoint, equal rows become one row.
        """
        parts = [self._some_part(path, columns, limit) for path in self.paths]
        if not parts:
            return select(*columns).where(false())
        return parts[0] if len(parts) == 1 else select(self._merged(parts)).limit(limit)

    def all_of(self, statement: Select[Any]) -> Select[Any]:
        """Return a statement restricted to the bills of the plan, newest first."""
        if not self.paths:
            return statement.where(false())
        index = self.paths[0].index if len(self.paths) == 1 else BILLS_BY_COMPANY
        any_path = or_(*(path.condition for path in self.paths))
        newest_first = statement.where(self.predicate, any_path).order_by(bills.c.number.desc())
        return along(newest_first, index)

    def _newest(
        self, paths: Sequence[AccessPath], limit: int, direction: PageDirection
    ) -> Select[Any]:
        columns = (bills.c.number, bills.c.house_id)
        parts = [_part(self.predicate, path, columns, limit, direction) for path in paths]
        if len(parts) == 1:
            return parts[0]
        merged = self._merged(parts)
        order = asc if direction is PageDirection.NEWER else desc
        return select(merged).order_by(order(merged.c.number)).limit(limit)

    def _newest_unordered(
        self, path: AccessPath, connection: Connection, limit: int, key: PageKey | None
    ) -> set[BillNumber]:
        """Return the newest numbers of a path that is not `in_order`.

        The first statement finds the newest numbers in the index alone. Usually enough of these
        match the predicate, so the other rows are never read.
        """
        direction = PageDirection.of(key)
        name = ("newest of", path, limit, direction)
        if name not in self._made:
            first = _part(true(), path, [bills.c.number], 2 * limit, direction)
            number = bills.c.number
            self._made[name] = select(number, self.predicate.label("predicate")).where(
                number.in_(first)
            )
        values = self._values(key)
        rows = connection.execute(self._made[name], values).all()
        found = {row.number for row in rows if row.predicate}
        if len(found) >= limit or len(rows) < 2 * limit:
            return found
        every = _part(self.predicate, path, [bills.c.number], limit, direction)
        return set(connection.execute(every, values).scalars())

    def _some_part(
        self, path: AccessPath, columns: Sequence[Column[Any]], limit: int | None
    ) -> Select[Any]:
        number = bills.c.number
        if path.index_filtered:  # filter in the index before any row is read
            numbers = _part(self.predicate, path, [number], limit, PageDirection.NEWEST)
            return select(*columns).where(number.in_(numbers))
        some = select(*columns).where(self.predicate, path.condition).limit(limit)
        return along(some, path.index)

    def _merged(self, parts: Sequence[Select[Any]]) -> Subquery:
        merge = union_all if self.disjoint else union
        return merge(*(select(part.subquery()) for part in parts)).subquery()

    def _values(self, key: PageKey | None) -> dict[str, object]:
        return {**self.values, "beyond": key.row} if key else {**self.values}


def _part(
    predicate: ColumnElement[bool],
    path: AccessPath,
    columns: Sequence[Column[Any]],
    limit: int | None,
    direction: PageDirection,
) -> Select[Any]:
    """Return the select of the newest bills of one path."""
    # `|| ''` stops PostgreSQL from reading by number instead of by the narrow condition.
    place = bills.c.number if path.in_order else bills.c.number.concat("")
    order = asc if direction is PageDirection.NEWER else desc
    part = select(*columns).where(predicate, path.condition, *_BEYOND[direction])
    return along(part.order_by(order(place)).limit(limit), path.index)


_BEYOND: Final[Mapping[PageDirection, Sequence[ColumnElement[bool]]]] = {
    PageDirection.NEWEST: (),
    PageDirection.OLDER: (bills.c.number < bindparam("beyond"),),
    PageDirection.NEWER: (bills.c.number > bindparam("beyond"),),
}


def along(statement: Select[Any], index: Index) -> Select[Any]:
    """Return a statement that SQLite must run along an index of the bills."""
    return statement.with_hint(bills, f"INDEXED BY {index.name}", "sqlite")
