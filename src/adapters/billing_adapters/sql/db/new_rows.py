"""Inserts that skip rows which exist already, for each database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Inserts = Mapping[str, "postgresql.Insert | sqlite.Insert"]
"""The insert of each dialect, by its name."""


def inserts_of_new(table: Table, **conflict: Any) -> Inserts:  # noqa: ANN401 - SQLAlchemy's own
    """Return the insert for each dialect; `conflict` is as for `on_conflict_do_nothing`."""
    return {
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(**conflict),
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(**conflict),
    }
