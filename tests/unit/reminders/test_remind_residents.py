"""Who is reminded when staff ask: rules 4.2 to 4.4, 2.11.

Asking twice is promise P26's; what a page confirms is in the tests of the pages.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_adapters.sql.tables.reminders import reminder_runs
from billing_domain.errors import (
    CommunityClosedError,
    MessagingMisconfiguredError,
    MoreHousesError,
    PermissionMissingError,
    ReminderChannelOffError,
    ThingNotFoundError,
    TooManyHousesError,
)
from billing_domain.model.bills.bill import BillState, PendingBill
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.reminders.reminder import NobodyToReach, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome, ReminderRow
from billing_domain.use_cases.reminders import remind_residents
from billing_domain.use_cases.reminders.remind_residents import RemindResidents
from tests.world import World

SMS = ReminderChannel.SMS


@pytest.fixture
def use(world: World) -> RemindResidents:
    return world.application.remind_residents


def rows(world: World) -> list[ReminderRow]:
    return list(world.application.view_reminders.page(world.admin, ReminderFilter()).rows)


class TestAsking:
    def test_queues_one_message_and_job_of_a_house_with_many_bills(self, world: World) -> None:
        world.add_bill()

        (to_send,) = world.remind().batch.to_send

        assert to_send.count == 2
        (row,) = rows(world)
        assert (row.count, row.total, row.outcome) == (2, to_send.total, ReminderOutcome.WAITING)
        assert [each.name for each in row.recipients] == ["王小明"]
        assert row.requested_by == "王经理"
        (job,) = world.rows_of(outbox_jobs)
        assert (job.kind, job.subject) == (JobKind.REMINDER, row.id)

    def test_takes_the_chosen_bills_houses_and_all_that_they_owe(
        self, world: World, use: RemindResidents, bill: PendingBill
    ) -> None:
        world.add_bill()
        world.add_bill(world.houses[1])

        reminded = use.by_numbers(world.admin, [bill.number])

        assert [each.count for each in reminded.batch.to_send] == [2]
        assert [each.house_id for each in reminded.batch.decisions] == [bill.house_id]

    def test_answers_for_every_house_and_is_on_the_record(self, world: World) -> None:
        world.add_bill(world.houses[1])
        world.remind(world.houses[0])

        reminded = world.remind()

        assert set(reminded.batch.decisions) == {
            UnderWay(world.houses[0].id, date(2026, 11, 20)),
            NobodyToReach(world.houses[1].id),
        }
        assert {row.outcome for row in rows(world)} == {
            ReminderOutcome.WAITING,
            ReminderOutcome.UNDER_WAY,
            ReminderOutcome.UNREACHABLE,
        }
        assert reminded.run is not None
        entry = world.audit_entries()[-1]
        assert (entry.action, entry.subject_id) == (AuditAction.REMINDED, reminded.run.id)
        assert entry.community_id == world.community.id
        assert entry.after == {"channel": "wechat", "under_way": 1, "unreachable": 1}

    def test_keeps_nothing_of_a_rehearsal(self, world: World) -> None:
        reminded = world.remind(dry_run=True)

        assert (reminded.run, len(reminded.batch.to_send)) == (None, 1)
        assert not world.rows_of(reminder_runs)
        assert not world.rows_of(outbox_jobs)

    def test_keeps_nothing_when_no_house_is_meant(
        self, world: World, use: RemindResidents
    ) -> None:
        paid = BillFilter(states=frozenset({BillState.PAID}))

        assert use.by_filter(world.admin, paid).run is None
        assert use.by_numbers(world.admin, []).run is None
        assert not world.rows_of(reminder_runs)

    def test_stays_within_reach(
        self, world: World, use: RemindResidents, bill: PendingBill
    ) -> None:
        run = world.requested()
        desk = world.actor(Role.FRONT_DESK, [world.open_community(world.company.id, "别处")])

        assert use.by_filter(desk, BillFilter()).run is None
        assert use.by_numbers(desk, [bill.number]).run is None
        with pytest.raises(ThingNotFoundError):
            use.again(world.rival_admin, run_id=run)

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_refuses_a_community_where_nobody_can_pay(
        self, world: World, *, dry_run: bool
    ) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError):
            world.remind(dry_run=dry_run)
        assert rows(world) == []

    def test_leaves_out_houses_where_nobody_can_pay(self, world: World) -> None:
        place = world.configure_companies.add_community(world.admin, name="云顶花园")
        (house,) = world.add_houses(place, "1号楼/101")
        world.add_owner(house, openid="openid-2")
        world.add_bill(house)

        decided = [each.house_id for each in world.remind().batch.decisions]
        assert decided == [world.houses[0].id]

    @pytest.mark.usefixtures("neighbour")
    def test_sends_no_more_messages_than_were_confirmed(self, world: World) -> None:
        with pytest.raises(MoreHousesError) as refused:
            world.remind(confirmed=1)

        assert (refused.value.count_confirmed, refused.value.count_found) == (1, 2)
        assert rows(world) == []
        assert len(world.remind(confirmed=2).batch.to_send) == 2

    def test_leaves_no_house_out_unsaid(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.add_bill(world.houses[1])
        monkeypatch.setattr(remind_residents, "HOUSES_MAX", 1)

        with pytest.raises(TooManyHousesError) as refused:
            world.remind()

        assert refused.value.houses_max == 1
        assert len(world.remind(world.houses[0]).batch.decisions) == 1

    def test_is_shown_to_those_who_may_see_reminders(self, world: World) -> None:
        nobody = attrs.evolve(world.admin, permissions=frozenset())

        view, run = world.application.view_reminders, world.requested()

        assert view.progress(world.admin, run_id=run).houses == {ReminderOutcome.WAITING: 1}
        with pytest.raises(PermissionMissingError):
            view.page(nobody, ReminderFilter())
        with pytest.raises(PermissionMissingError):
            view.progress(nobody, run_id=run)


class TestWhatIsNotSetUp:
    def test_says_that_the_template_is_missing(self, world: World) -> None:
        with world.begin() as work:
            settings = work.reminder_settings.get(world.company.id)
            changed = attrs.evolve(settings, template=None, version=settings.version + 1)
            work.reminder_settings.save(changed)
            work.commit()

        with pytest.raises(MessagingMisconfiguredError) as refused:
            world.remind(dry_run=True)
        assert refused.value.reason == "no_template"

    def test_says_that_the_account_is_missing(self, world: World, use: RemindResidents) -> None:
        world.add_bill(world.rival_houses[0])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            use.by_filter(world.rival_admin, BillFilter())
        assert refused.value.reason == "no_account"

    def test_refuses_sms_until_it_is_on(self, world: World) -> None:
        with pytest.raises(ReminderChannelOffError):
            world.remind(channel=SMS)

        world.application.configure_reminders.change_channel(
            world.admin, version=1, channel=SMS, days=30, on=True
        )
        world.remind(channel=SMS)
        world.run_worker()

        assert world.reached == ["13800001234"]
