"""What becomes of a queued reminder: rules 4.1, 4.4, 4.5, P27."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import (
    BillingError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.bills.bill import PaymentChannel, PendingBill
from billing_domain.model.jobs.outbox import FAILURES_MAX, JobState
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import DeliveryState
from billing_domain.model.reminders.reminder import Cooling, ReminderState
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.ports.reminders.queries import ReminderOutcome
from billing_domain.services.reminders.circuit_breaker import PAUSE_FIRST, PAUSE_MAX
from tests.unit.reminders.reminding import RemindingWorld

DOWN = ProviderUnavailableError(detail="status 503")
SILENT = ProviderUnavailableError(detail="timeout", silent=True)


@pytest.fixture
def world() -> RemindingWorld:
    return RemindingWorld()


def states(world: RemindingWorld) -> list[DeliveryState]:
    return [each.state for each in world.reminder().deliveries]


class TestSending:
    def test_reaches_every_resident_with_the_same_words(self, world: RemindingWorld) -> None:
        world.add_owner(world.house, openid="openid-2", name="李芳")
        second = world.add_bill(world.house, amount=Money(20_50))
        world.ask()

        report = world.work()

        assert [job.state for job in report.done] == [JobState.DONE]
        assert world.arrived() == ["openid-1", "openid-2"]
        said = [each.message for each in world.messages.taken]
        assert {(each.count, each.total) for each in said} == {
            (2, world.bill.amount + second.amount)
        }
        assert {each.community for each in said} == {"幸福家园"}
        assert {each.house for each in said} == {"1号楼/1单元/101"}
        assert {each.link for each in said} == {
            f"https://fee.example.com/owner/reminders/{world.reminder().id}"
        }
        assert len({each.client_msg_id for each in said}) == 2

    def test_writes_down_when_the_bills_were_reminded_of(self, world: RemindingWorld) -> None:
        world.ask()
        world.work()

        stored = world.stored(world.bill.number)
        assert isinstance(stored, PendingBill)
        assert (stored.reminded_at, stored.version) == (world.clock.now(), 1)
        assert world.reminder().state is ReminderState.DELIVERED

    def test_is_done_once_whatever_comes_again(self, world: RemindingWorld) -> None:
        world.ask()
        (job,) = world.work().done
        handler = world.application.run_outbox.handlers[job.kind]

        assert handler(job) is None
        assert handler(attrs.evolve(job, subject="0" * 32)) is None
        assert len(world.messages.calls) == 1


class TestMeanwhile:
    def test_names_no_bill_that_was_paid(self, world: RemindingWorld) -> None:
        other = world.add_bill(world.house, amount=Money(20_50))
        world.ask()
        world.manage_bills.mark_paid(
            world.admin, numbers=[world.bill.number], channel=PaymentChannel.CASH
        )

        world.work()

        (taken,) = world.messages.taken
        assert (taken.message.count, taken.message.total) == (1, other.amount)
        assert [bill.number for bill in world.reminder().bills] == [other.number]

    def test_names_no_bill_that_was_paid_between_two_residents(
        self, world: RemindingWorld
    ) -> None:
        world.add_owner(world.house, openid="openid-2")
        other = world.add_bill(world.house, amount=Money(20_50))
        world.messages.failures.extend([None, DOWN])
        world.ask()
        world.work()
        world.manage_bills.mark_paid(
            world.admin, numbers=[world.bill.number], channel=PaymentChannel.CASH
        )
        world.clock.advance(PAUSE_FIRST)

        world.work()

        first, second = [each.message for each in world.messages.taken]
        assert (first.count, second.count, second.total) == (2, 1, other.amount)
        assert len(world.reminder().bills) == 2

    def test_sends_nothing_where_nobody_can_pay_any_more(self, world: RemindingWorld) -> None:
        world.ask()
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        world.work()

        assert world.messages.calls == []
        (row,) = world.rows(ReminderOutcome.FAILED)
        assert [each.failure_reason for each in row.recipients] == ["closed"]
        world.configure_companies.open_community(world.admin, community_id=world.community.id)
        assert len(world.remind.again(world.admin, run_id=row.run_id).batch.to_send) == 1

    def test_sends_nothing_over_a_channel_that_was_turned_off(self, world: RemindingWorld) -> None:
        world.ask()
        wechat = ReminderChannel.WECHAT
        world.configure.change_channel(world.admin, version=1, channel=wechat, days=3, on=False)

        world.work()

        assert world.messages.calls == []
        (row,) = world.rows(ReminderOutcome.FAILED)
        assert [each.failure_reason for each in row.recipients] == ["channel_off"]

    def test_sends_nothing_when_nothing_is_left(self, world: RemindingWorld) -> None:
        world.ask()
        world.manage_bills.delete(world.admin, numbers=[world.bill.number])

        assert len(world.work().done) == 1

        assert world.arrived() == []
        assert world.reminder().state is ReminderState.DROPPED
        world.add_bill(world.house)
        assert len(world.ask().batch.to_send) == 1

    def test_tells_nobody_who_moved_out(self, world: RemindingWorld) -> None:
        world.add_owner(world.house, openid="openid-2")
        world.ask()
        (gone,) = world.owner.residents
        with world.begin() as work:
            work.residents.save(gone.move_out(date(2026, 11, 20)))
            work.commit()

        world.work()

        assert world.arrived() == ["openid-2"]
        assert [each.failure_reason for each in world.reminder().deliveries] == ["moved_out", ""]

    def test_asks_nobody_who_moved_out_again(self, world: RemindingWorld) -> None:
        world.messages.failures.append(SILENT)
        world.ask()
        world.work()
        (gone,) = world.owner.residents
        with world.begin() as work:
            work.residents.save(gone.move_out(date(2026, 11, 20)))
            work.commit()
        world.clock.advance(PAUSE_FIRST)

        world.work()

        assert len(world.messages.calls) == 1
        assert states(world) == [DeliveryState.UNKNOWN]

    def test_tells_no_openid_that_was_unbound(self, world: RemindingWorld) -> None:
        world.ask()
        (resident,) = world.owner.residents
        with world.begin() as work:
            changed = attrs.evolve(resident, openid=None, version=2)
            work.residents.save(changed)
            work.commit()

        world.work()

        assert world.arrived() == []
        assert world.reminder().state is ReminderState.FAILED


class TestAnUnreachableResident:
    def test_does_not_keep_the_others_waiting(self, world: RemindingWorld) -> None:
        world.add_owner(world.house, openid="openid-2")
        world.messages.failures.append(RecipientUnreachableError(reason="not_following"))
        world.ask()

        world.work()

        assert world.arrived() == ["openid-2"]
        assert states(world) == [DeliveryState.UNREACHABLE, DeliveryState.DELIVERED]
        assert world.reminder().state is ReminderState.DELIVERED

    def test_does_not_burn_the_cooling(self, world: RemindingWorld) -> None:
        world.messages.failures.append(RecipientUnreachableError(reason="not_following"))
        world.ask()
        world.work()

        (row,) = world.rows(ReminderOutcome.FAILED)
        assert [each.failure_reason for each in row.recipients] == ["not_following"]
        assert len(world.ask().batch.to_send) == 1


class TestAProviderThatIsDown:
    def test_is_left_alone_for_a_while_and_then_gets_everything_in_order(
        self, world: RemindingWorld
    ) -> None:
        for place, house in enumerate(world.houses[1:], start=2):
            world.add_owner(house, openid=f"openid-{place}")
            world.add_bill(house)
        world.messages.failures.extend([DOWN, DOWN])
        world.ask()
        order = [row.recipients for row in reversed(world.rows())]

        report = world.work()

        assert (len(world.messages.calls), len(report.postponed)) == (1, 3)
        assert world.work().claimed == 0
        world.clock.advance(PAUSE_FIRST)
        world.work()
        assert len(world.messages.calls) == 2
        world.clock.advance(PAUSE_FIRST)
        assert world.work().claimed == 0
        world.clock.advance(PAUSE_FIRST)
        world.work()
        assert len(world.arrived()) == len(order) == 3
        with world.begin(read_only=True) as work:
            first = work.reminders.find(world.rows()[-1].id)
        assert first is not None
        assert world.arrived()[0] == first.deliveries[0].address

    def test_is_asked_every_five_minutes_at_most_and_least(self, world: RemindingWorld) -> None:
        world.messages.failures.extend([DOWN] * 100)
        world.ask()
        for _ in range(60):
            world.work()
            world.clock.advance(timedelta(minutes=1))

        assert 12 <= len(world.messages.calls) <= 20
        world.messages.failures.clear()
        world.clock.advance(PAUSE_MAX)
        world.work()
        assert world.arrived() == ["openid-1"]

    def test_is_asked_by_others_when_one_alone_may_be_to_blame(
        self, world: RemindingWorld
    ) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])
        world.messages.failures.extend([DOWN] * 1000)
        world.ask()
        for _ in range(110):
            world.work()
            world.clock.advance(timedelta(minutes=1))
        assert len(set(world.messages.calls)) == 1
        for _ in range(60):
            world.work()
            world.clock.advance(timedelta(minutes=1))

        *_, before, last = world.messages.calls
        assert before != last

    def test_is_given_up_after_a_day_behind_another(self, world: RemindingWorld) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])
        world.messages.failures.extend([DOWN] * 1000)
        world.ask()
        for _ in range(25 * 60):
            world.work()
            world.clock.advance(timedelta(minutes=1))

        assert {row.outcome for row in world.rows()} == {ReminderOutcome.FAILED}

    def test_is_given_up_after_a_day(self, world: RemindingWorld) -> None:
        world.messages.failures.extend([DOWN] * 1000)
        world.ask()
        for _ in range(26 * 12):
            world.work()
            world.clock.advance(timedelta(minutes=5))

        (row,) = world.rows()
        assert row.outcome is ReminderOutcome.FAILED
        assert [each.failure_reason for each in row.recipients] == ["gave_up"]
        assert not world.work().claimed


class TestSilence:
    def test_is_tried_again_under_the_same_name_while_that_is_known(
        self, world: RemindingWorld
    ) -> None:
        world.messages.failures.append(SILENT)
        world.ask()
        world.work()
        assert world.reminder().state is ReminderState.WAITING

        world.clock.advance(PAUSE_FIRST)
        world.work()

        assert len(set(world.messages.calls)) == 1
        assert (len(world.messages.calls), world.arrived()) == (2, ["openid-1"])
        assert world.reminder().state is ReminderState.DELIVERED

    def test_is_unknown_and_never_sent_again_afterwards(self, world: RemindingWorld) -> None:
        world.messages.failures.append(SILENT)
        world.ask()
        world.work()
        world.clock.advance(timedelta(minutes=9))

        world.work()

        assert len(world.messages.calls) == 1
        assert states(world) == [DeliveryState.UNKNOWN]
        assert world.ask().batch.decisions == (
            Cooling(world.house.id, date(2026, 11, 20), date(2026, 11, 23), sure=False),
        )

    def test_keeps_its_doubt_when_the_provider_is_down_after_it(
        self, world: RemindingWorld
    ) -> None:
        world.messages.failures.extend([SILENT, DOWN])
        world.ask()
        world.work()
        world.clock.advance(PAUSE_FIRST)
        world.work()
        world.clock.advance(timedelta(minutes=9))

        world.work()

        assert (len(world.messages.calls), states(world)) == (2, [DeliveryState.UNKNOWN])

    def test_stays_unknown_when_the_bill_is_paid_meanwhile(self, world: RemindingWorld) -> None:
        world.messages.failures.append(SILENT)
        world.ask()
        world.work()
        world.manage_bills.mark_paid(
            world.admin, numbers=[world.bill.number], channel=PaymentChannel.CASH
        )
        world.clock.advance(PAUSE_FIRST)

        world.work()

        assert (len(world.messages.calls), states(world)) == (1, [DeliveryState.UNKNOWN])


class TestACrash:
    def test_leaves_a_mark_before_the_message_goes(self, world: RemindingWorld) -> None:
        world.messages.failures.append(KeyError("a bug"))  # type: ignore[arg-type]
        world.ask()
        world.work()

        (delivery,) = world.reminder().deliveries
        assert delivery.tried_at == world.clock.now()

    def test_of_one_message_leaves_the_next_unmarked(self, world: RemindingWorld) -> None:
        world.add_owner(world.house, openid="openid-2")
        world.messages.failures.append(KeyError("a bug"))  # type: ignore[arg-type]
        world.ask()
        world.work()

        assert [each.tried_at is None for each in world.reminder().deliveries] == [False, True]


class TestADeadJob:
    def test_blocks_no_house_for_ever(self, world: RemindingWorld) -> None:
        world.ask()
        for _ in range(FAILURES_MAX):
            world.claim_and_die()

        assert len(world.work().dead) == 1

        assert states(world) == [DeliveryState.FAILED]
        assert len(world.ask().batch.to_send) == 1

    def test_that_ended_already_stays_as_it_is(self, world: RemindingWorld) -> None:
        world.ask()
        (job,) = world.work().done
        before = world.reminder()

        world.application.run_outbox.on_dead_letter[job.kind](job)

        assert world.reminder() == before


class TestAWrongSetting:
    WRONG = MessagingMisconfiguredError(reason="template", detail="40037 invalid template_id")

    def test_fails_at_once_with_its_reason(self, world: RemindingWorld) -> None:
        world.messages.failures.append(self.WRONG)
        world.ask()

        assert len(world.work().done) == 1

        (row,) = world.rows(ReminderOutcome.FAILED)
        assert [each.failure_reason for each in row.recipients] == [
            "template:40037 invalid template_id"
        ]
        assert len(world.ask().batch.to_send) == 1

    def test_is_not_asked_about_for_every_house(self, world: RemindingWorld) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])
        world.messages.failures.append(self.WRONG)
        world.ask()

        world.work()

        assert len(world.messages.calls) == 1
        assert len(world.rows(ReminderOutcome.FAILED)) == 2

    @pytest.mark.parametrize("reason", ["field", "other"])
    def test_of_what_one_message_says_keeps_no_other_back(
        self, world: RemindingWorld, reason: str
    ) -> None:
        world.add_owner(world.houses[1], openid="openid-2")
        world.add_bill(world.houses[1])
        world.messages.failures.append(MessagingMisconfiguredError(reason, "amount3"))
        world.ask()

        world.work()

        assert len(world.rows(ReminderOutcome.FAILED)) == 1
        assert len(world.rows(ReminderOutcome.DELIVERED)) == 1

    def test_is_asked_about_again_once_it_was_mended(self, world: RemindingWorld) -> None:
        world.messages.failures.append(self.WRONG)
        run = world.asked()
        world.work()
        settings = world.configure.settings(world.admin)
        assert settings.template is not None
        mended = attrs.evolve(settings.template, template_id="template-2")
        world.configure.change_template(world.admin, version=1, template=mended)

        world.remind.again(world.admin, run_id=run)
        world.work()

        assert world.arrived() == ["openid-1"]

    def test_leaves_in_doubt_what_may_have_arrived(self, world: RemindingWorld) -> None:
        failures: list[BillingError] = [SILENT, self.WRONG]
        world.messages.failures.extend(failures)
        world.ask()
        world.work()
        world.clock.advance(PAUSE_FIRST)

        world.work()

        assert states(world) == [DeliveryState.UNKNOWN]
        assert world.reminder().state is ReminderState.UNKNOWN

    def test_says_so_when_the_template_is_gone(self, world: RemindingWorld) -> None:
        world.ask()
        with world.begin() as work:
            settings = work.reminder_settings.get(world.company.id)
            work.reminder_settings.save(
                attrs.evolve(settings, template=None, version=settings.version + 1)
            )
            work.commit()

        world.work()

        (row,) = world.rows(ReminderOutcome.FAILED)
        assert [each.failure_reason for each in row.recipients] == ["no_template"]
