"""Run the outbox's jobs, and show people the dead ones (rules 4.4, 5.6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import BillingError, ConflictError, ProviderUnavailableError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.jobs.outbox import LOST, JobId, JobKind, JobState, OutboxJob
from billing_domain.model.payments.order import SERIAL_MAX
from billing_domain.ports.jobs import JobHandler
from billing_domain.ports.paging import Page, PageKey
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWorkFactory

LEASE: Final = timedelta(minutes=5)
"""How long a claim lasts; a crashed worker's jobs are claimable after this time."""

BATCH_MAX: Final = 20
"""The maximal claim of one kind; a worker can begin this many jobs within the lease."""

DEAD_MAX: Final = 500
CRASHED: Final = "unexpected"
"""The failure reason of a job whose handler has a bug; the report holds the exception."""


@attrs.frozen
class OutboxReport:
    """The result of one round; `failed` jobs are retried, `dead` ones need a person.

    `lost` jobs were no longer this worker's at the end, or not begun in time: another round claims
    them. `crashes` are unexpected exceptions of handlers, with their traces.
    """

    done: tuple[OutboxJob, ...] = ()
    postponed: tuple[OutboxJob, ...] = ()
    failed: tuple[OutboxJob, ...] = ()
    dead: tuple[OutboxJob, ...] = ()
    lost: tuple[OutboxJob, ...] = ()
    crashes: tuple[Exception, ...] = ()

    @property
    def claimed(self) -> int:
        """The number of claimed jobs."""
        ends = (self.done, self.postponed, self.failed, self.dead, self.lost)
        return sum(len(each) for each in ends)


@attrs.frozen
class RunOutbox:
    """Rounds of work; any number of processes may run them at once.

    `on_dead_letter` is called with each job that has just died, so that its subject can be closed.
    """

    begin: UnitOfWorkFactory
    handlers: Mapping[JobKind, JobHandler]
    clock: Clock
    ids: IdGenerator
    lease: timedelta = LEASE
    on_dead_letter: Mapping[JobKind, Callable[[OutboxJob], None]] = attrs.field(factory=dict)

    def run_once(self, *, holder: str, count_max: int = BATCH_MAX) -> OutboxReport:
        """Claim due jobs and do them one after another; a failing job does not stop the next.

        `holder` is this worker's unique name. It claims up to `count_max` jobs of each kind, so
        that refunds do not wait behind thousands of reminders. Another worker may claim an
        unfinished job after its lease.
        """
        crashes: list[Exception] = []
        ended = [
            (job, self._try(job, crashes))
            for kind in self.handlers
            for job in self._claimed(kind, holder, count_max)
        ]
        return _report(ended, crashes)

    def dead(
        self, actor: Actor, *, key: PageKey | None = None, rows: int = DEAD_MAX
    ) -> Page[OutboxJob]:
        """Return one page of the dead jobs within reach, last dead first.

        Raises PermissionMissingError.
        """
        actor.require(Permission.VIEW_PAYMENTS)
        with self.begin(read_only=True) as work:
            return work.outbox.dead(actor.scope, key=key, rows=rows)

    def retry(self, actor: Actor, *, job_id: JobId) -> OutboxJob:
        """Return a dead job, revived to be done again at once.

        Raises PermissionMissingError, ThingNotFoundError, and StaleError if the job is not dead.
        """
        with self.begin() as work:
            job = work.outbox.get(actor.scope, job_id)
            actor.require(job.kind.permission)
            revived = job.revived(self.clock.now())
            work.outbox.revive(revived)
            work.record(actor, AuditAction.JOB_RETRIED, after=revived)
            work.commit()
        return revived

    def _claimed(self, kind: JobKind, holder: str, count_max: int) -> Sequence[OutboxJob]:
        with self.begin() as work:
            jobs = work.outbox.claim(
                self.clock.now(),
                kinds=[kind],
                holder=holder,
                lease=self.lease,
                count_max=count_max,
            )
            work.commit()
        return jobs

    def _try(self, job: OutboxJob, crashes: list[Exception]) -> OutboxJob | None:
        """Return the job after an attempt, or None if it is no longer this worker's."""
        if job.lease_until is None or job.lease_until <= self.clock.now():
            return None
        end = self._handled(job, crashes)
        try:
            with self.begin() as work:
                work.outbox.save(end)
                work.commit()
        except ConflictError:
            # The job is still waiting, and is claimed and done again after its lease.
            return None
        if end.state is JobState.DEAD and end.kind in self.on_dead_letter:
            self._report_dead(end, crashes)
        return end

    def _report_dead(self, job: OutboxJob, crashes: list[Exception]) -> None:
        try:
            self.on_dead_letter[job.kind](job)
        except Exception as error:  # noqa: BLE001 - as for handlers
            crashes.append(error)

    def _handled(self, job: OutboxJob, crashes: list[Exception]) -> OutboxJob:
        if job.exhausted:
            return job.dead(self.clock.now(), failure_reason=LOST)
        try:
            later = self.handlers[job.kind](job)
        except (ProviderUnavailableError, ConflictError) as error:
            return self._failed(job, error.code)
        except BillingError as error:
            return job.dead(self.clock.now(), failure_reason=error.code)
        except Exception as error:  # noqa: BLE001 - one bug must not hold up every other job
            crashes.append(error)
            return self._failed(job, CRASHED)
        return job.done(self.clock.now()) if later is None else job.postponed(later)

    def _failed(self, job: OutboxJob, failure_reason: str) -> OutboxJob:
        chance = self.ids.order_serial() / SERIAL_MAX
        return job.failed(self.clock.now(), failure_reason=failure_reason, chance=chance)


def _report(
    ended: Sequence[tuple[OutboxJob, OutboxJob | None]], crashes: Sequence[Exception]
) -> OutboxReport:
    ends = [end for _, end in ended if end is not None]
    waiting = [end for end in ends if end.state is JobState.WAITING]
    return OutboxReport(
        done=tuple(end for end in ends if end.state is JobState.DONE),
        postponed=tuple(end for end in waiting if not end.failure_reason),
        failed=tuple(end for end in waiting if end.failure_reason),
        dead=tuple(end for end in ends if end.state is JobState.DEAD),
        lost=tuple(job for job, end in ended if end is None),
        crashes=tuple(crashes),
    )
