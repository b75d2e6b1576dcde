"""Deciding and queueing reminders takes as many statements for one house as for many."""

from __future__ import annotations

from billing_adapters.sql.db.engine import Database
from billing_domain.model.reminders.reminder import NothingUnpaid
from billing_domain.testing.contracts.queued_reminders import (
    a_household,
    a_reminder,
    a_run,
    prospects,
)
from billing_domain.testing.contracts.world import World
from tests.integration.sql.counting import counted

HOUSES = 40


class TestStatements:
    def test_that_decide_do_not_grow_with_the_houses(
        self, world: World, sql_database: Database
    ) -> None:
        houses = [a_household(world, f"1号楼/{number}")[0] for number in range(HOUSES)]
        world.add_bills([world.a_bill(house) for house in houses])

        def cost(count: int) -> int:
            with counted(sql_database) as statements:
                assert len(prospects(world, *houses[:count])) == count
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

    def test_on_sqlite_look_along_an_index(self, world: World, sql_database: Database) -> None:
        """None of them reads a whole table of those that grow."""
        house, _ = a_household(world, "1号楼/101")
        with counted(sql_database) as statements:
            prospects(world, house)
        if not sql_database.is_sqlite:
            assert all("= ANY (" in statement for statement in statements)
            return
        with sql_database.engine.connect() as connection:
            plans = [
                " ".join(
                    row.detail
                    for row in connection.exec_driver_sql(
                        f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
                    )
                )
                for statement in statements
            ]
        assert not [plan for plan in plans if "SCAN" in plan.replace("SCAN json_each", "")]
        assert "billing_reminders_history_ix" in plans[-1]
