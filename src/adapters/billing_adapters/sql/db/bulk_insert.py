"""Thousands of rows handed straight to the driver.

SQLAlchemy looks at every value of every row anew, which takes longer than writing the row. Here a
value is made ready once as long as the same object comes again in the next row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import attrs
from sqlalchemy import Connection, Dialect, Insert

_AT_ONCE: Final = 2_000
"""So few rows exist at once."""

_NOTHING: Final = object()

_Ready = Callable[[Any], Any]


@attrs.frozen
class _Plan:
    """An insert as the driver takes it: the text, and each value's name and making."""

    text: str
    names: tuple[str, ...]
    making: tuple[_Ready | None, ...]
    by_position: bool

    def rows(self, rows: Iterable[Mapping[str, Any]]) -> Sequence[Any]:
        """Return rows with their values made ready."""
        columns = [
            _column([row[name] for row in rows], making)
            for name, making in zip(self.names, self.making, strict=True)
        ]
        made = zip(*columns, strict=True)
        return (
            [*made]
            if self.by_position
            else [dict(zip(self.names, row, strict=True)) for row in made]
        )


def bulk_insert(
    connection: Connection, statement: Insert, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Insert rows that name the same columns, some thousand at a time."""
    left = iter(rows)
    while step := [*islice(left, _AT_ONCE)]:
        plan = _plan(statement, connection.dialect, tuple(step[0]))
        connection.exec_driver_sql(plan.text, plan.rows(step))


@lru_cache(maxsize=64)
def _plan(statement: Insert, dialect: Dialect, names: tuple[str, ...]) -> _Plan:
    compiled = statement.compile(dialect=dialect, column_keys=[*names])
    by_position = bool(compiled.positional)
    ordered = tuple((compiled.positiontup if by_position else None) or compiled.binds)
    making = tuple(
        compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in ordered
    )
    return _Plan(str(compiled), ordered, making, by_position)


def _column(values: Sequence[Any], making: _Ready | None) -> Sequence[Any]:
    """Return one column's values made ready."""
    if making is None:
        return values
    made: list[Any] = []
    last: Any = _NOTHING
    ready: Any = None
    for value in values:
        if value is not last:
            last, ready = value, making(value)
        made.append(ready)
    return made
