"""The contract of ReminderQueries: the progress of a request (rules 4.3, 4.4)."""

from __future__ import annotations

import attrs
import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.reminders.queued_reminder import DeliveryState, RunId
from billing_domain.model.reminders.reminder import NobodyToReach
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import ReminderOutcome, RunProgress
from billing_domain.testing.contracts.queued_reminders import a_run, add_run, keep_reminder
from billing_domain.testing.contracts.reminder_history import (
    a_message,
    about,
    after,
    ended,
    every_outcome,
    remind,
    remind_everywhere,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World


class RunProgressContract(StorageContract):
    """The progress of a request."""

    def test_counts_houses_by_outcome(self, storage: Storage, world: World) -> None:
        houses = [world.add_house(f"1号楼/{room}") for room in range(5)]
        run = a_run(world, channel=ReminderChannel.SMS)
        waiting = [about(world, run, house) for house in houses[:2]]
        arrived = after(world, run, houses[2], DeliveryState.DELIVERED)
        refused = {each.id: (world.garden.id, NobodyToReach(each.id)) for each in houses[3:]}
        add_run(world, run, [*waiting, arrived], refused)
        remind(world, houses[4])
        progress = storage.reminder_queries.progress(world.scope, run.id)

        assert progress == RunProgress(
            run.id,
            ReminderChannel.SMS,
            NOON,
            "小李",
            {
                ReminderOutcome.WAITING: 2,
                ReminderOutcome.DELIVERED: 1,
                ReminderOutcome.UNREACHABLE: 2,
            },
        )
        assert (progress.queued, progress.waiting, progress.finished) == (3, 2, False)

    def test_follows_what_becomes_of_reminders(self, storage: Storage, world: World) -> None:
        house, run = world.add_house("1号楼/101"), a_run(world)
        message = a_message(world.add_resident(house, "王伟"))
        queued = about(world, run, house, messages=[message])
        add_run(world, run, [queued])
        keep_reminder(world, ended(queued, DeliveryState.FAILED))
        progress = storage.reminder_queries.progress(world.scope, run.id)

        assert progress.houses == {ReminderOutcome.FAILED: 1}
        assert progress.finished

    def test_is_of_the_scope(self, storage: Storage, world: World) -> None:
        houses = [world.add_house("1号楼/101"), world.add_house("2号楼/1", world.lakeside)]
        run = a_run(world)
        failed = DeliveryState.FAILED
        add_run(world, run, [after(world, run, house, failed) for house in houses])
        queries = storage.reminder_queries

        whole = queries.progress(world.scope, run.id)
        part = queries.progress(world.garden_scope, run.id)
        assert whole.houses == {ReminderOutcome.FAILED: 2}
        assert part == attrs.evolve(whole, houses={ReminderOutcome.FAILED: 1})
        assert queries.failed_houses(world.garden_scope, run.id) == {houses[0].id: world.garden.id}
        assert queries.failed_houses(world.rival_scope, run.id) == {}

    def test_is_not_found_elsewhere(self, storage: Storage, world: World) -> None:
        here, _there, abroad = remind_everywhere(world)
        asked = [
            (world.scope, RunId("f" * 32)),
            (world.scope, abroad.run_id),
            (world.lakeside_scope, here.run_id),
            (world.rival_scope, here.run_id),
        ]
        for scope, run_id in asked:
            with pytest.raises(ThingNotFoundError) as refusal:
                storage.reminder_queries.progress(scope, run_id)

            assert refusal.value.facts == {"kind": "reminder_run", "id": run_id}

    def test_names_the_houses_that_failed(self, storage: Storage, world: World) -> None:
        every_outcome(world)
        house, there = world.add_house("5号楼/1"), world.add_house("5号楼/1", world.lakeside)
        run, failed = a_run(world), DeliveryState.FAILED
        add_run(world, run, [after(world, run, each, failed) for each in (house, there)])

        houses = storage.reminder_queries.failed_houses(world.scope, run.id)
        assert houses == {house.id: world.garden.id, there.id: world.lakeside.id}
        assert storage.reminder_queries.failed_houses(world.scope, RunId("f" * 32)) == {}
