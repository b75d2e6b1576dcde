"""Column types with the same values on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator

KEY = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte on both databases, for identifiers and sort keys."""

ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""A counter of the database; SQLite counts only columns of type INTEGER."""


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
        del dialect
        return None if value is None else self._names[value]

    def process_result_value(self, value: Any | None, dialect: Dialect) -> _Member | None:  # noqa: ANN401 - the value of the driver
        del dialect
        return None if value is None else self._members[value]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, read back in UTC; SQLite keeps it as ISO text that sorts by time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment for the driver; raise ValueError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone can't be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ANN401 - the value of the driver
        if value is None:
            return None
        moment: datetime = value
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
