"""What tells the tables of one state of the program from those of another."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import create_mock_engine

from billing_adapters.sql.tables import METADATA


def statements(dialect: str) -> list[str]:
    """Return the statements that make every table, index and trigger, in their order."""
    made: list[str] = []

    def keep(statement: Any, *_values: object, **_options: object) -> None:  # noqa: ANN401 - any DDL
        made.append(str(statement.compile(dialect=engine.dialect)).strip())

    engine = create_mock_engine(f"{dialect}://", keep)
    METADATA.create_all(engine, checkfirst=False)
    return made


def fingerprint() -> str:
    """Return a text that changes with every change of the tables."""
    return hashlib.sha256("\n".join(sorted(statements("sqlite"))).encode()).hexdigest()[:12]
