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
    PermissionMissingError,
    ProviderUnavailableError,
    StaleError,
    StorageBusyError,
    ThingNotFoundError,
)
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
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


class OutboxWorld(World):
    """Jobs of any kind, and what becomes of them."""

    def __init__(self) -> None:
        super().__init__()
        self.with_payments()
        self.outbox = self.application.run_outbox

    def handled_by(self, act: Callable[[OutboxJob], datetime | None]) -> RunOutbox:
        """Return an outbox whose reminders are handled by a function."""
        return attrs.evolve(self.outbox, handlers={JobKind.REMINDER: act})

    def add(self, *subjects: str, kind: JobKind = JobKind.REMINDER) -> list[OutboxJob]:
        """Keep jobs that are due now, reminders unless told otherwise."""
        now = self.clock.now()
        jobs = [
            OutboxJob(
                id=JobId(self.ids.new_id()),
                company_id=self.company.id,
                community_id=self.community.id,
                kind=kind,
                subject=subject,
                created_at=now,
                due_at=now,
            )
            for subject in subjects
        ]
        with self.begin() as work:
            work.outbox.add_all(jobs)
            work.commit()
        return jobs

    def job(self, job_id: JobId) -> OutboxJob:
        """Return a job as it is stored now."""
        with self.begin(read_only=True) as work:
            return work.outbox.get(self.admin.scope, job_id)

    def run(self, outbox: RunOutbox | None = None) -> OutboxReport:
        """Do one round."""
        return (outbox or self.outbox).run_once(holder="worker")

    def dead_job(self) -> OutboxJob:
        """Return a job that died."""
        [job] = self.add("R1")

        def refuse(_job: OutboxJob) -> None:
            raise FieldError(field="text", reason="format")

        self.run(self.handled_by(refuse))
        return self.job(job.id)

    def paid_too_late(self) -> PaymentOrder:
        """Return an order paid after one of its bills was paid in cash: ¥1,300.00 go back."""
        order = self.check_out()
        self.mark_paid(self.numbers[0])
        self.take(self.provider.pay(order.number))
        return self.order(order.number)


@pytest.fixture
def world() -> OutboxWorld:
    return OutboxWorld()


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
    def test_does_what_is_due_oldest_first(self, world: OutboxWorld) -> None:
        seen: list[str] = []
        world.add("R1")
        world.wait(seconds=1)
        world.add("R2", "R3")

        report = world.run(world.handled_by(lambda job: seen.append(job.subject)))

        assert seen == ["R1", "R2", "R3"]
        assert [job.state for job in report.done] == [JobState.DONE] * 3
        assert world.run(world.handled_by(nothing)) == OutboxReport()

    def test_leaves_kinds_that_nobody_handles(self, world: OutboxWorld) -> None:
        world.add("R1")

        assert world.run(attrs.evolve(world.outbox, handlers={})).claimed == 0
        assert world.run(world.handled_by(nothing)).claimed == 1

    def test_lets_no_refund_wait_behind_many_reminders(self, world: OutboxWorld) -> None:
        world.add(*(f"R{serial}" for serial in range(30)))
        world.wait(seconds=1)
        [refund] = world.add("T1", kind=JobKind.REFUND)
        handlers = {JobKind.REFUND: nothing, JobKind.REMINDER: nothing}

        report = world.run(attrs.evolve(world.outbox, handlers=handlers))

        assert refund.id in {job.id for job in report.done}
        assert report.claimed == BATCH_MAX + 1

    def test_notes_a_bug_of_whoever_mourns(self, world: OutboxWorld) -> None:
        [job] = world.add("R1")
        bug = KeyError("a bug")
        outbox = attrs.evolve(
            world.handled_by(raising(FieldError(field="text", reason="format"))),
            on_dead_letter={JobKind.REMINDER: raising(bug)},
        )

        report = world.run(outbox)

        assert ([each.id for each in report.dead], report.crashes) == ([job.id], (bug,))

    def test_asks_again_later_without_counting_a_failure(self, world: OutboxWorld) -> None:
        [job] = world.add("R1")
        for _ in range(2 * FAILURES_MAX):
            until = world.clock.now() + timedelta(minutes=1)
            report = world.run(world.handled_by(partial(later, until)))
            assert ids(report.postponed) == [job.id]
            world.wait(minutes=1)

        assert world.run(world.handled_by(nothing)).claimed == 1

    @pytest.mark.parametrize("error", [ProviderUnavailableError(detail=""), StorageBusyError()])
    def test_tries_again_what_may_work_later(self, world: OutboxWorld, error: Exception) -> None:
        [job] = world.add("R1")
        outbox = world.handled_by(raising(error))

        [failed] = world.run(outbox).failed

        assert failed.due_at > world.clock.now()
        assert world.run(outbox).claimed == 0
        world.wait(minutes=1)
        assert ids(world.run(outbox).done) == [job.id]

    def test_gives_up_on_what_was_refused(self, world: OutboxWorld) -> None:
        job = world.dead_job()

        assert (job.state, job.failure_reason) == (JobState.DEAD, "field_invalid")

    def test_gives_up_after_so_many_failures(self, world: OutboxWorld) -> None:
        world.add("R1")
        outbox = world.handled_by(raising(*[ProviderUnavailableError(detail="")] * FAILURES_MAX))
        reports = []
        for _ in range(FAILURES_MAX):
            reports.append(world.run(outbox))
            world.wait(hours=1)

        assert [len(each.failed) for each in reports] == [1] * (FAILURES_MAX - 1) + [0]
        assert [job.failure_reason for job in reports[-1].dead] == ["provider_unavailable"]

    def test_goes_on_after_a_crash(self, world: OutboxWorld) -> None:
        first, second = world.add("R1", "R2")
        crash = ZeroDivisionError()

        report = world.run(world.handled_by(raising(crash)))

        assert (ids(report.failed), ids(report.done)) == ([first.id], [second.id])
        assert report.failed[0].failure_reason == CRASHED
        assert report.crashes == (crash,)


