"""Rows that are handed straight to the driver are those that SQLAlchemy would have written."""

from __future__ import annotations

import contextlib
import gc
import threading

import pytest
from sqlalchemy import insert, select

from billing_adapters.sql.db.bulk_insert import bulk_insert
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.gc import gc_paused
from billing_adapters.sql.reminders.rows import delivery_values, reminder_values
from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminder_runs, reminders
from billing_domain.model.houses.house import HouseId
from billing_domain.model.reminders.queued_reminder import QueuedReminder
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.model.shanghai import shanghai_day
from tests.money_town import MoneyTown
from tests.phones import Answer

WECHAT = ReminderChannel.WECHAT


@pytest.fixture
def queued(sql_database: Database) -> list[QueuedReminder]:
    """Reminders of which one arrived, one failed and one waits; their rows are gone again."""
    town = MoneyTown(sql_database)
    town.connect_wechat()
    town.remind()
    town.phones.coming.extend([Answer.FINE, Answer.SILENT_AFTER])
    town.run_worker(count_max=2)
    found = town.reminders()
    assert len({each.state for each in found}) > 1
    with sql_database.engine.begin() as connection:
        connection.execute(reminder_deliveries.delete())
        connection.execute(reminders.delete())
    return found


class TestBulkInsert:
    def test_writes_what_sqlalchemy_writes(
        self, sql_database: Database, queued: list[QueuedReminder]
    ) -> None:
        by_table = {
            reminders: [reminder_values(each) for each in queued],
            reminder_deliveries: [row for each in queued for row in delivery_values(each)],
        }
        found = []
        for handed_over in (True, False):
            with sql_database.engine.connect() as connection:
                for table, rows in by_table.items():
                    if handed_over:
                        bulk_insert(connection, insert(table), rows)
                    else:
                        connection.execute(insert(table), rows)
                found.append(
                    [set(map(repr, connection.execute(select(table)))) for table in by_table]
                )
        assert found[0] == found[1]
        assert [len(rows) for rows in found[0]] == [3, 5]

    @pytest.mark.usefixtures("queued")
    def test_writes_thousands(self, sql_database: Database) -> None:
        with sql_database.engine.connect() as connection:
            run = connection.execute(select(reminder_runs)).one()._asdict()
            rows = ({**run, "id": f"further-{place}"} for place in range(4_001))
            bulk_insert(connection, insert(reminder_runs), rows)
            ids = connection.execute(select(reminder_runs.c.id)).scalars().all()
        assert len(ids) == len(set(ids)) == 4_002

    def test_writes_nothing_of_nothing(self, sql_database: Database) -> None:
        with sql_database.engine.connect() as connection:
            bulk_insert(connection, insert(outbox_jobs), [])
            assert connection.execute(select(outbox_jobs)).all() == []


class TestNothingIsGarbage:
    def test_looks_again_afterwards_also_after_an_error(self) -> None:
        seen = []
        with contextlib.suppress(ValueError), gc_paused():
            seen.append(gc.isenabled())
            int("bad")
        assert [*seen, gc.isenabled()] == [False, True]

    def test_leaves_it_on_when_the_last_thread_is_through(self) -> None:
        first, second = threading.Barrier(2), threading.Barrier(2)

        def hold(*, longer: bool) -> None:
            with gc_paused():
                first.wait()
                if longer:
                    second.wait()
            if not longer:
                second.wait()

        threads = [
            threading.Thread(target=hold, kwargs={"longer": each}) for each in (True, False)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert gc.isenabled()

    def test_leaves_alone_what_somebody_else_switched_off(self) -> None:
        gc.disable()
        try:
            with gc_paused():
                pass
            assert not gc.isenabled()
        finally:
            gc.enable()

    def test_ends_with_the_unit_of_work(self, sql_database: Database) -> None:
        town = MoneyTown(sql_database)
        houses = [town.houses[0].id, *(HouseId(f"far-{each}") for each in range(600))]
        today = shanghai_day(town.clock.now())
        with town.begin() as work:
            found = work.reminders.prospects(
                town.staff[0].scope, houses, channel=WECHAT, today=today, since=today
            )
            assert len(found) == 1
            assert not gc.isenabled()
        assert gc.isenabled()
