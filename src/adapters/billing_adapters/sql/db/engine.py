"""Opening a database: one engine that writes, one that answers queries.

SQLite runs in WAL mode, so that a query never waits for a writer; each write begins with
`BEGIN IMMEDIATE`, since a transaction that reads first and writes later loses against any other
writer. PostgreSQL's query connections never prepare statements: a prepared one may settle on a
plan made for any value, which for a search text is the wrong one.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

import attrs
from sqlalchemy import URL, Connection, Engine, FromClause, create_engine, event, make_url
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import ArgumentError

from billing_adapters.sql.db.connections import SEARCH_SECONDS_MAX, name_failures
from billing_domain.errors import StorageUnusableError

_CACHE_KIB: Final = 32 * 1024
"""What a connection to SQLite keeps in memory; with its default, large files are read again."""

_SQLITE_MIN: Final = (3, 35)
"""The first one that answers `RETURNING`."""

_DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


@attrs.frozen
class Database:
    """An opened database; `engine` writes, `reader` only reads, each with its own pool.

    `url` is the one given, which may hold a password: never log it.
    """

    url: str = attrs.field(repr=False)
    engine: Engine
    reader: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()
        self.reader.dispose()


def open_database(url: str, *, pool_size: int = 5, wait_seconds: float = 10.0) -> Database:
    """Open `sqlite:///path` or `postgresql://…` and see that it can be used.

    `pool_size` is how many units of work, and how many queries, run at the same moment; more wait.
    Whoever waits longer than `wait_seconds` for a turn gets StorageBusyError. Raises
    StorageUnusableError naming why: the URL, the driver, the server, or its encoding.
    """
    parsed = _parse(url)
    make = _sqlite_engines if parsed.drivername.startswith("sqlite") else _postgresql_engines
    try:
        engine, reader = make(parsed, pool_size, wait_seconds)
    except ImportError as error:
        raise StorageUnusableError(reason="driver", detail=str(error)) from error
    name_failures(engine)
    name_failures(reader)
    database = Database(url, engine, reader)
    try:
        _check(database)
    except StorageUnusableError:
        database.close()
        raise
    return database


class _HintingCompiler(SQLiteCompiler):
    """Writes hints behind table names: SQLite has `INDEXED BY`, SQLAlchemy does not know it."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        del table
        return text


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageUnusableError(reason="url", detail="unreadable") from error
    dialect = parsed.drivername.partition("+")[0]
    if dialect not in _DRIVERS:
        raise StorageUnusableError(reason="url", detail=parsed.drivername)
    if dialect == "sqlite" and parsed.database in {None, "", ":memory:"}:
        # Two engines would see two databases; the memory adapter is what such callers want.
        raise StorageUnusableError(reason="url", detail="sqlite needs a file")
    return parsed.set(drivername=_DRIVERS[dialect])


def _sqlite_engines(url: URL, pool_size: int, wait_seconds: float) -> tuple[Engine, Engine]:
    if sqlite3.sqlite_version_info < _SQLITE_MIN:
        raise StorageUnusableError(reason="driver", detail=f"SQLite {sqlite3.sqlite_version}")

    def make(*pragmas: str) -> Engine:
        engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=wait_seconds,
            hide_parameters=True,
            connect_args={"isolation_level": None, "timeout": wait_seconds},
        )
        engine.dialect.statement_compiler = _HintingCompiler

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - any driver
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")

        return engine

    memory = f"cache_size=-{_CACHE_KIB}"
    engine = make("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", memory)
    event.listen(engine, "begin", _begin_immediate)
    return engine, make("query_only=ON", memory)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engines(url: URL, pool_size: int, wait_seconds: float) -> tuple[Engine, Engine]:
    def make(*settings: str, **options: Any) -> Engine:  # noqa: ANN401 - any engine option
        given = url.query.get("options", "")
        words = [given] if isinstance(given, str) else [*given]
        chosen = " ".join([*words, *(f"-c {setting}" for setting in settings)]).strip()
        return create_engine(
            url.update_query_dict({"options": chosen}),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=wait_seconds,
            pool_pre_ping=True,
            hide_parameters=True,
            **options,
        )

    engine = make("timezone=UTC", f"lock_timeout={1000 * wait_seconds:.0f}ms")
    reader = make(
        "timezone=UTC",
        "default_transaction_read_only=on",
        f"statement_timeout={1000 * SEARCH_SECONDS_MAX:.0f}ms",
        "plan_cache_mode=force_custom_plan",
        isolation_level="AUTOCOMMIT",
        connect_args={"prepare_threshold": None},
    )
    return engine, reader


def _check(database: Database) -> None:
    """Connect once, so that whoever starts the program sees at once what is wrong."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            return
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        path = connection.exec_driver_sql("SHOW search_path").scalar_one()
        schema = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    if encoding != "UTF8":
        raise StorageUnusableError(reason="encoding", detail=encoding)
    if schema is None:
        raise StorageUnusableError(reason="schema_missing", detail=f"search_path {path}")