class TestALostClaim:
    def test_is_somebody_else_s_when_its_lease_ends(self, world: OutboxWorld) -> None:
        [job] = world.add("R1")
        with pytest.raises(SystemExit):
            world.run(world.handled_by(raising(SystemExit())))  # type: ignore[arg-type]

        assert world.run(world.handled_by(nothing)).claimed == 0
        world.wait(seconds=LEASE.total_seconds())
        assert ids(world.run(world.handled_by(nothing)).done) == [job.id]

    def test_is_not_begun_when_its_lease_is_over(self, world: OutboxWorld) -> None:
        world.add("R1", "R2")
        seen: list[str] = []

        def slow(job: OutboxJob) -> None:
            seen.append(job.subject)
            world.wait(seconds=LEASE.total_seconds())

        report = world.run(world.handled_by(slow))

        assert seen == ["R1"]
        assert [job.subject for job in report.lost] == ["R2"]

    def test_ends_nothing_that_another_holds(self, world: OutboxWorld) -> None:
        [job] = world.add("R1")

        def overtaken(_job: OutboxJob) -> None:
            world.wait(seconds=LEASE.total_seconds())
            with world.begin() as work:
                work.outbox.claim(
                    world.clock.now(),
                    kinds=[JobKind.REMINDER],
                    holder="other",
                    lease=LEASE,
                    count_max=1,
                )
                work.commit()

        assert ids(world.run(world.handled_by(overtaken)).lost) == [job.id]
        assert world.job(job.id).lease_holder == "other"
        assert world.job(job.id).state is JobState.WAITING

    def test_kills_the_job_when_nobody_ever_comes_back(self, world: OutboxWorld) -> None:
        [job] = world.add("R1")
        for _ in range(FAILURES_MAX):
            with pytest.raises(SystemExit):
                world.run(world.handled_by(raising(SystemExit())))  # type: ignore[arg-type]
            world.wait(seconds=LEASE.total_seconds())

        with_a_bug = world.handled_by(raising(SystemExit()))  # type: ignore[arg-type]
        assert [(dead.id, dead.failure_reason) for dead in world.run(with_a_bug).dead] == [
            (job.id, LOST)
        ]


