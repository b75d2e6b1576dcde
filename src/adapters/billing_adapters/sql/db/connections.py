"""Connections for each purpose; driver errors become errors of the domain."""

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

_STEPS_BETWEEN_CHECKS: Final = 100_000
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03")
_TOO_SLOW: Final = ("SQLITE_INTERRUPT", "57014")


def name_failures(engine: Engine) -> None:
    """Let the engine raise errors of the domain instead of driver errors.

    A lock timeout, a deadlock or a lost connection is StorageBusyError: the transaction changed
    nothing. A statement stopped by its time limit is SearchTooSlowError. A text that the database
    refuses, such as half a character in a forged address, is FieldError. A failed first connection
    is StorageUnusableError.
    """
    event.listen(engine, "handle_error", _name_failure)


@contextmanager
def connect(engine: Engine) -> Iterator[Connection]:
    """Yield a connection; raise StorageBusyError when the pool stays exhausted."""
    try:
        connection = engine.connect()
    except PoolTimeoutError as error:
        raise StorageBusyError from error
    with connection:
        yield connection


@contextmanager
def query(reader: Engine) -> Iterator[Connection]:
    """Yield a connection whose statements each see the last commit and have a time limit."""
    with connect(reader) as connection, _deadline(connection):
        yield connection


@contextmanager
def moment(reader: Engine) -> Iterator[Connection]:
    """Yield a connection whose statements all see one snapshot, without a time limit."""
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
    """Stop statements of SQLite after SEARCH_SECONDS_MAX; for PostgreSQL see engine.py."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + SEARCH_SECONDS_MAX
    driver.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_CHECKS)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


def _name_failure(context: ExceptionContext) -> None:
    if context.is_pre_ping:
        return  # a broken idle connection: the pool opens another
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
