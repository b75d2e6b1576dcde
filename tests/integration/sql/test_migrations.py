"""The schema's history: up, down, up, and nothing forgotten."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from adapters.sql.engine import Database
from adapters.sql.migrations import (
    check_head,
    current_revision,
    downgrade,
    head_revision,
    revisions,
    upgrade,
)
from adapters.sql.tables import METADATA
from billing_domain.errors import StorageUnusableError
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


def table_names(database: Database) -> set[str]:
    names = inspect(database.engine).get_table_names()
    return set(names) - {"alembic_version"}
