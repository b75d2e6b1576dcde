"""The schema's history: up and down, beside tables of others, and nothing of theirs touched."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, inspect, make_url, text

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.migrations import (
    VERSION_TABLE,
    check_head,
    current_revision,
    downgrade,
    head_revision,
    revisions,
    upgrade,
)
from billing_adapters.sql.migrations.fingerprint import statements
from billing_adapters.sql.tables import METADATA, bills
from billing_adapters.sql.tables.schema import GROWS, PREFIX
from billing_domain.errors import StorageUnusableError
from tests.databases import opened

NAME_LENGTH_MAX = 63
"""What is longer PostgreSQL cuts, and then no constraint is found by its name."""


class TestUpgrade:
    def test_goes_up_and_down_and_up_again(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            upgrade(database.engine)
            made = table_names(database)
            downgrade(database.engine, to="base")
            left = table_names(database)
            upgrade(database.engine)

            assert made == {*METADATA.tables, VERSION_TABLE}
            assert left == {VERSION_TABLE}
            assert table_names(database) == made

    def test_passes_every_revision_on_its_own(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            for revision in revisions():
                upgrade(database.engine, to=revision)
                assert current_revision(database.engine) == revision

            assert revisions()[-1] == head_revision()

    def test_leaves_no_difference_to_the_tables(self, sql_database: Database) -> None:
        options = {"version_table": VERSION_TABLE}
        with sql_database.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts=options)
            found = compare_metadata(context, METADATA)

        assert found == []

    @pytest.mark.parametrize("dialect", ["sqlite", "postgresql+psycopg"])
    def test_gives_everything_the_prefix(self, dialect: str) -> None:
        for statement in statements(dialect):
            [name] = [word for word in statement.split() if word.startswith(PREFIX)][:1]
            verb, kind, *_ = statement.split()
            assert verb == "CREATE", statement
            assert kind in {"TABLE", "INDEX", "UNIQUE", "TRIGGER", "FUNCTION"}
            assert f" {name}" in statement.splitlines()[0]


class TestNames:
    def test_are_short_enough_and_begin_alike(self) -> None:
        for name in names():
            assert name.startswith(PREFIX)
            assert len(name) <= NAME_LENGTH_MAX, name

    def test_are_given_once(self) -> None:
        given = [*names()]

        assert len(given) == len(set(given))


class TestBesideTablesOfOthers:
    OTHERS = (
        "CREATE TABLE bills (id INTEGER PRIMARY KEY, mine TEXT)",
        "CREATE TABLE house_grams (id INTEGER PRIMARY KEY)",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('1a2b3c')",
        "INSERT INTO bills VALUES (1, 'mine')",
    )

    def test_leaves_them_alone(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            run(database, *self.OTHERS)
            upgrade(database.engine)
            check_head(database.engine)
            downgrade(database.engine, to="base")

            assert table_names(database) == {
                "bills",
                "house_grams",
                "alembic_version",
                VERSION_TABLE,
            }
            assert run(database, "SELECT mine FROM bills") == "mine"
            assert run(database, "SELECT version_num FROM alembic_version") == "1a2b3c"

    @pytest.mark.parametrize("kind", ["TABLE billing_bills", "VIEW billing_staff"])
    def test_refuses_what_has_a_name_of_its_own(self, empty_url: str, kind: str) -> None:
        with opened(empty_url) as database:
            run(database, f"CREATE {kind} AS SELECT 1 AS mine")
            with pytest.raises(StorageUnusableError) as refused:
                upgrade(database.engine)

            [name] = kind.split()[1:]
            assert (refused.value.reason, refused.value.detail) == ("schema_taken", name)
            assert run(database, f"SELECT mine FROM {name}") == 1  # noqa: S608 - from above
            assert "billing_houses" not in table_names(database)


class TestADatabaseOfAnOldProgram:
    @pytest.fixture
    def old(self, empty_url: str) -> str:
        with opened(empty_url) as database:
            run(
                database,
                "CREATE TABLE bills (number VARCHAR PRIMARY KEY)",
                "CREATE TABLE house_grams (gram VARCHAR)",
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
                "INSERT INTO alembic_version VALUES ('0004')",
            )
        return empty_url

    @pytest.mark.parametrize("step", [upgrade, check_head])
    def test_is_named_and_left_as_it_is(self, old: str, step: type) -> None:
        with opened(old) as database:
            with pytest.raises(StorageUnusableError) as refused:
                step(database.engine)

            assert (refused.value.reason, refused.value.detail) == ("schema_old", "0004")
            assert table_names(database) == {"bills", "house_grams", "alembic_version"}


class TestCheckHead:
    def test_refuses_a_database_without_tables(self, empty_url: str) -> None:
        with opened(empty_url) as database, pytest.raises(StorageUnusableError) as refused:
            check_head(database.engine)

        assert refused.value.reason == "schema"

    def test_refuses_tables_of_another_program(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            upgrade(database.engine)
            run(database, "UPDATE billing_alembic_version SET version_num = '0001_other'")
            with pytest.raises(StorageUnusableError) as refused:
                check_head(database.engine)

        assert refused.value.reason == "schema_newer"

    def test_accepts_a_migrated_one(self, sql_database: Database) -> None:
        check_head(sql_database.engine)


class TestASchemaOfItsOwn:
    """On PostgreSQL the address may say in which schema all of it lives."""

    @pytest.fixture(params=["postgresql"])
    def database_kind(self, request: pytest.FixtureRequest) -> str:
        kind: str = request.param
        return kind

    def test_holds_everything(self, empty_url: str) -> None:
        with opened(empty_url) as database:
            run(database, "CREATE SCHEMA fees", "CREATE TABLE billing_bills (mine INTEGER)")
        with opened(in_schema(empty_url)) as database:
            upgrade(database.engine)
            check_head(database.engine)
            there = inspect(database.engine)

            assert {*there.get_table_names("fees")} == {*METADATA.tables, VERSION_TABLE}
            assert there.get_table_names("public") == ["billing_bills"]
            downgrade(database.engine, to="base")

    def test_must_exist(self, empty_url: str) -> None:
        with pytest.raises(StorageUnusableError) as refused, opened(in_schema(empty_url)):
            pass

        assert refused.value.reason == "schema_missing"
        assert "fees" in refused.value.detail


class TestTablesThatGrow:
    """PostgreSQL can partition them by company: each unique key names it."""

    COUNTED = frozenset({"row_id"})
    """A counter of the database is unique without an index; partitioned, its key has both."""

    BEYOND = frozenset({"number"})
    """A bill's number is unique beyond its company: see docs/decisions/0017."""

    def test_are_those_with_rows_month_by_month(self) -> None:
        assert {table.name.removeprefix(PREFIX) for table in growing()} == {
            "audit_entries",
            "bills",
            "deleted_bills",
            "import_batches",
            "outbox_jobs",
            "payment_order_lines",
            "payment_orders",
            "provider_messages",
            "receipts",
            "refunds",
            "reminder_deliveries",
            "reminder_runs",
            "reminders",
            "settlements",
        }

    def test_name_the_company_in_every_unique_key(self) -> None:
        for table in growing():
            for key in unique_keys(table):
                known = key == self.COUNTED or (table is bills and key == self.BEYOND)
                assert "company_id" in key or known, (table.name, key)

    def test_refer_to_each_other_within_the_company(self) -> None:
        for table in METADATA.sorted_tables:
            for reference in table.foreign_key_constraints:
                if reference.referred_table.info.get(GROWS):
                    assert "company_id" in reference.columns, (table.name, reference.name)


def growing() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.info.get(GROWS)]


def unique_keys(table: Table) -> list[frozenset[str]]:
    kinds = (PrimaryKeyConstraint, UniqueConstraint)
    constraints = [each for each in table.constraints if isinstance(each, kinds)]
    indexes = [each for each in table.indexes if each.unique]
    return [frozenset(each.columns.keys()) for each in (*constraints, *indexes)]


def names() -> list[str]:
    return [
        str(each.name)
        for table in METADATA.sorted_tables
        for items in ([table], table.constraints, table.indexes)
        for each in items
    ]


def in_schema(url: str) -> str:
    chosen = make_url(url).update_query_dict({"options": "-csearch_path=fees"})
    return chosen.render_as_string(hide_password=False)


def run(database: Database, *steps: str) -> object:
    """Run statements in one transaction; return the first value of the last one."""
    with database.engine.begin() as connection:
        *before, last = map(text, steps)
        for step in before:
            connection.execute(step)
        done = connection.execute(last)
        return done.scalar() if done.returns_rows else None


def table_names(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names())
