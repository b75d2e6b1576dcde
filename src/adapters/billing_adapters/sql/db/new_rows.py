"""Inserts that pass over rows which are there already, for each database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

Inserts = Mapping[str, "postgresql.Insert | sqlite.Insert"]
"""By the name of the dialect."""


def inserts_of_new(table: Table, **conflict: Any) -> Inserts:  # noqa: ANN401 - SQLAlchemy's own
    """Return the insert for each dialect; `conflict` says which rows are the same, as there."""
    return {
        "postgresql": postgresql.insert(table).on_conflict_do_nothing(**conflict),
        "sqlite": sqlite.insert(table).on_conflict_do_nothing(**conflict),
    }
