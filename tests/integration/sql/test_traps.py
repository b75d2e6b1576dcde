"""What storage promises beyond its ports: traces that stay, statements that stay few."""

from __future__ import annotations

import traceback
from typing import Any

import attrs
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.transaction import BrokenConstraintError
from billing_adapters.sql.houses.queries import SqlHouseQueries
from billing_adapters.sql.houses.search_index import grams
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.company import audit_entries
from billing_adapters.sql.tables.houses import house_grams, residents
from billing_adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.houses.search_text import address_search_text
from billing_domain.ports.bills import BillFilter
from billing_domain.testing.contracts.audit import an_entry, append
from billing_domain.testing.contracts.world import NOON, World, paid_in_cash
from tests.databases import PostgresServer, opened
from tests.integration.sql.counting import counted

PHONE = "13812344613"


class TestRemovedBill:
    def test_leaves_its_number_and_nothing_of_what_it_said(
        self, world: World, sql_database: Database
    ) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), remark="王伟的押金", reminded_at=NOON)
        world.remove_bills(bill)

        with sql_database.reader.connect() as connection:
            row = connection.execute(
                select(bills.c.number, bills.c.remark, bills.c.house_id, bills.c.reminded_at)
            ).one()
        assert tuple(row) == (bill.number, "", None, None)

    def test_does_not_keep_its_house(self, world: World, begin: SqlUnitOfWorkFactory) -> None:
        house = world.add_house("1号楼/101")
        world.remove_bills(world.add_bill(house))
        with begin() as work:
            work.houses.remove(house)
            work.commit()

        with begin() as work:
            assert not work.houses.of_community(world.garden.id)


class TestAuditLog:
    """Rule 2.11: no role and no program alters an entry."""

    @pytest.mark.parametrize(
        "forgery",
        [
            "UPDATE billing_audit_entries SET reason = 'forged'",
            "DELETE FROM billing_audit_entries",
        ],
    )
    def test_refuses_to_be_changed(
        self, world: World, sql_database: Database, forgery: str
    ) -> None:
        append(world, an_entry(world))
        with (
            pytest.raises(DBAPIError, match="append-only"),
            sql_database.engine.begin() as connection,
        ):
            connection.execute(text(forgery))

        with sql_database.reader.connect() as connection:
            assert connection.execute(select(audit_entries.c.reason)).scalars().all() == [""]

    def test_refuses_to_be_emptied(self, postgres: PostgresServer) -> None:
        with (
            postgres.new_url(migrated=True) as url,
            opened(url) as database,
            pytest.raises(DBAPIError, match="append-only"),
            database.engine.begin() as connection,
        ):
            connection.execute(text("TRUNCATE billing_audit_entries"))


class TestChecks:
    """The database itself refuses what no code of ours would write."""

    @pytest.mark.parametrize(
        "nonsense",
        [
            "amount_fen = 0",
            "last_day = '1999-01-01'",
            "state = 'lost'",
            "state = 'paid'",
            "channel = 'cash'",
            "house_id = NULL",
            "house_id = 'nowhere'",
        ],
    )
    def test_refuse(self, world: World, sql_database: Database, nonsense: str) -> None:
        world.add_bill(world.add_house("1号楼/101"))
        with (
            pytest.raises(DBAPIError, match=r"(?i)constraint"),
            sql_database.engine.begin() as connection,
        ):
            connection.execute(text(f"UPDATE billing_bills SET {nonsense}"))  # noqa: S608 - from above


