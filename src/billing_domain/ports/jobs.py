"""Storage and handlers of outbox jobs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.ports.paging import Page, PageKey


class OutboxRepository(Protocol):
    """Pending jobs, stored in the transaction that decides about them."""

    @abstractmethod
    def add_all(self, jobs: Collection[OutboxJob]) -> None:
        """Store new jobs; skip a job whose kind and subject already have a waiting job."""

    @abstractmethod
    def get(self, scope: Scope, job_id: JobId) -> OutboxJob:
        """Return a job in scope or raise ThingNotFoundError(outbox_job)."""

    @abstractmethod
    def claim(
        self,
        now: datetime,
        *,
        kinds: Collection[JobKind],
        holder: str,
        lease: timedelta,
        count_max: int,
    ) -> Sequence[OutboxJob]:
        """Claim free jobs of all companies for a holder, longest due first.

        Concurrent claims never return the same job, and never wait for each other.
        """

    @abstractmethod
    def save(self, job: OutboxJob) -> None:
        """Store the result of a claim; raise StaleError if the job is no longer the holder's.

        This happens when another holder claimed the job, or its result is already stored.
        """

    @abstractmethod
    def revive(self, job: OutboxJob) -> None:
        """Store a dead job as revived; raise StaleError.

        This happens when the job is not dead, or its kind and subject have a waiting job.
        """

    @abstractmethod
    def dead(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[OutboxJob]:
        """Return one page of the dead jobs in scope, last dead first."""


class JobHandler(Protocol):
    """Does the jobs of one kind, each at least once; a repetition must change nothing."""

    @abstractmethod
    def __call__(self, job: OutboxJob, /) -> datetime | None:
        """Do a job; return None when it is done, or when to run it again.

        Raises ProviderUnavailableError or a ConflictError if a later retry may help, any other
        BillingError if a retry can't help. Opens its own units of work.
        """
