"""What a piece of work tells the driver, and the same told again by hand."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import event

from billing_adapters.sql.db.engine import Database

Statement = tuple[str, Any]


def recorded(database: Database, act: Callable[[], object]) -> list[list[Statement]]:
    """Do something; return its statements with their values, by transaction."""
    transactions: list[list[Statement]] = [[]]

    def note(_c: object, _cursor: object, text: str, values: Any, *_: object) -> None:  # noqa: ANN401
        transactions[-1].append((text, values))

    def end(_connection: object) -> None:
        transactions.append([])

    listened: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", note),
        ("commit", end),
        ("rollback", end),
    ]
    engines = {database.engine, database.reader}
    for engine, (name, function) in itertools.product(engines, listened):
        event.listen(engine, name, function)
    act()
    for engine, (name, function) in itertools.product(engines, listened):
        event.remove(engine, name, function)
    return [each for each in transactions if each]


def told_again(
    connection: Any,  # noqa: ANN401 - whatever the driver has
    transactions: Sequence[Sequence[Statement]],
    changed: Callable[[str, Any], Any],
) -> None:
    """Tell the driver the same, `changed` where it must be, fetching what is asked for."""
    cursor = connection.cursor()
    for transaction in transactions:
        for text, values in transaction:
            many = isinstance(values, list)
            (cursor.executemany if many else cursor.execute)(text, changed(text, values))
            if text.startswith("SELECT"):
                cursor.fetchall()
        connection.commit()
    cursor.close()
