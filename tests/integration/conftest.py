"""Real databases for the integration tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from billing_adapters.sql.engine import Database
from tests.databases import KINDS, PostgresServer, SqliteFiles, opened, postgres_server


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """A folder for SQLite files with a migrated template."""
    return SqliteFiles.prepare(tmp_path_factory.mktemp("sqlite"))


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
def sql_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of this test's own, migrated to head."""
    with _databases(database_kind, request).new_url(migrated=True) as url:
        yield url


@pytest.fixture
def empty_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of this test's own without any table."""
    with _databases(database_kind, request).new_url(migrated=False) as url:
        yield url


@pytest.fixture
def sql_database(sql_url: str) -> Iterator[Database]:
    """A database of this test's own, open, migrated to head."""
    with opened(sql_url) as database:
        yield database


def _databases(kind: str, request: pytest.FixtureRequest) -> SqliteFiles | PostgresServer:
    fixture = {"sqlite": "sqlite_files", "postgresql": "postgres"}[kind]
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(fixture)
    return databases
