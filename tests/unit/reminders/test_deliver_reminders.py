"""What becomes of a queued reminder: rules 4.1, 4.4, 4.5.

Silence, outages and bills that end meanwhile are promise P27's and the reminder machine's.
"""

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
from billing_domain.model.jobs.outbox import FAILURES_MAX, JobKind, JobState
from billing_domain.model.money import Money
from billing_domain.model.reminders.queued_reminder import (
    GAVE_UP,
    TRIED_FOR,
    DeliveryState,
    QueuedReminder,
)
from billing_domain.model.reminders.reminder import ReminderState
from billing_domain.model.reminders.settings import ReminderChannel
from billing_domain.services.reminders.circuit_breaker import PAUSE_FIRST
from billing_domain.use_cases.jobs.run_outbox import LEASE
from tests.world import World

DOWN = ProviderUnavailableError(detail="status 503")
SILENT = ProviderUnavailableError(detail="timeout", silent=True)
WRONG = MessagingMisconfiguredError(reason="template", detail="40037 invalid template_id")


def only(world: World) -> QueuedReminder:
    """Return the only reminder as it is stored now."""
    (reminder,) = world.reminders()
    return reminder


def states(world: World) -> list[DeliveryState]:
    return [each.state for each in only(world).deliveries]


def reasons(world: World) -> list[str]:
    """Return why the messages of the only reminder, which failed, did not go out."""
    assert only(world).state is ReminderState.FAILED
    return [each.failure_reason for each in only(world).deliveries]


class TestSending:
    def test_reaches_every_resident_with_the_same_words(
        self, world: World, bill: PendingBill
    ) -> None:
        world.add_owner(openid="openid-2", name="李芳")
        second = world.add_bill(amount=Money(20_50))
        world.remind()

        report = world.run_worker()

        assert [job.state for job in report.done] == [JobState.DONE]
        assert world.reached == ["openid-1", "openid-2"]
        (said,) = {
            (each.message.community, each.message.house, each.message.count, each.message.total)
            for each in world.messages.taken
        }
        assert said == ("幸福家园", "1号楼/1单元/101", 2, bill.amount + second.amount)
        assert {each.message.link for each in world.messages.taken} == {
            f"https://fee.example.com/owner/reminders/{only(world).id}"
        }
        assert len({each.message.client_msg_id for each in world.messages.taken}) == 2

    def test_writes_down_when_the_bills_were_reminded_of(
        self, world: World, bill: PendingBill
    ) -> None:
        world.remind()
        world.run_worker()

        stored = world.stored(bill.number)
        assert isinstance(stored, PendingBill)
        assert (stored.reminded_at, stored.version) == (world.clock.now(), 1)
        assert only(world).state is ReminderState.DELIVERED

    def test_is_done_once_whatever_comes_again(self, world: World) -> None:
        world.remind()
        (job,) = world.run_worker().done
        before, outbox = only(world), world.application.run_outbox

        assert outbox.handlers[job.kind](job) is None
        assert outbox.handlers[job.kind](attrs.evolve(job, subject="0" * 32)) is None
        outbox.on_dead_letter[job.kind](job)

        assert len(world.messages.calls) == 1
        assert only(world) == before


class TestMeanwhile:
    def test_sends_nothing_where_nobody_can_pay_any_more(self, world: World) -> None:
        run = world.requested()
        world.configure_companies.stop_community(world.admin, community_id=world.community.id)

        world.run_worker()

        assert (world.messages.calls, reasons(world)) == ([], ["closed"])
        world.configure_companies.open_community(world.admin, community_id=world.community.id)
        again = world.application.remind_residents.again(world.admin, run_id=run)
        assert len(again.batch.to_send) == 1

    def test_sends_nothing_over_a_channel_that_was_turned_off(self, world: World) -> None:
        world.remind()
        world.application.configure_reminders.change_channel(
            world.admin, version=1, channel=ReminderChannel.WECHAT, days=3, on=False
        )

        world.run_worker()

        assert (world.messages.calls, reasons(world)) == ([], ["channel_off"])

    def test_sends_nothing_without_a_template(self, world: World) -> None:
        world.remind()
        with world.begin() as work:
            settings = work.reminder_settings.get(world.company.id)
            changed = attrs.evolve(settings, template=None, version=settings.version + 1)
            work.reminder_settings.save(changed)
            work.commit()

        world.run_worker()

        assert (world.messages.calls, reasons(world)) == ([], ["no_template"])

    def test_tells_nobody_who_moved_out(self, world: World) -> None:
        world.add_owner(openid="openid-2")
        world.remind()
        with world.begin() as work:
            work.residents.save(world.residents()[0].move_out(date(2026, 11, 20)))
            work.commit()

        world.run_worker()

        assert world.reached == ["openid-2"]
        assert [each.failure_reason for each in only(world).deliveries] == ["moved_out", ""]

    def test_tells_no_openid_that_was_unbound(self, world: World) -> None:
        world.remind()
        with world.begin() as work:
            work.residents.save(attrs.evolve(world.residents()[0], openid=None, version=2))
            work.commit()

        world.run_worker()

        assert world.reached == []
        assert only(world).state is ReminderState.FAILED


