"""Who is reminded when staff ask: rules 4.2 to 4.4, 2.11, P26."""

from __future__ import annotations

from datetime import date, timedelta

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
from billing_domain.model.bills.bill import BillState, PaymentChannel
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.jobs.outbox import JobKind
from billing_domain.model.reminders.queued_reminder import RunId
from billing_domain.model.reminders.reminder import Cooling, NobodyToReach, UnderWay
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.use_cases.reminders import remind_residents
from tests.unit.reminders.reminding import RemindingWorld

SMS = ReminderChannel.SMS


@pytest.fixture
def world() -> RemindingWorld:
    return RemindingWorld()


class TestAsking:
    def test_queues_one_message_of_a_house_with_many_bills(self, world: RemindingWorld) -> None:
        world.add_bill(world.house)

        reminded = world.ask()

        (to_send,) = reminded.batch.to_send
        assert to_send.count == 2
        (row,) = world.rows()
        assert (row.count, row.total, row.outcome) == (2, to_send.total, ReminderOutcome.WAITING)
        assert [each.name for each in row.recipients] == ["王小明"]
        assert row.requested_by == "王经理"

    def test_queues_the_job_in_the_deciding_transaction(self, world: RemindingWorld) -> None:
        world.ask()

        (job,) = world.rows_of(outbox_jobs)
        assert (job.kind, job.subject) == (JobKind.REMINDER, world.reminder().id)

    def test_takes_the_chosen_bills_houses_and_all_that_they_owe(
        self, world: RemindingWorld
    ) -> None:
        world.add_bill(world.house)
        world.add_bill(world.houses[1])

        reminded = world.remind.by_numbers(world.admin, [world.bill.number])

        assert [each.count for each in reminded.batch.to_send] == [2]
        assert [each.house_id for each in reminded.batch.decisions] == [world.house.id]

    def test_answers_for_every_house(self, world: RemindingWorld) -> None:
        world.add_bill(world.houses[1])
        world.ask(world.house)

        reminded = world.ask()

        today = date(2026, 11, 20)
        assert set(reminded.batch.decisions) == {
            UnderWay(world.house.id, today),
            NobodyToReach(world.houses[1].id),
        }
        assert {row.outcome for row in world.rows()} == {
            ReminderOutcome.WAITING,
            ReminderOutcome.UNDER_WAY,
            ReminderOutcome.UNREACHABLE,
        }

    def test_keeps_nothing_of_a_rehearsal(self, world: RemindingWorld) -> None:
        reminded = world.remind.by_filter(world.admin, BillFilter(), dry_run=True)

        assert (reminded.run, len(reminded.batch.to_send)) == (None, 1)
        assert world.rows() == []
        assert not world.rows_of(outbox_jobs)

    def test_keeps_nothing_when_no_house_is_meant(self, world: RemindingWorld) -> None:
        paid = BillFilter(states=frozenset({BillState.PAID}))

        assert world.remind.by_filter(world.admin, paid).run is None
        assert world.remind.by_numbers(world.admin, []).run is None
        assert not world.rows_of(reminder_runs)

    def test_leaves_out_chosen_bills_that_are_paid(self, world: RemindingWorld) -> None:
        world.manage_bills.mark_paid(
            world.admin, numbers=[world.bill.number], channel=PaymentChannel.CASH
        )

        assert not world.remind.by_numbers(world.admin, [world.bill.number]).batch.decisions

    def test_stays_within_reach(self, world: RemindingWorld) -> None:
        other = world.open_community(world.company.id, "别处")
        desk = world.actor(Role.FRONT_DESK, [other])

        assert world.remind.by_filter(desk, BillFilter()).run is None
        assert world.remind.by_numbers(desk, [world.bill.number]).run is None

    @pytest.mark.parametrize("dry_run", [True, False])
    def test_refuses_a_community_where_nobody_can_pay(
        self, world: RemindingWorld, *, dry_run: bool
    ) -> None:
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        with pytest.raises(CommunityClosedError):
            world.remind.by_filter(world.admin, BillFilter(), dry_run=dry_run)
        assert world.rows() == []

    def test_leaves_out_houses_where_nobody_can_pay(self, world: RemindingWorld) -> None:
        place = world.configure_companies.add_community(world.admin, name="云顶花园")
        house = world.application.register_residents.add_house(
            world.admin, community_id=place.id, address="1号楼/101"
        )
        world.add_owner(house, openid="openid-2")
        world.add_bill(house)

        assert [each.house_id for each in world.ask().batch.decisions] == [world.house.id]

    def test_leaves_no_house_out_unsaid(
        self, world: RemindingWorld, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.add_bill(world.houses[1])
        monkeypatch.setattr(remind_residents, "HOUSES_MAX", 1)

        with pytest.raises(TooManyHousesError) as refused:
            world.remind.by_filter(world.admin, BillFilter())

        assert refused.value.houses_max == 1
        assert (
            len(
                world.remind.by_filter(
                    world.admin, BillFilter(house_id=world.house.id)
                ).batch.decisions
            )
            == 1
        )

    def test_sends_no_more_than_was_confirmed(self, world: RemindingWorld) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])

        with pytest.raises(MoreHousesError) as refused:
            world.remind.by_filter(world.admin, BillFilter(), confirmed=1)

        assert (refused.value.count_confirmed, refused.value.count_found) == (1, 2)
        assert world.rows() == []
        agreed = world.remind.by_filter(world.admin, BillFilter(), confirmed=2)
        assert len(agreed.batch.to_send) == 2

    def test_is_on_the_record(self, world: RemindingWorld) -> None:
        world.add_bill(world.houses[1])
        run = world.asked()

        (entry,) = [each for each in world.audit_entries() if each.action is AuditAction.REMINDED]
        assert (entry.subject_id, entry.community_id) == (run, world.community.id)
        assert entry.after == {"channel": "wechat", "queued": 1, "unreachable": 1}

    def test_needs_the_right(self, world: RemindingWorld) -> None:
        reader = world.actor(Role.READ_ONLY)

        with pytest.raises(PermissionMissingError):
            world.remind.by_filter(reader, BillFilter())
        with pytest.raises(PermissionMissingError):
            world.remind.by_numbers(reader, [world.bill.number])
        with pytest.raises(PermissionMissingError):
            world.remind.again(reader, run_id=RunId("0" * 32))


