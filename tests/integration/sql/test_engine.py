"""Opening a database, and what its failures are called."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database, open_database
from billing_adapters.sql.migrations import upgrade
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_adapters.system.clock import SystemClock
from billing_adapters.system.ids import SystemIds
from billing_domain.errors import (
    CommitUnknownError,
    FieldError,
    SearchTooSlowError,
    StorageBusyError,
    StorageUnusableError,
)
from billing_domain.testing.contracts.world import World
from tests.databases import PostgresServer

ENDLESS = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"


class TestOpenDatabase:
    @pytest.mark.parametrize(
        ("url", "reason"),
        [
            ("nonsense", "url"),
            ("mysql://somebody@somewhere/billing", "url"),
            ("sqlite://", "url"),
            ("sqlite:///:memory:", "url"),
            ("sqlite:////no/such/folder/billing.sqlite3", "unreachable"),
            ("postgresql://somebody:open-sesame@127.0.0.1:9/billing", "unreachable"),
        ],
    )
    def test_says_what_is_wrong_and_tells_no_password(self, url: str, reason: str) -> None:
        with pytest.raises(StorageUnusableError) as refused:
            open_database(url)

        assert refused.value.reason == reason
        assert "open-sesame" not in str(refused.value)

    def test_refuses_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("物业缴费" * 1_000, encoding="utf-8")
        with pytest.raises(StorageUnusableError) as refused:
            open_database(f"sqlite:///{path}")

        assert refused.value.reason == "unreachable"

    def test_refuses_a_server_that_can_not_keep_chinese(self, postgres: PostgresServer) -> None:
        latin = postgres.new_url(migrated=False, encoding="LATIN1")
        with latin as url, pytest.raises(StorageUnusableError) as refused:
            open_database(url)

        assert (refused.value.reason, refused.value.detail) == ("encoding", "LATIN1")

    def test_takes_the_short_name_of_postgresql(self, postgres: PostgresServer) -> None:
        with postgres.new_url(migrated=True) as url:
            short = make_url(url).set(drivername="postgres").render_as_string(hide_password=False)
            open_database(short).close()


class TestSqliteFile:
    def test_keeps_every_commit_through_a_power_cut(self, sqlite_url: str) -> None:
        with opened(sqlite_url) as database, database.engine.connect() as connection:
            settings = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }

        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    def test_gives_a_second_writer_no_turn_until_the_first_is_done(self, sqlite_url: str) -> None:
        with opened(sqlite_url, wait_seconds=0.1) as database:
            begin = SqlUnitOfWorkFactory(database, SystemClock(), SystemIds())
            World.founded(begin)
            with begin() as first:
                first.companies.all()
                with pytest.raises(StorageBusyError):
                    World.founded(begin)


class TestQuery:
    def test_is_stopped_after_two_seconds(self, sql_database: Database) -> None:
        """P42: however costly a search is, it gives up."""
        with pytest.raises(SearchTooSlowError), query(sql_database.reader) as connection:
            connection.execute(text(ENDLESS))

        with query(sql_database.reader) as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1

    def test_can_not_write(self, sql_database: Database) -> None:
        with (
            pytest.raises(Exception, match=r"readonly|read-only"),
            query(sql_database.reader) as connection,
        ):
            connection.execute(text("DELETE FROM billing_companies"))

    def test_never_settles_on_a_plan_for_any_text(self, postgres: PostgresServer) -> None:
        """A statement prepared by the driver would, after some runs, ignore the index."""
        with (
            postgres.new_url(migrated=True) as url,
            opened(url) as database,
            query(database.reader) as connection,
        ):
            for _ in range(10):
                connection.execute(text("SELECT 1 WHERE 'a' = :a"), {"a": "b"})
            prepared = connection.execute(text("SELECT count(*) FROM pg_prepared_statements"))

            assert prepared.scalar_one() == 0

    def test_refuses_half_a_character(self, sql_database: Database) -> None:
        """As a forged address may hold: no database can look for it."""
        with pytest.raises(FieldError), query(sql_database.reader) as connection:
            connection.execute(text("SELECT 1 WHERE 'a' = :a"), {"a": "\ud800"})

    def test_refuses_what_ends_a_text_in_postgresql(self, postgres: PostgresServer) -> None:
        with (
            postgres.new_url(migrated=True) as url,
            opened(url) as database,
            pytest.raises(FieldError),
            query(database.reader) as connection,
        ):
            connection.execute(text("SELECT 1 WHERE 'a' = :a"), {"a": "\x00"})

    def test_waits_no_longer_than_told_for_a_free_connection(self, sql_url: str) -> None:
        with (
            opened(sql_url, wait_seconds=0.1, pool_size=1) as database,
            query(database.reader),
            pytest.raises(StorageBusyError),
            query(database.reader),
        ):
            pass


class TestLostConnection:
    """P17, P18: nothing is lost in silence when the server goes away."""

    @pytest.fixture
    def url(self, postgres: PostgresServer) -> Iterator[str]:
        with postgres.new_url(migrated=True) as url:
            yield url

    @pytest.fixture
    def world(self, url: str) -> Iterator[World]:
        with opened(url) as database:
            yield World.founded(SqlUnitOfWorkFactory(database, SystemClock(), SystemIds()))

    def test_before_the_commit_nothing_was_kept(
        self, postgres: PostgresServer, url: str, world: World
    ) -> None:
        with world.begin() as work:
            work.houses.add_all([world.a_house("1号楼/101")])
            cut_all(postgres, url)
            with pytest.raises(StorageBusyError):
                work.houses.add_all([world.a_house("1号楼/102")])

        assert not world.work.houses.of_community(world.garden.id)

    def test_during_the_commit_nobody_knows(
        self, postgres: PostgresServer, url: str, world: World
    ) -> None:
        with world.begin() as work:
            work.houses.add_all([world.a_house("1号楼/101")])
            cut_all(postgres, url)
            with pytest.raises(CommitUnknownError):
                work.commit()

    def test_an_idle_one_is_replaced_unnoticed(
        self, postgres: PostgresServer, url: str, world: World
    ) -> None:
        cut_all(postgres, url)
        house = world.add_house("1号楼/101")
        assert list(world.work.houses.of_community(world.garden.id)) == [house]


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new file, migrated."""
    url = f"sqlite:///{tmp_path / 'billing.sqlite3'}"
    with opened(url) as database:
        upgrade(database.engine)
    return url


@contextlib.contextmanager
def opened(url: str, *, pool_size: int = 5, wait_seconds: float = 10) -> Iterator[Database]:
    """Open a database with options and close it."""
    database = open_database(url, pool_size=pool_size, wait_seconds=wait_seconds)
    try:
        yield database
    finally:
        database.close()


def cut_all(postgres: PostgresServer, url: str) -> None:
    """End every connection to a database, as a restart of the server does."""
    name = make_url(url).database
    with postgres.admin.connect() as connection:
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": name},
        )
