"""Page keys for rows that are ordered by a moment, then by an id."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, false, literal, tuple_

from billing_adapters.sql.tables.column_types import KEY, UtcDateTime

_STAMP: Final = "%Y%m%d%H%M%S%f"
_STAMP_LENGTH: Final = 20


def moment_key(at: datetime, row_id: str) -> str:
    """Return the key of a row: its moment in UTC, followed by its id."""
    return f"{at.astimezone(UTC):{_STAMP}}{row_id}"


def before_key(
    key: str, at: ColumnElement[Any], row_id: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return the condition that a row is older than the key's row; false for a bad key."""
    try:
        moment = datetime.strptime(key[:_STAMP_LENGTH], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return false()
    last = tuple_(literal(moment, UtcDateTime()), literal(key[_STAMP_LENGTH:], KEY))
    return tuple_(at, row_id) < last
