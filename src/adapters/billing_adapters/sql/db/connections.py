"""Connections for each purpose, and what their failures mean to the domain."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from billing_domain.errors import (
    FieldError,
    SearchTooSlowError,
    StorageBusyError,
    StorageUnusableError,
)

SEARCH_SECONDS_MAX: Final = 2.0
"""How long one statement of a query may run (promise P42)."""

_STEPS_BETWEEN_LOOKS: Final = 100_000
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03")
_TOO_SLOW: Final = ("SQLITE_INTERRUPT", "57014")


def name_failures(engine: Engine) -> None:
    """Let the engine raise the domain's errors where a driver's error means one of them.

    A lock not got in time, a deadlock or a lost connection is StorageBusyError: nothing of the
    transaction was kept. A statement stopped for its time is SearchTooSlowError. A text that no
    database takes, as half a character out of a forged address, is FieldError. No connection at
    all is StorageUnusableError.
    """
    event.listen(engine, "handle_error", _name_failure)


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """Yield a connection; raise StorageBusyError when all of the pool stay taken."""
    try:
        connection = engine.connect()
    except PoolTimeoutError as error:
        raise StorageBusyError from error
    with connection:
        yield connection


@contextmanager
def query(reader: Engine) -> Iterator[Connection]:
    """Yield a connection whose every statement sees the last commit and ends in time."""
    with connect(reader) as connection, _deadline(connection):
        yield connection


@contextmanager
def moment(reader: Engine) -> Iterator[Connection]:
    """Yield a connection that sees one moment from its first statement on, however long."""
    with connect(reader) as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection.execution_options(isolation_level="REPEATABLE READ")
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def _deadline(connection: Connection) -> Iterator[None]:
    """Stop SQLite's statements in time; PostgreSQL does it by itself (see engine.py)."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + SEARCH_SECONDS_MAX
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _name_failure(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        return  # an idle connection that broke: the pool opens another
    original: Any = context.original_exception
    code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None) or ""
    if code.startswith(_TOO_SLOW):
        raise SearchTooSlowError(seconds_max=SEARCH_SECONDS_MAX) from original
    if code.startswith(_BUSY) or (context.is_disconnect and context.connection is not None):
        raise StorageBusyError from original
    if isinstance(original, UnicodeEncodeError) or "NUL (0x00)" in str(original):
        raise FieldError(field="text", reason="format") from None
    if context.connection is None:
        words = str(original).strip().splitlines()
        detail = words[0] if words else type(original).__name__
        raise StorageUnusableError(reason="unreachable", detail=detail) from original