class TestFailures:
    def test_of_one_resident_keep_no_other_waiting(self, world: World) -> None:
        world.add_owner(openid="openid-2")
        world.remind()

        world.run_worker(RecipientUnreachableError(reason="not_following"))

        assert world.reached == ["openid-2"]
        assert states(world) == [DeliveryState.UNREACHABLE, DeliveryState.DELIVERED]
        assert only(world).state is ReminderState.DELIVERED

    @pytest.mark.usefixtures("neighbour")
    def test_that_one_house_may_be_to_blame_for_let_another_be_tried(self, world: World) -> None:
        world.messages.failures.extend([DOWN] * 1000)
        world.remind()
        for _ in range(55):
            world.run_worker()
            world.clock.advance(timedelta(minutes=2))
        assert len(set(world.messages.calls)) == 1
        for _ in range(30):
            world.run_worker()
            world.clock.advance(timedelta(minutes=2))

        *_, before, last = world.messages.calls
        assert before != last

    @pytest.mark.usefixtures("neighbour")
    def test_of_a_whole_day_end_every_reminder_tried_or_held_back(self, world: World) -> None:
        """The first message fails, and the pause after it holds the second one back."""
        world.remind()
        world.clock.advance(TRIED_FOR)

        world.run_worker(DOWN)

        assert len(world.messages.calls) == 1
        ends = [
            (end.state, end.failure_reason)
            for each in world.reminders()
            for end in each.deliveries
        ]
        assert ends == [(DeliveryState.FAILED, GAVE_UP)] * 2
        assert len(world.remind().batch.to_send) == 2

    @pytest.mark.parametrize("then", [DOWN, WRONG, None])
    def test_leave_in_doubt_what_may_have_arrived(
        self, world: World, bill: PendingBill, then: BillingError | None
    ) -> None:
        """What comes after: an outage, a wrong setting, or the bill is paid."""
        world.remind()
        world.run_worker(SILENT)
        if then is None:
            world.manage_bills.mark_paid(
                world.admin, numbers=[bill.number], channel=PaymentChannel.CASH
            )
        world.clock.advance(PAUSE_FIRST)
        world.run_worker(then)
        world.clock.advance(timedelta(minutes=9))

        world.run_worker()

        assert len(world.messages.calls) == (1 if then is None else 2)
        assert states(world) == [DeliveryState.UNKNOWN]

    def test_by_a_bug_leave_a_mark_on_the_message_that_was_going_out(self, world: World) -> None:
        world.add_owner(openid="openid-2")
        world.remind()

        world.run_worker(KeyError("a bug"))  # type: ignore[arg-type]

        tried = [each.tried_at for each in only(world).deliveries]
        assert tried == [world.clock.now(), None]

    def test_of_every_worker_block_no_house_for_ever(self, world: World) -> None:
        world.remind()
        for _ in range(FAILURES_MAX):
            with world.begin() as work:
                work.outbox.claim(
                    world.clock.now(), kinds=[JobKind.REMINDER], holder="killed", lease=LEASE,
                    count_max=1,
                )  # fmt: skip
                work.commit()
            world.clock.advance(LEASE)

        assert len(world.run_worker().dead) == 1

        assert states(world) == [DeliveryState.FAILED]
        assert len(world.remind().batch.to_send) == 1


@pytest.mark.usefixtures("neighbour")
class TestAWrongSetting:
    def test_fails_at_once_for_every_house_with_its_reason(self, world: World) -> None:
        world.remind()

        assert len(world.run_worker(WRONG).done) == 2

        assert len(world.messages.calls) == 1
        assert {each.failure_reason for sent in world.reminders() for each in sent.deliveries} == {
            "template:40037 invalid template_id"
        }
        assert len(world.remind().batch.to_send) == 2

    @pytest.mark.parametrize("reason", ["field", "other"])
    def test_of_what_one_message_says_keeps_no_other_back(self, world: World, reason: str) -> None:
        world.remind()

        world.run_worker(MessagingMisconfiguredError(reason, "amount3"))

        ends = {ReminderState.FAILED, ReminderState.DELIVERED}
        assert {each.state for each in world.reminders()} == ends

    def test_is_asked_about_again_once_it_was_mended(self, world: World) -> None:
        configure, run = world.application.configure_reminders, world.requested()
        world.run_worker(WRONG)
        template = configure.settings(world.admin).template
        assert template is not None
        mended = attrs.evolve(template, template_id="template-2")
        configure.change_template(world.admin, version=1, template=mended)

        world.application.remind_residents.again(world.admin, run_id=run)
        world.run_worker()

        assert sorted(world.reached) == ["openid-1", "openid-2"]
