"""What reminders cost: few statements, however many rows, and never a whole table."""

from __future__ import annotations

from datetime import date

import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.owners.queries import SqlOwnerQueries
from billing_adapters.sql.reminders.queries import SqlReminderQueries
from billing_domain.model.owners.owner import Owner
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.model.reminders.reminder import NothingUnpaid
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from billing_domain.testing.contracts.payment_world import OPENID
from billing_domain.testing.contracts.queued_reminders import (
    a_household,
    a_reminder,
    a_run,
    prospects,
    remind,
)
from billing_domain.testing.contracts.world import NOON, World
from tests.integration.payments.test_payment_traps import explained
from tests.integration.sql.counting import counted

HOUSES = 40
TODAY = shanghai_day(NOON)


@pytest.fixture
def reminder_queries(sql_database: Database) -> SqlReminderQueries:
    return SqlReminderQueries(sql_database, FrozenClock(NOON))


class TestStatements:
    @pytest.mark.parametrize(
        "wanted",
        [
            ReminderFilter(),
            ReminderFilter(text="号楼/"),
            ReminderFilter(outcomes=frozenset({ReminderOutcome.DELIVERED})),
        ],
    )
    def test_of_a_page_do_not_grow_with_it(
        self,
        world: World,
        sql_database: Database,
        reminder_queries: SqlReminderQueries,
        wanted: ReminderFilter,
    ) -> None:
        for number in range(12):
            remind(world, world.add_house(f"1号楼/{number}"))

        def cost(rows: int) -> int:
            with counted(sql_database) as statements:
                page = reminder_queries.page(world.scope, wanted, key=None, rows=rows)
            assert len(page.rows) == rows
            return len(statements)

        assert cost(1) == cost(11) <= 6

    @pytest.mark.parametrize("moved_in_on", [None, date(2026, 3, 1)])
    def test_of_what_an_owner_sees_are_two_for_who_moved_in(
        self, world: World, sql_database: Database, moved_in_on: date | None
    ) -> None:
        """Whoever always lived there does not pay for it (rule 4.6)."""
        house = world.add_house("1号楼/101")
        resident = world.add_resident(house, "王伟", moved_in_on=moved_in_on)
        owner = Owner(OPENID, world.company.id, (resident,))
        for _ in range(5):
            remind(world, house)
        with counted(sql_database) as statements:
            SqlOwnerQueries(sql_database).pending(owner, day=TODAY, rows_max=9)

        assert len(statements) == (1 if moved_in_on is None else 2)

    def test_of_the_houses_of_a_filter_are_one(
        self, world: World, sql_database: Database, bill_queries: SqlBillQueries
    ) -> None:
        world.add_bills([world.a_bill(world.add_house(f"1号楼/{room}")) for room in range(9)])
        with counted(sql_database) as statements:
            houses = bill_queries.houses(world.scope, BillFilter(), count_max=99)

        assert len(houses) == 9
        assert len(statements) == 1

    def test_that_decide_do_not_grow_with_the_houses(
        self, world: World, sql_database: Database
    ) -> None:
        houses = [a_household(world, f"1号楼/{number}")[0] for number in range(HOUSES)]
        world.add_bills([world.a_bill(house) for house in houses])

        def cost(count: int) -> int:
            with counted(sql_database) as statements:
                assert len(prospects(world, *houses[:count])) == count
            if not sql_database.is_sqlite:
                assert all("= ANY (" in statement for statement in statements)
            return len(statements)

        assert cost(1) == cost(HOUSES) == 4

    def test_that_queue_do_not_grow_with_the_houses(
        self, world: World, sql_database: Database
    ) -> None:
        homes = [a_household(world, f"1号楼/{number}") for number in range(HOUSES)]
        refused = {
            house.id: (house.community_id, NothingUnpaid(house.id)) for house, _ in homes[1:]
        }

        def cost(count: int) -> int:
            run = a_run(world)
            queued = [a_reminder(world, run, [who]) for _, who in homes[:count]]
            with counted(sql_database) as statements, world.begin() as work:
                work.reminders.add_run(run, queued, refused)
            return len(statements)

        assert cost(1) == cost(HOUSES) == 4


class TestIndexes:
    """SQLite, which knows nothing of how common a value is, is led past the other rows."""

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    @pytest.mark.parametrize(
        ("wanted", "way"),
        [
            (
                ReminderFilter(),
                "company_id_queued_at_id_ix (company_id=? AND (queued_at,id)<(?,?))",
            ),
            (
                ReminderFilter(outcomes=frozenset({ReminderOutcome.FAILED})),
                "troubles_ix (company_id=? AND (queued_at,id)<(?,?))",
            ),
            (ReminderFilter(text="1号楼/101"), "house_id_queued_at_id_ix (house_id=?"),
            (ReminderFilter(run_id=RunId("f" * 32)), "run_id_outcome_ix (run_id=?"),
        ],
    )
    def test_lead_to_a_page_however_deep(
        self,
        world: World,
        sql_database: Database,
        reminder_queries: SqlReminderQueries,
        wanted: ReminderFilter,
        way: str,
    ) -> None:
        house = world.add_house("1号楼/101")
        for _ in range(2):
            remind(world, house)
        first = reminder_queries.page(world.scope, ReminderFilter(), key=None, rows=1)
        assert first.next_key is not None
        with explained(sql_database) as steps:
            reminder_queries.page(world.scope, wanted, key=PageKey(first.next_key), rows=9)

        assert [step for step in steps if f"INDEX billing_reminders_{way}" in step]
        assert not [step for step in steps if step.startswith("SCAN reminder")]

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_lead_to_the_facts_for_a_decision(self, world: World, sql_database: Database) -> None:
        """None of the statements reads a whole table of those that grow."""
        house, _ = a_household(world, "1号楼/101")
        with explained(sql_database) as steps:
            prospects(world, house)

        assert not [step for step in steps if "SCAN" in step.replace("SCAN json_each", "")]
        assert [step for step in steps if "billing_reminders_history_ix" in step]
