"""Inserts thousands of rows through the database driver.

SQLAlchemy converts every value of every row, which takes longer than writing the row. Here a value
is converted once while consecutive rows hold the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Dialect, Insert

_AT_ONCE: Final = 2_000
"""How many rows are in memory at one time."""

_NOTHING: Final = object()

_Convert = Callable[[Any], Any]


@attrs.frozen
class _Plan:
    """An insert for the driver: its text, and each value's name and converter."""

    text: str
    names: tuple[str, ...]
    converters: tuple[_Convert | None, ...]
    by_position: bool

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> Sequence[Any]:
        """Return rows with their values converted for the driver."""
        columns = [
            _column([row[name] for row in rows], convert)
            for name, convert in zip(self.names, self.converters, strict=True)
        ]
        made = zip(*columns, strict=True)
        if self.by_position:
            return [*made]
        return [dict(zip(self.names, row, strict=True)) for row in made]


def bulk_insert(
    connection: Connection, statement: Insert, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Insert rows with the same columns, `_AT_ONCE` rows at a time."""
    left = iter(rows)
    while step := [*islice(left, _AT_ONCE)]:
        plan = _plan(statement, connection.dialect, tuple(step[0]))
        connection.exec_driver_sql(plan.text, plan.rows(step))


@lru_cache(maxsize=64)
def _plan(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    compiled = statement.compile(dialect=dialect, column_keys=[*names])
    by_position = bool(compiled.positional)
    ordered = tuple((compiled.positiontup if by_position else None) or compiled.binds)
    converters = tuple(
        compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in ordered
    )
    return _Plan(str(compiled), ordered, converters, by_position)


def _column(values: Sequence[Any], convert: _Convert | None) -> Sequence[Any]:
    if convert is None:
        return values
    converted: list[Any] = []
    last: Any = _NOTHING
    result: Any = None
    for value in values:
        if value is not last:
            last, result = value, convert(value)
        converted.append(result)
    return converted
