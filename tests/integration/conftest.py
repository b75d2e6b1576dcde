"""Real databases, worlds in them, and a website for the integration tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_adapters.fakes.system import CountedIds, FrozenClock
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.company.staff import Role
from billing_domain.testing.contracts import Storage
from billing_domain.testing.contracts.world import NOON, World
from tests import databases
from tests.databases import KINDS, PostgresServer, SqliteFiles, postgres_server, storage_of
from tests.website import Server, Visitor, Website, running_server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files of slow tests, so that no process is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def sqlite_files() -> SqliteFiles:
    """A folder for SQLite files with a migrated template."""
    return databases.sqlite_files()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server for all tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`: every test that asks for it runs on both."""
    kind: str = request.param
    return kind


@pytest.fixture
def sql_database(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database of this test's own, open, migrated to head; its engines are kept."""
    with _databases(database_kind, request).lent() as database:
        yield database


@pytest.fixture
def sql_url(sql_database: Database) -> str:
    """The URL of a database of this test's own, migrated to head."""
    return sql_database.url


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of this test's own without any table."""
    with _databases(database_kind, request).new_url(migrated=False) as url:
        yield url


def _databases(kind: str, request: pytest.FixtureRequest) -> SqliteFiles | PostgresServer:
    fixture = {"sqlite": "sqlite_files", "postgresql": "postgres"}[kind]
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(fixture)
    return databases


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The application, reached by plain http."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def https_server() -> Iterator[Server]:
    """The application, reached by https."""
    with running_server(https=True) as server:
        yield server


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Website:
    """A world of this test's own behind the application."""
    return Website(server, tmp_path)


@pytest.fixture
def visitor(site: Website) -> Visitor:
    """A browser without a session."""
    return site.visitor()


@pytest.fixture
def boss(site: Website) -> Visitor:
    """A browser with an administrator signed in."""
    return site.staff(Role.ADMINISTRATOR)


@pytest.fixture
def reminding(site: Website) -> Website:
    """The site of a company that reminds over WeChat; one owner of the first house is bound."""
    site.connect_wechat()
    site.add_owner()
    return site


@pytest.fixture
def begin(sql_database: Database) -> SqlUnitOfWorkFactory:
    """Units of work on the database."""
    return SqlUnitOfWorkFactory(sql_database, FrozenClock(NOON), CountedIds())


@pytest.fixture
def world(begin: SqlUnitOfWorkFactory) -> World:
    """Two companies with their communities."""
    return World.founded(begin)


@pytest.fixture
def bill_queries(sql_database: Database) -> SqlBillQueries:
    """Reads of bills at noon."""
    return SqlBillQueries(sql_database, FrozenClock(NOON))


@pytest.fixture
def storage(sql_database: Database) -> Storage:
    """What the contracts ask for."""
    return storage_of(sql_database, FrozenClock(NOON))
