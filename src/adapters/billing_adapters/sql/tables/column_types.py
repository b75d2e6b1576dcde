"""Column types that read back the same from SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

KEY = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte on both databases, for identifiers and sort keys."""

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""A counter given by the database; SQLite counts only what it calls INTEGER."""


_Member = TypeVar("_Member", bound=Enum)


class EnumName(TypeDecorator[_Member], Generic[_Member]):
    """A member of an enum, stored by its name in lower case."""

    impl = KEY
    cache_ok = True

    def __init__(self, kind: type[_Member]) -> None:
        super().__init__()
        self.kind = kind
        self._names = {member: member.name.lower() for member in kind}
        self._members = {name: member for member, name in self._names.items()}

    def process_bind_param(self, value: _Member | None, dialect: Dialect) -> str | None:
        """Return the name that is stored."""
        del dialect
        return None if value is None else self._names[value]

    def process_result_value(self, value: Any | None, dialect: Dialect) -> _Member | None:  # noqa: ANN401 - it is what the driver gives
        """Return the member."""
        del dialect
        return None if value is None else self._members[value]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, read back in UTC; SQLite keeps it as ISO text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver takes; raise ValueError for a moment without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone can't be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - it is what the driver gives
        """Return the stored moment, aware, in UTC."""
        if value is None:
            return None
        moment: datetime = value
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
