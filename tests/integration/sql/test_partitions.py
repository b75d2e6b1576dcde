"""PostgreSQL may keep the tables that grow apart by company: the same contracts hold on them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select, text

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.migrations.fingerprint import statements
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.schema import GROWS
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.errors import NumberTakenError
from billing_domain.testing import contracts
from billing_domain.testing.contracts.world import World
from tests.databases import PostgresServer, empty, opened

PARTITIONS = 2

UNIQUE_NUMBERS = "CREATE UNIQUE INDEX billing_bills_number_ix"
IN_PLACE_OF_IT = """
    CREATE TABLE billing_bill_numbers (
        number VARCHAR COLLATE "C" CONSTRAINT billing_bills_number_ix PRIMARY KEY
    );
    CREATE FUNCTION billing_bill_numbers_add() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO billing_bill_numbers (number) SELECT number FROM added;
        RETURN NULL;
    END $$;
    CREATE TRIGGER billing_bill_numbers_add AFTER INSERT ON billing_bills
        REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION billing_bill_numbers_add()
"""
"""As docs/decisions/0017 has it."""


@pytest.fixture(scope="module")
def partitioned(postgres: PostgresServer) -> Iterator[Database]:
    """A database whose growing tables are partitioned by company."""
    with postgres.new_url(migrated=False) as url, opened(url) as database:
        partition(database)
        yield database


@pytest.fixture
def database_kind() -> str:
    """PostgreSQL alone."""
    return "postgresql"


@pytest.fixture
def sql_database(partitioned: Database) -> Iterator[Database]:
    """The partitioned database, empty."""
    yield partitioned
    empty(partitioned, "billing_bill_numbers")


for _contract in (
    contracts.AuditContract,
    contracts.BillRepositoryContract,
    contracts.OrderRepositoryContract,
    contracts.OutboxRepositoryContract,
    contracts.ReceiptRepositoryContract,
    contracts.ReminderRepositoryContract,
    contracts.ReservationContract,
    contracts.SettlementContract,
):
    globals()[f"Test{_contract.__name__}"] = type(_contract.__name__, (_contract,), {})


class TestBillNumbers:
    """Rule 1: a number is never given twice, which no key of a partitioned table could tell."""

    def test_are_refused_to_another_company(
        self, world: World, begin: SqlUnitOfWorkFactory, sql_database: Database
    ) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        abroad = world.add_house("1号楼/101", world.foreign)
        theirs = world.add_bill(abroad)
        with begin() as work, pytest.raises(NumberTakenError):
            work.bills.add_all([world.a_bill(abroad, number=bill.number)])

        with sql_database.reader.connect() as connection:
            given = connection.execute(text("SELECT number FROM billing_bill_numbers")).scalars()
            kept = connection.execute(select(bills.c.number)).scalars().all()
        assert sorted(given) == sorted(kept) == sorted([bill.number, theirs.number])


def partition(database: Database) -> None:
    """Run the program's own statements; a table that grows is made in parts."""
    growing = {table.name for table in METADATA.sorted_tables if table.info.get(GROWS)}
    with database.engine.begin() as connection:
        for statement in statements("postgresql+psycopg"):
            if statement.startswith(UNIQUE_NUMBERS):
                connection.exec_driver_sql(IN_PLACE_OF_IT)
                continue
            made = re.match(r"CREATE TABLE (\w+)", statement)
            if made is None or made[1] not in growing:
                connection.exec_driver_sql(statement)
                continue
            keyed = statement.replace("PRIMARY KEY (row_id)", "PRIMARY KEY (row_id, company_id)")
            connection.exec_driver_sql(f"{keyed} PARTITION BY HASH (company_id)")
            for part in range(PARTITIONS):
                connection.exec_driver_sql(
                    f"CREATE TABLE {made[1]}_{part} PARTITION OF {made[1]} "
                    f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {part})"
                )
