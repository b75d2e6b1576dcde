"""Pages both ways along the order of a list: a key names the row where a page starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import attrs
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    UnaryExpression,
    literal,
    literal_column,
    tuple_,
)

from billing_adapters.sql.tables.column_types import UtcDateTime
from billing_domain.ports.paging import Page, PageKey

_STAMP: Final = "%Y%m%d%H%M%S%f"
_BETWEEN: Final = "\n"
"""Stands between the values of a key; no column that orders a list has a line break."""

_WHOLE_MAX: Final = 2**63 - 1

_NOWHERE: Final = literal_column("0") == 1
"""False; SQLAlchemy would drop all other conditions beside its own `false()`."""

_Row = TypeVar("_Row")


@attrs.frozen
class PageOrder:
    """The columns that order a list, the last of them unique; `descending` holds for all."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = True

    def page(
        self,
        found: Select[Any],
        key: PageKey | None,
        rows: int,
        fetch: Callable[[Select[Any]], Sequence[_Row]],
    ) -> Page[_Row]:
        """Return a page of what a select finds; its rows have the columns by their names."""

        def nearest(key: PageKey | None, limit: int) -> Sequence[_Row]:
            near = found.where(*self.beyond(key)).order_by(*self.by(key)).limit(limit)
            return fetch(near)

        return page_of(nearest, self.key_of, key, rows)

    def beyond(self, key: PageKey | None) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions that a row lies on the key's side; nothing does for a bad key.

        The second one follows from the first: it bounds the first column's table in a join.
        """
        if key is None:
            return ()
        try:
            values = [
                literal(_value(column, text), column.type)
                for column, text in zip(self.columns, key.row.split(_BETWEEN), strict=True)
            ]
        except ValueError:
            return (_NOWHERE,)
        here, there = tuple_(*self.columns), tuple_(*values)
        if self.descending != key.backwards:
            return here < there, self.columns[0] <= values[0]
        return here > there, self.columns[0] >= values[0]

    def by(self, key: PageKey | None) -> list[UnaryExpression[Any]]:
        """Return what to order by, so that the rows nearest to a key come first."""
        descending = self.descending != (key is not None and key.backwards)
        return [each.desc() if descending else each.asc() for each in self.columns]

    def key_of(self, row: object) -> str:
        """Return the key of a row."""
        return _BETWEEN.join(_text(getattr(row, str(each.key))) for each in self.columns)


def page_of(
    nearest: Callable[[PageKey | None, int], Sequence[_Row]],
    key_of: Callable[[_Row], str],
    key: PageKey | None,
    rows: int,
) -> Page[_Row]:
    """Return the page at a key; `nearest` returns so many rows beyond a key, nearest first."""
    found = nearest(key, rows + 1)
    backwards = key is not None and key.backwards
    shown = tuple(found[:rows][::-1] if backwards else found[:rows])
    if not shown:
        return Page((), next_key=None, previous_key=None)
    first, last = key_of(shown[0]), key_of(shown[-1])
    beyond = len(found) > rows
    other_side = PageKey(last if backwards else first, backwards=not backwards)
    behind = key is not None and bool(nearest(other_side, 1))
    following, previous = (behind, beyond) if backwards else (beyond, behind)
    return Page(
        shown, next_key=last if following else None, previous_key=first if previous else None
    )


def _text(value: datetime | int | str) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):{_STAMP}}"
    return str(value)


def _value(column: ColumnElement[Any], text: str) -> datetime | int | str:
    if isinstance(column.type, UtcDateTime):
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)
    if isinstance(column.type, Integer):
        return _whole(text)
    return text


def _whole(text: str) -> int:
    """Return a whole number that a column can hold; raise ValueError."""
    number = int(text)
    if abs(number) > _WHOLE_MAX:
        raise ValueError(text)
    return number
