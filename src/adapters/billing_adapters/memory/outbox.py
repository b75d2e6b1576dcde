"""The outbox in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobId, JobKind, JobState, OutboxJob
from billing_domain.ports.jobs import OutboxRepository


@attrs.frozen
class MemoryOutboxRepository(OutboxRepository):
    """Jobs of all companies."""

    state: MemoryState

    def add_all(self, jobs: Collection[OutboxJob]) -> None:
        """Keep new jobs; one whose kind and subject have a waiting job already is that job."""
        for job in jobs:
            if not self._waits(job):
                self.state.outbox[job.id] = job

    def get(self, scope: Scope, job_id: JobId) -> OutboxJob:
        """Return a job in scope or raise ThingNotFoundError(outbox_job)."""
        job = self.state.outbox.get(job_id)
        if job is None or not scope.covers(job.company_id, job.community_id):
            raise ThingNotFoundError(kind="outbox_job", id=job_id)
        return job

    def claim(
        self,
        now: datetime,
        *,
        kinds: Collection[JobKind],
        holder: str,
        lease: timedelta,
        count_max: int,
    ) -> Sequence[OutboxJob]:
        """Return free jobs of all companies as claimed by a holder, longest due first."""
        free = [job for job in self.state.outbox.values() if job.kind in kinds and job.free(now)]
        free.sort(key=lambda job: (job.due_at, job.id))
        taken = [job.claimed(now, holder, lease) for job in free[:count_max]]
        self.state.outbox.update({job.id: job for job in taken})
        return taken

    def save(self, job: OutboxJob) -> None:
        """Keep what became of a claim; raise StaleError when it is no longer the holder's."""
        stored = self.state.outbox.get(job.id)
        claim = (job.lease_holder, job.attempts)
        if (
            stored is None
            or stored.lease_until is None
            or (stored.lease_holder, stored.attempts) != claim
        ):
            raise StaleError(kind="outbox_job", id=job.id)
        self.state.outbox[job.id] = job

    def revive(self, job: OutboxJob) -> None:
        """Keep a dead job as revived; raise StaleError."""
        stored = self.state.outbox.get(job.id)
        if stored is None or stored.state is not JobState.DEAD or self._waits(job):
            raise StaleError(kind="outbox_job", id=job.id)
        self.state.outbox[job.id] = job

    def dead(self, scope: Scope, *, count_max: int) -> Sequence[OutboxJob]:
        """Return the dead jobs in scope, last dead first."""
        dead = [
            (job.ended_at, job.id, job)
            for job in self.state.outbox.values()
            if job.state is JobState.DEAD
            and job.ended_at is not None
            and scope.covers(job.company_id, job.community_id)
        ]
        return [job for *_, job in sorted(dead, reverse=True)][:count_max]

    def _waits(self, job: OutboxJob) -> bool:
        return any(
            each.state is JobState.WAITING and (each.kind, each.subject) == (job.kind, job.subject)
            for each in self.state.outbox.values()
        )
