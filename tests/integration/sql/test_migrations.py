"""The schema's history: up, down, up, and nothing forgotten."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, Table, func, inspect, select, text

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.migrations import (
    check_head,
    current_revision,
    downgrade,
    head_revision,
    revisions,
    upgrade,
)
from billing_adapters.sql.tables import METADATA
from billing_domain.errors import StorageUnusableError
from billing_domain.testing.contracts.world import NOON
from tests.databases import opened


class TestUpgrade:
    def test_goes_up_and_down_and_up_again(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            upgrade(database.engine)
            made = table_names(database)
            downgrade(database.engine, to="base")
            left = table_names(database)
            upgrade(database.engine)

            assert made == set(METADATA.tables)
            assert left == set()
            assert table_names(database) == made

    def test_passes_every_revision_on_its_own(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            for revision in revisions():
                upgrade(database.engine, to=revision)
                assert current_revision(database.engine) == revision

            assert revisions()[-1] == head_revision()

    def test_leaves_no_difference_to_the_tables(self, sql_database: Database) -> None:
        with sql_database.engine.connect() as connection:
            found = compare_metadata(MigrationContext.configure(connection), METADATA)

        assert found == []


class TestCheckHead:
    def test_refuses_a_database_without_tables(self, empty_url: str) -> None:
        with opened(empty_url) as database, pytest.raises(StorageUnusableError) as refused:
            check_head(database.engine)

        assert refused.value.reason == "schema"

    def test_accepts_a_migrated_one(self, sql_database: Database) -> None:
        check_head(sql_database.engine)


class TestOldDatabase:
    """A file of every older version is brought up to date and loses nothing."""

    @pytest.mark.parametrize("revision", revisions())
    def test_keeps_its_rows(self, empty_url: str, revision: str) -> None:
        with opened(empty_url) as database:
            upgrade(database.engine, to=revision)
            old = reflected(database)
            with database.engine.begin() as connection:
                for table in old.sorted_tables:
                    connection.execute(table.insert().values(a_row(table)))
            upgrade(database.engine)

            assert {name: rows_in(database, name) for name in old.tables} == dict.fromkeys(
                old.tables, 1
            )


def reflected(database: Database) -> MetaData:
    tables = MetaData()
    tables.reflect(database.engine)
    tables.remove(tables.tables["alembic_version"])
    return tables


def a_row(table: Table) -> dict[str, object]:
    """Return a row with a value in every column that may not stay empty."""
    needed = [column for column in table.columns if not column.nullable]
    chosen = {column.name: VALUES[column.type.as_generic().python_type] for column in needed}
    return chosen | OF_A_BILL if table.name == "bills" else chosen


def rows_in(database: Database, name: str) -> int:
    with database.reader.connect() as connection:
        return connection.execute(select(func.count()).select_from(text(name))).scalar_one()


VALUES: dict[type, object] = {
    str: "1",
    int: 1,
    bool: False,
    bytes: b"1",
    date: date(2026, 3, 5),
    datetime: NOON.replace(tzinfo=None),
    object: {},  # JSON
}
OF_A_BILL = {"state": "pending", "house_id": "1"}


def table_names(database: Database) -> set[str]:
    names = inspect(database.engine).get_table_names()
    return set(names) - {"alembic_version"}
