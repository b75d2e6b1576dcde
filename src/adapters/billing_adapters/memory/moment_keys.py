"""Keys of pages whose rows are in order of a moment, then of an id."""

from __future__ import annotations

from datetime import UTC, datetime


def moment_key(at: datetime, row_id: str) -> str:
    """Return a row's place as text that sorts, whatever key comes back."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S%f}{row_id}"
