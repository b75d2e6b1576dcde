"""The outbox: rules 4.4, 5.6, 5.8."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import (
    FieldError,
    ProviderUnavailableError,
    StorageBusyError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.jobs.outbox import (
    FAILURES_MAX,
    LOST,
    JobId,
    JobKind,
    JobState,
    OutboxJob,
)
from billing_domain.model.money import Money
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.payments.gateway import RefundOutcome
from billing_domain.use_cases.jobs.run_outbox import (
    BATCH_MAX,
    CRASHED,
    LEASE,
    OutboxReport,
    RunOutbox,
)
from tests.unit.payments.interruptions import lose_account_of
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def outbox(world: World) -> RunOutbox:
    return world.application.run_outbox


def handled_by(outbox: RunOutbox, act: Callable[[OutboxJob], datetime | None]) -> RunOutbox:
    """Return an outbox whose reminders are handled by a function."""
    return attrs.evolve(outbox, handlers={JobKind.REMINDER: act})


def run(outbox: RunOutbox, act: Callable[[OutboxJob], datetime | None]) -> OutboxReport:
    """Do one round in which a function handles reminders."""
    return handled_by(outbox, act).run_once(holder="worker")


def nothing(_job: OutboxJob) -> None:
    """Do nothing, and be done."""


def later(until: datetime, _job: OutboxJob) -> datetime:
    """Ask to be asked again."""
    return until


def raising(*errors: Exception) -> Callable[[OutboxJob], None]:
    """Return a handler that raises these one after the other, then does nothing."""
    left = iter(errors)

    def act(_job: OutboxJob) -> None:
        error = next(left, None)
        if error is not None:
            raise error

    return act


class TestARound:
    def test_does_what_is_due_oldest_first(self, world: World, outbox: RunOutbox) -> None:
        seen: list[str] = []
        jobs = [world.add_job()]
        world.clock.advance(timedelta(seconds=1))
        jobs += [world.add_job(), world.add_job()]

        report = run(outbox, lambda job: seen.append(job.subject))

        assert seen == [job.subject for job in jobs]
        assert [job.state for job in report.done] == [JobState.DONE] * 3
        assert run(outbox, nothing) == OutboxReport()

    def test_leaves_kinds_that_nobody_handles(self, world: World, outbox: RunOutbox) -> None:
        world.add_job()

        assert attrs.evolve(outbox, handlers={}).run_once(holder="worker").claimed == 0
        assert run(outbox, nothing).claimed == 1

    def test_lets_no_refund_wait_behind_many_reminders(
        self, world: World, outbox: RunOutbox
    ) -> None:
        for _ in range(BATCH_MAX + 1):
            world.add_job()
        world.clock.advance(timedelta(seconds=1))
        refund = world.add_job(JobKind.REFUND)
        handlers = {JobKind.REFUND: nothing, JobKind.REMINDER: nothing}

        report = attrs.evolve(outbox, handlers=handlers).run_once(holder="worker")

        assert refund.id in {job.id for job in report.done}
        assert report.claimed == BATCH_MAX + 1

    def test_notes_a_bug_of_whoever_mourns(self, world: World, outbox: RunOutbox) -> None:
        job = world.add_job()
        bug = KeyError("a bug")
        outbox = attrs.evolve(
            handled_by(outbox, raising(FieldError(field="text", reason="format"))),
            on_dead_letter={JobKind.REMINDER: raising(bug)},
        )

        report = outbox.run_once(holder="worker")

        assert ([each.id for each in report.dead], report.crashes) == ([job.id], (bug,))

    def test_asks_again_later_without_counting_a_failure(
        self, world: World, outbox: RunOutbox
    ) -> None:
        job = world.add_job()
        for _ in range(2 * FAILURES_MAX):
            until = world.clock.now() + timedelta(minutes=1)
            report = run(outbox, partial(later, until))
            assert ids(report.postponed) == [job.id]
            world.clock.advance(timedelta(minutes=1))

        assert run(outbox, nothing).claimed == 1

    @pytest.mark.parametrize("error", [ProviderUnavailableError(detail=""), StorageBusyError()])
    def test_tries_again_what_may_work_later(
        self, world: World, outbox: RunOutbox, error: Exception
    ) -> None:
        job = world.add_job()
        outbox = handled_by(outbox, raising(error))

        [failed] = outbox.run_once(holder="worker").failed

        assert failed.due_at > world.clock.now()
        assert outbox.run_once(holder="worker").claimed == 0
        world.clock.advance(timedelta(minutes=1))
        assert ids(outbox.run_once(holder="worker").done) == [job.id]

    def test_gives_up_on_what_was_refused(self, world: World, outbox: RunOutbox) -> None:
        world.add_job()

        [dead] = run(outbox, raising(FieldError(field="text", reason="format"))).dead

        assert (dead.state, dead.failure_reason) == (JobState.DEAD, "field_invalid")

    def test_gives_up_after_so_many_failures(self, world: World, outbox: RunOutbox) -> None:
        world.add_job()
        outbox = handled_by(outbox, raising(*[ProviderUnavailableError(detail="")] * FAILURES_MAX))
        reports = []
        for _ in range(FAILURES_MAX):
            reports.append(outbox.run_once(holder="worker"))
            world.clock.advance(timedelta(hours=1))

        assert [len(each.failed) for each in reports] == [1] * (FAILURES_MAX - 1) + [0]
        assert [job.failure_reason for job in reports[-1].dead] == ["provider_unavailable"]

    def test_goes_on_after_a_crash(self, world: World, outbox: RunOutbox) -> None:
        first, second = world.add_job(), world.add_job()
        crash = ZeroDivisionError()

        report = run(outbox, raising(crash))

        assert (ids(report.failed), ids(report.done)) == ([first.id], [second.id])
        assert report.failed[0].failure_reason == CRASHED
        assert report.crashes == (crash,)


class TestALostClaim:
    def test_is_somebody_else_s_when_its_lease_ends(self, world: World, outbox: RunOutbox) -> None:
        job = world.add_job()
        with pytest.raises(SystemExit):
            run(outbox, raising(SystemExit()))  # type: ignore[arg-type]

        assert run(outbox, nothing).claimed == 0
        world.clock.advance(LEASE)
        assert ids(run(outbox, nothing).done) == [job.id]

    def test_is_not_begun_when_its_lease_is_over(self, world: World, outbox: RunOutbox) -> None:
        first, second = world.add_job(), world.add_job()
        seen: list[str] = []

        def slow(job: OutboxJob) -> None:
            seen.append(job.subject)
            world.clock.advance(LEASE)

        report = run(outbox, slow)

        assert seen == [first.subject]
        assert ids(report.lost) == [second.id]

    def test_ends_nothing_that_another_holds(self, world: World, outbox: RunOutbox) -> None:
        job = world.add_job()

        def overtaken(_job: OutboxJob) -> None:
            world.clock.advance(LEASE)
            with world.begin() as work:
                work.outbox.claim(
                    world.clock.now(),
                    kinds=[JobKind.REMINDER],
                    holder="other",
                    lease=LEASE,
                    count_max=1,
                )
                work.commit()

        assert ids(run(outbox, overtaken).lost) == [job.id]
        [waiting] = world.jobs(JobState.WAITING)
        assert (waiting.id, waiting.lease_holder) == (job.id, "other")

    def test_kills_the_job_when_nobody_ever_comes_back(
        self, world: World, outbox: RunOutbox
    ) -> None:
        job = world.add_job()
        for _ in range(FAILURES_MAX):
            with pytest.raises(SystemExit):
                run(outbox, raising(SystemExit()))  # type: ignore[arg-type]
            world.clock.advance(LEASE)

        with_a_bug = handled_by(outbox, raising(SystemExit()))  # type: ignore[arg-type]
        assert [
            (dead.id, dead.failure_reason) for dead in with_a_bug.run_once(holder="worker").dead
        ] == [(job.id, LOST)]


class TestStaff:
    def test_try_a_dead_job_of_their_own_again(self, world: World, outbox: RunOutbox) -> None:
        job = world.add_job()
        run(outbox, raising(FieldError(field="text", reason="format")))
        with pytest.raises(ThingNotFoundError):
            outbox.retry(world.rival_admin, job_id=job.id)

        outbox.retry(world.admin, job_id=job.id)

        assert list(outbox.dead(world.admin).rows) == []
        assert ids(run(outbox, nothing).done) == [job.id]
        [entry] = world.history("outbox_job", job.id)
        assert (entry.action, entry.after) == (AuditAction.JOB_RETRIED, {"reminder": job.subject})


class TestRefunds:
    @pytest.fixture
    def world(self) -> World:
        return World().with_payments()

    def test_of_money_that_fits_no_bill_go_out(self, world: World) -> None:
        order = paid_too_late(world)
        assert world.provider.returned() == Money.zero()

        assert world.run_worker().claimed == 1

        assert world.provider.returned() == order.unapplied == Money(130_000)
        assert [refund.state for refund in world.refunds(order.number)] == [RefundState.DONE]
        world.check_books()

    def test_that_staff_sent_are_left_alone_then_found_done(self, world: World) -> None:
        world.refund(world.paid())
        assert world.run_worker().claimed == 0

        world.wait(minutes=1)
        assert len(world.run_worker().done) == 1
        assert world.provider.returned() == Money(390_000)

    def test_that_could_not_be_sent_are_tried_again(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.extend([Fault.LOST_CALL] * 2)
        assert world.refund(order).state is RefundState.APPROVED

        world.wait(minutes=1)
        assert [job.failure_reason for job in world.run_worker().failed] == [
            "provider_unavailable"
        ]
        world.wait(minutes=1)
        assert len(world.run_worker().done) == 1
        assert [refund.state for refund in world.refunds(order.number)] == [RefundState.DONE]

    @pytest.mark.parametrize("asked", [None, Fault.LOST_CALL])
    def test_that_failed_and_are_sent_again_are_followed(
        self, world: World, asked: Fault | None
    ) -> None:
        """Under their own number, or under a new one where the provider has ended the first."""
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.FAILED
        refund = world.refund(order)
        world.wait(minutes=1)
        assert len(world.run_worker().done) == 1
        world.provider.faults.extend([asked, Fault.LOST_CALL])
        again = world.refunding.retry(world.admin, number=refund.number)
        assert again.state is RefundState.APPROVED
        assert (again.number == refund.number) is (asked is Fault.LOST_CALL)

        world.wait(minutes=1)
        world.provider.refund_outcome = RefundOutcome.DONE
        if again.number == refund.number:
            world.provider.end_refund(refund.number, RefundOutcome.DONE)
        assert [job.subject for job in world.run_worker().done] == [again.number]
        assert world.provider.returned() == order.total

    def test_that_take_their_time_are_asked_about_ever_more_rarely(self, world: World) -> None:
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        world.refund(world.paid())
        world.wait(minutes=1)
        pauses = []
        for _ in range(9):
            [job] = world.run_worker().postponed
            pauses.append((job.due_at - world.clock.now()) // timedelta(minutes=1))
            world.clock.advance(job.due_at - world.clock.now())

        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    def test_of_a_lost_account_need_a_person(self, world: World) -> None:
        order = paid_too_late(world)
        lose_account_of(world, world.order(order.number))

        [dead] = world.run_worker().dead
        assert dead.failure_reason == "not_found"


def paid_too_late(world: World) -> PaymentOrder:
    """Return an order paid after one of its bills was paid in cash: ¥1,300.00 go back."""
    order = world.check_out()
    world.manage_bills.mark_paid(
        world.admin, numbers=world.numbers[:1], channel=PaymentChannel.CASH
    )
    world.take(world.provider.pay(order.number))
    return world.order(order.number)


def ids(jobs: Sequence[OutboxJob]) -> list[JobId]:
    return [job.id for job in jobs]
