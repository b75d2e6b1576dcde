"""What staff see of reminders: rules 4.3, 4.4."""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from billing_domain.errors import PermissionMissingError, ThingNotFoundError
from billing_domain.ports.paging import PageKey
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from tests.unit.reminders.reminding import RemindingWorld


@pytest.fixture
def world() -> RemindingWorld:
    made = RemindingWorld()
    made.add_bill(made.houses[1])
    return made


class TestProgress:
    def test_adds_up_before_and_after(self, world: RemindingWorld) -> None:
        run = world.asked()

        before = world.view.progress(world.admin, run_id=run)
        world.work()
        after = world.view.progress(world.admin, run_id=run)

        unreachable = {ReminderOutcome.UNREACHABLE: 1}
        assert before.houses == {ReminderOutcome.WAITING: 1, **unreachable}
        assert after.houses == {ReminderOutcome.DELIVERED: 1, **unreachable}
        assert (before.queued, before.waiting, before.finished) == (1, 1, False)
        assert (after.queued, after.waiting, after.finished) == (1, 0, True)

    def test_is_shown_within_reach(self, world: RemindingWorld) -> None:
        run = world.asked()

        with pytest.raises(ThingNotFoundError):
            world.view.progress(world.rival_admin, run_id=run)


class TestTheList:
    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (ReminderFilter(), 2),
            (ReminderFilter(text="幸福家园/1号楼/1单元/101"), 1),
            (ReminderFilter(outcomes=frozenset({ReminderOutcome.UNREACHABLE})), 1),
            (ReminderFilter(requested_from=date(2026, 11, 20)), 2),
            (ReminderFilter(requested_to=date(2026, 11, 19)), 0),
        ],
    )
    def test_is_filtered(self, world: RemindingWorld, wanted: ReminderFilter, count: int) -> None:
        world.ask()

        assert len(world.view.page(world.admin, wanted).rows) == count

    def test_pages(self, world: RemindingWorld) -> None:
        world.ask()

        first = world.view.page(world.admin, ReminderFilter(), rows=1)
        assert first.next_key is not None
        key = PageKey(first.next_key)
        second = world.view.page(world.admin, ReminderFilter(), rows=1, key=key)

        assert {row.house_id for row in (*first.rows, *second.rows)} == {
            world.houses[0].id,
            world.houses[1].id,
        }
        assert second.next_key is None

    def test_needs_the_right(self, world: RemindingWorld) -> None:
        nobody = attrs.evolve(world.admin, permissions=frozenset())

        with pytest.raises(PermissionMissingError):
            world.view.page(nobody, ReminderFilter())
