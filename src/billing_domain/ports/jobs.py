"""Storage of outbox jobs, and who does them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.ports.paging import Page, PageKey


class OutboxRepository(Protocol):
    """What is left to be done, written in the transaction that decides it."""

    @abstractmethod
    def add_all(self, jobs: Collection[OutboxJob]) -> None:
        """Keep new jobs; one whose kind and subject have a waiting job already is that job."""

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
        """Return free jobs of all companies as `claimed` by a holder, longest due first.

        However many claim at once, each job is given to one; who claims waits for nobody's jobs.
        """

    @abstractmethod
    def save(self, job: OutboxJob) -> None:
        """Keep what became of a claim; raise StaleError when it is no longer the holder's.

        That is so when somebody else has claimed the job since, or its end was kept already.
        """

    @abstractmethod
    def revive(self, job: OutboxJob) -> None:
        """Keep a dead job as revived; raise StaleError.

        That is when it is not dead any more, or its kind and subject have a waiting job.
        """

    @abstractmethod
    def dead(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[OutboxJob]:
        """Return one page of the dead jobs in scope, last dead first."""


class JobHandler(Protocol):
    """Does the jobs of one kind, each at least once: doing it again must change nothing."""

    @abstractmethod
    def __call__(self, job: OutboxJob, /) -> datetime | None:
        """Do a job; return None when it is at its end, or when to look at it again.

        Raises ProviderUnavailableError or a ConflictError to be tried again after a pause, any
        other BillingError when trying again is of no use. Opens units of work of its own.
        """
