"""Reminding at the same moment as others: one wins, and what would happen without the guard."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import delete

from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.tables.reminders import reminder_deliveries, reminders
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.houses.resident import Resident
from billing_domain.model.reminders.queued_reminder import QueuedReminder, ReminderRun
from billing_domain.model.reminders.reminder import ReminderState
from billing_domain.testing.contracts.queued_reminders import (
    SOON,
    a_household,
    a_reminder,
    a_run,
    add_reminder,
    add_run,
    delivered,
    keep_reminder,
    prospects,
    stored_reminder,
)
from billing_domain.testing.contracts.world import World, paid_in_cash
from tests.integration.sql.races import WRITERS, race

HOUSES = 30


@pytest.fixture
def without_index(sql_database: Database) -> Iterator[None]:
    """No index keeps reminders apart; the next test of this database has it again."""
    [index] = [each for each in reminders.indexes if each.name == "billing_reminders_open_ix"]
    index.drop(sql_database.engine)
    yield
    with sql_database.engine.begin() as connection:
        connection.execute(delete(reminder_deliveries))
        connection.execute(delete(reminders))
        index.create(connection)


class TestSimultaneousRequests:
    """Promise P26: a house and channel have one open reminder, whoever asks at the same moment."""

    def test_queue_one_reminder(self, world: World) -> None:
        house, resident = a_household(world, "1号楼/101")

        refused = [each for each in race(lambda _: add_reminder(world, resident)) if each]

        assert [type(each) for each in refused] == [StaleError] * (WRITERS - 1)
        assert refused[0].facts == {"kind": "reminder", "id": house.id}
        told = prospects(world, house)[house.id].history
        assert [each.state for each in told] == [ReminderState.WAITING]

    def test_keep_one_request_whole(self, world: World) -> None:
        """Each asks for the same houses in an order of its own; nobody waits in a circle."""
        people = [a_household(world, f"1号楼/{number}")[1] for number in range(HOUSES)]
        runs = [a_run(world) for _ in range(WRITERS)]
        requests = [a_request(world, run, people) for run in runs]

        ends = race(lambda writer: add_run(world, runs[writer], requests[writer]))

        winner = [writer for writer, end in enumerate(ends) if end is None]
        assert len(winner) == 1
        assert {type(end) for end in ends} == {type(None), StaleError}
        for writer, request in enumerate(requests):
            kept = [stored_reminder(world, each.id) for each in request]
            assert kept == (request if [writer] == winner else [None] * HOUSES)

    @pytest.mark.usefixtures("without_index")
    def test_queue_several_without_the_index(self, world: World) -> None:
        """The control: nothing but the index stops them, and these tests would see it."""
        house, resident = a_household(world, "1号楼/101")

        assert list(race(lambda _: add_reminder(world, resident))) == [None] * WRITERS
        assert len(prospects(world, house)[house.id].history) == WRITERS


class TestTwoWorkers:
    """Promise P27: of two that send one reminder, one goes on."""

    def test_keep_one_report(self, world: World) -> None:
        _, resident = a_household(world, "1号楼/101")
        reminder = add_reminder(world, resident)
        reports = [delivered(reminder), reminder.given_up(SOON, "gave_up")]

        ends = race(lambda writer: keep_reminder(world, reports[writer]), writers=2)

        assert [type(end) for end in ends if end] == [StaleError]
        [winner] = [report for report, end in zip(reports, ends, strict=True) if end is None]
        assert stored_reminder(world, reminder.id) == winner.kept()


class TestRemindingAgainstPaying:
    @pytest.mark.parametrize("seed", range(3))
    def test_keeps_both(self, world: World, seed: int) -> None:
        """The desk marks bills paid while reminders of them arrive: nothing is lost or waits."""
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(HOUSES)]

        def act(writer: int) -> None:
            mixed = random.Random(seed * WRITERS + writer).sample(bills, HOUSES)
            with world.begin() as work:
                if writer:
                    work.bills.mark_reminded([bill.number for bill in mixed], SOON)
                else:
                    work.bills.save_all([bill.pay(paid_in_cash()) for bill in mixed])
                work.commit()

        assert list(race(act)) == [None] * WRITERS
        with world.begin() as work:
            stored = work.bills.get_many(world.scope, [bill.number for bill in bills])
        assert {(bill.state, bill.reminded_at, bill.version) for bill in stored} == {
            (BillState.PAID, SOON, 2)
        }


def a_request(world: World, run: ReminderRun, people: Sequence[Resident]) -> list[QueuedReminder]:
    """Return reminders to each of the people, in an order of its own, not stored yet."""
    mixed = random.Random(run.id).sample(people, len(people))
    return [a_reminder(world, run, [each]) for each in mixed]