class TestStaff:
    def test_see_the_dead_jobs_within_reach(self, world: OutboxWorld) -> None:
        job = world.dead_job()

        assert list(world.outbox.dead(world.actor(Role.FRONT_DESK)).rows) == [job]
        assert list(world.outbox.dead(Actor.system(world.rival.id)).rows) == []
        assert list(world.outbox.dead(world.actor(Role.FINANCE, [])).rows) == []

    def test_need_the_right_to_see_them(self, world: OutboxWorld) -> None:
        with pytest.raises(PermissionMissingError):
            world.outbox.dead(world.actor(Role.READ_ONLY))

    def test_try_one_again(self, world: OutboxWorld) -> None:
        job = world.dead_job()

        world.outbox.retry(world.admin, job_id=job.id)

        assert list(world.outbox.dead(world.admin).rows) == []
        assert ids(world.run(world.handled_by(nothing)).done) == [job.id]
        [entry] = world.history("outbox_job", job.id)
        assert (entry.action, entry.after) == (AuditAction.JOB_RETRIED, {"reminder": "R1"})

    def test_try_one_again_once(self, world: OutboxWorld) -> None:
        job = world.dead_job()
        world.outbox.retry(world.admin, job_id=job.id)

        with pytest.raises(StaleError):
            world.outbox.retry(world.admin, job_id=job.id)

    def test_need_the_right_to_what_it_does(self, world: OutboxWorld) -> None:
        job = world.dead_job()

        with pytest.raises(PermissionMissingError):
            world.outbox.retry(world.actor(Role.FINANCE), job_id=job.id)
        assert world.outbox.retry(world.actor(Role.FRONT_DESK), job_id=job.id).failures == 0

    def test_find_no_job_of_others(self, world: OutboxWorld) -> None:
        job = world.dead_job()

        with pytest.raises(ThingNotFoundError):
            world.outbox.retry(Actor.system(world.rival.id), job_id=job.id)


class TestRefunds:
    def test_of_money_that_fits_no_bill_go_out(self, world: OutboxWorld) -> None:
        order = world.paid_too_late()
        assert world.provider.returned() == Money.zero()

        assert world.run().claimed == 1

        assert world.provider.returned() == order.unapplied == Money(130_000)
        assert [refund.state for refund in world.refunds(order.number)] == [RefundState.DONE]
        world.check_books()

    def test_that_staff_sent_are_left_alone_then_found_done(self, world: OutboxWorld) -> None:
        world.refund(world.paid())
        assert world.run().claimed == 0

        world.wait(minutes=1)
        assert len(world.run().done) == 1
        assert world.provider.returned() == Money(390_000)

    def test_that_could_not_be_sent_are_tried_again(self, world: OutboxWorld) -> None:
        order = world.paid()
        world.provider.faults.extend([Fault.LOST_CALL] * 2)
        assert world.refund(order).state is RefundState.APPROVED

        world.wait(minutes=1)
        assert [job.failure_reason for job in world.run().failed] == ["provider_unavailable"]
        world.wait(minutes=1)
        assert len(world.run().done) == 1
        assert [refund.state for refund in world.refunds(order.number)] == [RefundState.DONE]

    @pytest.mark.parametrize("asked", [None, Fault.LOST_CALL])
    def test_that_failed_and_are_sent_again_are_followed(
        self, world: OutboxWorld, asked: Fault | None
    ) -> None:
        """Under their own number, or under a new one where the provider has ended the first."""
        order = world.paid()
        world.provider.refund_outcome = RefundOutcome.FAILED
        refund = world.refund(order)
        world.wait(minutes=1)
        assert len(world.run().done) == 1
        world.provider.faults.extend([asked, Fault.LOST_CALL])
        again = world.refunding.retry(world.admin, number=refund.number)
        assert again.state is RefundState.APPROVED
        assert (again.number == refund.number) is (asked is Fault.LOST_CALL)

        world.wait(minutes=1)
        world.provider.refund_outcome = RefundOutcome.DONE
        if again.number == refund.number:
            world.provider.end_refund(refund.number, RefundOutcome.DONE)
        assert [job.subject for job in world.run().done] == [again.number]
        assert world.provider.returned() == order.total

    def test_that_take_their_time_are_asked_about_ever_more_rarely(
        self, world: OutboxWorld
    ) -> None:
        world.provider.refund_outcome = RefundOutcome.ACCEPTED
        world.refund(world.paid())
        world.wait(minutes=1)
        pauses = []
        for _ in range(9):
            [job] = world.run().postponed
            pauses.append((job.due_at - world.clock.now()) // timedelta(minutes=1))
            world.clock.advance(job.due_at - world.clock.now())

        assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    def test_of_a_lost_account_need_a_person(self, world: OutboxWorld) -> None:
        order = world.paid_too_late()
        lose_account_of(world, world.order(order.number))

        [dead] = world.run().dead
        assert dead.failure_reason == "not_found"


def ids(jobs: Sequence[OutboxJob]) -> list[JobId]:
    return [job.id for job in jobs]
