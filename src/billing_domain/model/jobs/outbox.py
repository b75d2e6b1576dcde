"""Jobs outside our own storage, and when to retry them (rules 4.4, 5.6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import Final, NewType, Self

import attrs

from billing_domain.errors import StaleError
from billing_domain.model.company.audit import AuditFacts, audit_facts
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.company.staff import Permission

JobId = NewType("JobId", str)
"""32 hex digits."""

FAILURES_MAX: Final = 12
"""The failures of a job before it is dead and waits for a person: about four hours."""

BACKOFF_FIRST: Final = timedelta(seconds=15)
BACKOFF_MAX: Final = timedelta(hours=1)
LOST: Final = "lost"
"""The failure reason of a job whose holder never reported a result."""


class JobKind(Enum):
    """The kinds of jobs."""

    REFUND = "refund"
    REMINDER = "reminder"

    @property
    def permission(self) -> Permission:
        """The permission to retry a dead job."""
        return Permission.REMIND if self is JobKind.REMINDER else Permission.REFUND_PAYMENTS


class JobState(Enum):
    """The state of a job; a dead job waits for a person."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


@attrs.frozen(kw_only=True)
class OutboxJob:
    """One job about `subject`, e.g. a refund's number, due at `due_at`.

    `attempts` counts claims, so each claim has its own number; `failures` counts failed claims
    since the job was made or revived. Only `lease_holder` works on the job until `lease_until`;
    the holder's name stays stored afterwards. `failure_reason` is the code of the last error.
    """

    id: JobId
    company_id: CompanyId
    community_id: CommunityId
    kind: JobKind
    subject: str
    created_at: datetime
    due_at: datetime
    attempts: int = 0
    failures: int = 0
    lease_holder: str = ""
    lease_until: datetime | None = None
    state: JobState = JobState.WAITING
    failure_reason: str = ""
    ended_at: datetime | None = None

    @property
    def exhausted(self) -> bool:
        """Whether the job reached the maximal number of failures."""
        return self.failures >= FAILURES_MAX

    def free(self, now: datetime) -> bool:
        """Return whether the job may be claimed: waiting, due, and without a live lease."""
        held = self.lease_until is not None and self.lease_until > now
        return self.state is JobState.WAITING and self.due_at <= now and not held

    def claimed(self, now: datetime, holder: str, lease: timedelta) -> Self:
        """Return the job claimed by a holder until the lease ends.

        A previous holder without a result counts as a failure: a job that kills its worker is not
        retried endlessly.
        """
        lost = self.lease_until is not None
        return attrs.evolve(
            self,
            attempts=self.attempts + 1,
            failures=self.failures + lost,
            failure_reason=LOST if lost else self.failure_reason,
            lease_holder=holder,
            lease_until=now + lease,
        )

    def done(self, now: datetime) -> Self:
        """Return the job as done."""
        return self._ended(JobState.DONE, now, failure_reason="")

    def dead(self, now: datetime, *, failure_reason: str) -> Self:
        """Return the job as dead; only a person can revive it."""
        return self._ended(JobState.DEAD, now, failure_reason=failure_reason)

    def postponed(self, until: datetime) -> Self:
        """Return the job with a later due time and no failure."""
        return attrs.evolve(
            self, due_at=max(until, self.due_at), lease_until=None, failure_reason=""
        )

    def failed(self, now: datetime, *, failure_reason: str, chance: float) -> Self:
        """Return the job to retry after a pause, or dead after too many failures.

        `chance` of 0..1 spreads the retries of jobs that failed together.
        """
        tried = attrs.evolve(self, failures=self.failures + 1)
        if tried.exhausted:
            return tried.dead(now, failure_reason=failure_reason)
        pause = backoff(tried.failures, chance)
        return attrs.evolve(
            tried, due_at=now + pause, lease_until=None, failure_reason=failure_reason
        )

    def revived(self, now: datetime) -> Self:
        """Return a dead job to retry at once; raise StaleError for any other job."""
        if self.state is not JobState.DEAD:
            raise StaleError(kind="outbox_job", id=self.id)
        return attrs.evolve(
            self, state=JobState.WAITING, failures=0, due_at=now, failure_reason="", ended_at=None
        )

    def _ended(self, state: JobState, now: datetime, *, failure_reason: str) -> Self:
        return attrs.evolve(
            self, state=state, failure_reason=failure_reason, lease_until=None, ended_at=now
        )


@audit_facts.register
def _job_facts(job: OutboxJob) -> AuditFacts:
    return AuditFacts("outbox_job", job.id, {job.kind.value: job.subject}, job.community_id)


def backoff(failures: int, chance: float) -> timedelta:
    """Return the pause after one or more failures: doubling, at most an hour.

    `chance` of 0..1 picks a value from the upper half of the pause.
    """
    doublings = min(failures, FAILURES_MAX) - 1
    full = min(BACKOFF_FIRST * (1 << doublings), BACKOFF_MAX)
    return full * (0.5 + chance / 2)
