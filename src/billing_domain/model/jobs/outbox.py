"""What is left to be done outside of our own storage, and when to try again (rules 4.4, 5.6)."""

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
"""How often a job may fail before it waits for a person: about four hours."""

BACKOFF_FIRST: Final = timedelta(seconds=15)
BACKOFF_MAX: Final = timedelta(hours=1)
LOST: Final = "lost"
"""What is known of a holder that never said how it ended."""


class JobKind(Enum):
    """What is to be done about a subject."""

    REFUND = "refund"
    REMINDER = "reminder"

    @property
    def permission(self) -> Permission:
        """What it takes to have a dead one done again."""
        return Permission.REMIND if self is JobKind.REMINDER else Permission.REFUND_PAYMENTS


class JobState(Enum):
    """Where a job stands; a dead one waits for a person."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


@attrs.frozen(kw_only=True)
class OutboxJob:
    """One thing to do about `subject`, a refund's number or the like, from `due_at` on.

    `attempts` counts how often it was claimed, and so tells one claim from the next; `failures`
    those that came to nothing since it was made or revived. Until `lease_until` it belongs to
    `lease_holder` alone, who stays written down afterwards. `failure_reason` is the code of the
    last error.
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
        """Whether it failed as often as it may."""
        return self.failures >= FAILURES_MAX

    def free(self, now: datetime) -> bool:
        """Tell whether it may be claimed: waiting, due, and nobody's."""
        held = self.lease_until is not None and self.lease_until > now
        return self.state is JobState.WAITING and self.due_at <= now and not held

    def claimed(self, now: datetime, holder: str, lease: timedelta) -> Self:
        """Return the job as a holder's until the lease ends.

        A holder before who never said how it ended has failed: what kills whoever touches it
        is not tried for ever.
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
        """Return the job at its end."""
        return self._ended(JobState.DONE, now, failure_reason="")

    def dead(self, now: datetime, *, failure_reason: str) -> Self:
        """Return the job as one that only a person revives."""
        return self._ended(JobState.DEAD, now, failure_reason=failure_reason)

    def postponed(self, until: datetime) -> Self:
        """Return the job to be looked at again: what it is about takes its time, none failed."""
        return attrs.evolve(
            self, due_at=max(until, self.due_at), lease_until=None, failure_reason=""
        )

    def failed(self, now: datetime, *, failure_reason: str, chance: float) -> Self:
        """Return the job to be tried again after a pause, or dead when it failed too often.

        `chance` of 0..1 scatters jobs that failed together.
        """
        tried = attrs.evolve(self, failures=self.failures + 1)
        if tried.exhausted:
            return tried.dead(now, failure_reason=failure_reason)
        pause = backoff(tried.failures, chance)
        return attrs.evolve(
            tried, due_at=now + pause, lease_until=None, failure_reason=failure_reason
        )

    def revived(self, now: datetime) -> Self:
        """Return a dead job to be tried anew at once; raise StaleError for any other."""
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
    """Return the pause after so many failures, at least one: doubling, at most an hour.

    `chance` of 0..1 chooses from the upper half of the pause.
    """
    doublings = min(failures, FAILURES_MAX) - 1
    full = min(BACKOFF_FIRST * (1 << doublings), BACKOFF_MAX)
    return full * (0.5 + chance / 2)