class TestErrors:
    """Promise P45: whatever goes wrong, no log gets to see a phone."""

    def test_tell_nothing_of_a_refused_row(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        without: dict[str, Any] = {"relation": None}
        nobody = attrs.evolve(world.a_resident(house, "王伟", phone=PHONE), **without)
        with pytest.raises(BrokenConstraintError) as refused, world.begin() as work:
            work.residents.add_all([nobody])

        told = "".join(traceback.format_exception(refused.value))
        assert PHONE not in told
        assert "王伟" not in told

    def test_tell_nothing_of_a_statement_that_failed(
        self, world: World, sql_database: Database
    ) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟", phone=PHONE)
        broken = (
            residents.update().where(residents.c.phone == person.phone).values(version=text("x"))
        )
        with pytest.raises(DBAPIError) as refused, sql_database.engine.begin() as connection:
            connection.execute(broken)

        assert PHONE not in "".join(traceback.format_exception(refused.value))


class TestStatements:
    """Each screen costs the same few statements, however much it shows."""

    def test_of_a_page_do_not_grow_with_it(
        self, world: World, sql_database: Database, bill_queries: SqlBillQueries
    ) -> None:
        for number in range(30):
            house = world.add_house(f"1号楼/{number}")
            world.add_resident(house, "王伟", phone="13812344613")
            world.add_bill(house)

        def cost(wanted: BillFilter, rows: int) -> int:
            with counted(sql_database) as statements:
                page = bill_queries.page(world.scope, wanted, key=None, rows=rows)
            assert len(page.rows) == rows
            return len(statements)

        texts = (BillFilter(text=each) for each in ("", "王伟", "138"))
        for wanted in (*texts, BillFilter(building="1号楼")):
            assert cost(wanted, 1) == cost(wanted, 29) <= 8, wanted

    @pytest.mark.parametrize("count", [1, 30])
    def test_of_an_audited_batch_do_not_grow_with_it(
        self, world: World, sql_database: Database, count: int
    ) -> None:
        """One read of the addresses, one insert of the entries."""
        bills = [world.add_bill(world.add_house(f"1号楼/{number}")) for number in range(count)]
        with world.begin() as work, counted(sql_database) as statements:
            changes = [(bill, None) for bill in bills]
            work.record_all(Actor.system(world.company.id), AuditAction.DELETED, changes)

        assert len(statements) == 2

    def test_of_the_houses_page_do_not_grow_with_it(
        self, world: World, sql_database: Database
    ) -> None:
        for number in range(9):
            world.add_resident(world.add_house(f"1号楼/{number}"), "王伟")
        queries = SqlHouseQueries(sql_database, FrozenClock(NOON))

        def cost(rows: int) -> int:
            with counted(sql_database) as statements:
                page = queries.page(world.scope, world.garden.id, text="王", key=None, rows=rows)
            assert len(page.rows) == rows
            return len(statements)

        assert cost(1) == cost(8) <= 6

    def test_of_a_snapshot_read_no_further_than_asked(
        self, world: World, sql_database: Database, bill_queries: SqlBillQueries
    ) -> None:
        """Promise P34: 1,700 rows are fetched in parts, never all at once."""
        house = world.add_house("1号楼/101")
        world.add_bills([world.a_bill(house) for _ in range(1_700)])
        with (
            bill_queries.snapshot(world.scope, BillFilter()) as (count, rows),
            counted(sql_database) as statements,
        ):
            next(rows)
            for_the_first = len([each for each in statements if "residents" in each])
            rest = sum(1 for _ in rows)
            for_all = len([each for each in statements if "residents" in each])

        assert (count, rest) == (1_700, 1_699)
        assert (for_the_first, for_all) == (1, 4)

    def test_that_save_a_batch_are_few(self, world: World, sql_database: Database) -> None:
        house = world.add_house("1号楼/101")
        pending = [world.a_bill(house) for _ in range(600)]
        with counted(sql_database) as adding:
            world.add_bills(pending)
        with counted(sql_database) as paying, world.begin() as work:
            work.bills.save_all([bill.pay(paid_in_cash()) for bill in pending])
            work.commit()

        assert (len(adding), len(paying)) == (2, 2)


class TestSearchIndex:
    def test_of_a_house_goes_with_it(self, world: World, sql_database: Database) -> None:
        house = world.add_house("1号楼/101")
        with world.begin() as work:
            work.houses.remove(house)
            work.commit()

        assert index_size(sql_database) == 0

    def test_holds_nothing_of_an_old_name_or_address(
        self, world: World, sql_database: Database
    ) -> None:
        """Promise P46: what was corrected is gone from the index too."""
        house = world.add_house("1号楼/101")
        person = world.add_resident(house, "王伟", phone="13812344613")
        new = person.change(name="李", phone="", relation=person.relation, moved_in_on=None)
        with world.begin() as work:
            work.residents.save(new)
            work.commit()

        assert index_size(sql_database) == len(
            grams(address_search_text("1号楼/101")) | grams("李")
        )


def index_size(database: Database) -> int:
    with database.reader.connect() as connection:
        return connection.execute(select(func.count()).select_from(house_grams)).scalar_one()