class TestAskingTwice:
    def test_sends_one_message(self, world: RemindingWorld) -> None:
        world.ask()
        world.ask()
        world.work()

        assert world.arrived() == ["openid-1"]

    def test_names_both_dates_within_the_window(self, world: RemindingWorld) -> None:
        world.ask()
        world.work()
        world.clock.advance(timedelta(days=2))

        assert world.ask().batch.decisions == (
            Cooling(world.house.id, date(2026, 11, 20), date(2026, 11, 23)),
        )
        (row,) = world.rows(ReminderOutcome.COOLING)
        assert (row.last_on, row.next_on) == (date(2026, 11, 20), date(2026, 11, 23))

    def test_reminds_again_from_the_day_that_it_named(self, world: RemindingWorld) -> None:
        world.ask()
        world.work()
        world.clock.advance(timedelta(days=2, hours=12))  # 00:00 in Shanghai

        assert len(world.ask().batch.to_send) == 1
        world.work()
        assert world.arrived() == ["openid-1"] * 2


class TestWhatIsNotSetUp:
    def test_says_that_the_template_is_missing(self, world: RemindingWorld) -> None:
        with world.begin() as work:
            settings = work.reminder_settings.get(world.company.id)
            changed = attrs.evolve(settings, template=None, version=settings.version + 1)
            work.reminder_settings.save(changed)
            work.commit()

        with pytest.raises(MessagingMisconfiguredError) as refused:
            world.remind.by_filter(world.admin, BillFilter(), dry_run=True)
        assert refused.value.reason == "no_template"

    def test_says_that_the_account_is_missing(self, world: RemindingWorld) -> None:
        world.add_bill(world.rival_houses[0])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            world.remind.by_filter(world.rival_admin, BillFilter())
        assert refused.value.reason == "no_account"

    def test_refuses_sms_until_it_is_on(self, world: RemindingWorld) -> None:
        with pytest.raises(ReminderChannelOffError):
            world.remind.by_filter(world.admin, BillFilter(), channel=SMS)

        world.configure.change_channel(world.admin, version=1, channel=SMS, days=30, on=True)
        reminded = world.remind.by_filter(world.admin, BillFilter(), channel=SMS)

        assert len(reminded.batch.to_send) == 1
        world.work()
        assert world.arrived() == ["13800001234"]


class TestAgain:
    def test_reminds_those_whose_reminder_failed(self, world: RemindingWorld) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])
        world.messages.failures.append(MessagingMisconfiguredError("field", "thing1"))
        run = world.asked()
        world.work()
        failed = {row.house_id for row in world.rows(ReminderOutcome.FAILED)}
        world.clock.advance(timedelta(minutes=2))

        reminded = world.remind.again(world.admin, run_id=run)

        assert {each.house_id for each in reminded.batch.to_send} == failed
        world.work()
        assert sorted(world.arrived()) == ["openid-1", "openid-2"]

    def test_knows_no_other_companys_request(self, world: RemindingWorld) -> None:
        run = world.asked()

        with pytest.raises(ThingNotFoundError):
            world.remind.again(world.rival_admin, run_id=run)
