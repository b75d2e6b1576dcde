"""The outbox in SQL: a claim skips locked rows and never waits for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Select, Update, bindparam, or_, select, update

from billing_adapters.sql.db.bulk_insert import bulk_insert
from billing_adapters.sql.db.new_rows import inserts_of_new
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one, model_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.jobs import JOB_IS_DEAD, JOB_WAITS, outbox_jobs
from billing_domain.errors import StaleError
from billing_domain.model.company.actor import Scope
from billing_domain.model.jobs.outbox import JobId, JobKind, OutboxJob
from billing_domain.ports.jobs import OutboxRepository
from billing_domain.ports.paging import Page, PageKey

_CHANGING: Final = (
    "due_at", "attempts", "failures", "lease_holder", "lease_until", "state", "failure_reason",
    "ended_at",
)  # fmt: skip
_LAST_DEAD_FIRST: Final = PageOrder((outbox_jobs.c.ended_at, outbox_jobs.c.id))
_SUBJECT: Final = ("kind", "subject")
_ADD: Final = inserts_of_new(
    outbox_jobs, index_elements=(*_SUBJECT, "company_id"), index_where=JOB_WAITS
)


def _changing(*conditions: ColumnElement[bool]) -> Update:
    values = {name: bindparam(name, type_=outbox_jobs.c[name].type) for name in _CHANGING}
    return (
        update(outbox_jobs)
        .where(
            outbox_jobs.c.id == bindparam("job"),
            outbox_jobs.c.company_id == bindparam("company"),
            *conditions,
        )
        .values(values)
    )


_TAKE: Final = _changing()
_END: Final = _changing(
    outbox_jobs.c.lease_until.is_not(None),
    outbox_jobs.c.lease_holder == bindparam("old_holder"),
    outbox_jobs.c.attempts == bindparam("old_attempts"),
)
_REVIVE: Final = _changing(JOB_IS_DEAD)


@attrs.frozen
class SqlOutboxRepository(OutboxRepository):
    """Jobs of all companies."""

    work: Transaction

    def add_all(self, jobs: Collection[OutboxJob]) -> None:
        """Insert new jobs; skip a job whose kind and subject have a WAITING job already.

        Every transaction inserts in the same order, so no two transactions deadlock.
        """
        ordered = sorted(jobs, key=lambda job: (job.kind.value, job.subject))
        rows = [attrs.asdict(job, recurse=False) for job in ordered]
        connection = self.work.connection
        with self.work.refusing():
            bulk_insert(connection, _ADD[connection.dialect.name], rows)

    def get(self, scope: Scope, job_id: JobId) -> OutboxJob:
        wanted = select(outbox_jobs).where(
            outbox_jobs.c.id == job_id, in_scope(outbox_jobs, scope)
        )
        row = found_one(self.work.connection.execute(wanted), "outbox_job", job_id)
        return model_of(OutboxJob, row)

    def claim(
        self,
        now: datetime,
        *,
        kinds: Collection[JobKind],
        holder: str,
        lease: timedelta,
        count_max: int,
    ) -> Sequence[OutboxJob]:
        """Claim free jobs of all companies, longest due first.

        SQLite has no row locks, but only one writer at a time.
        """
        unheld = or_(outbox_jobs.c.lease_until.is_(None), outbox_jobs.c.lease_until <= now)
        free = (
            select(outbox_jobs)
            .where(JOB_WAITS, outbox_jobs.c.due_at <= now, unheld, outbox_jobs.c.kind.in_(kinds))
            .order_by(outbox_jobs.c.due_at, outbox_jobs.c.id)
            .limit(count_max)
            .with_for_update(skip_locked=True)
        )
        found = [model_of(OutboxJob, row) for row in self.work.connection.execute(free)]
        taken = [job.claimed(now, holder, lease) for job in found]
        if taken:
            self.work.connection.execute(_TAKE, [_changes(job) for job in taken])
        return taken

    def save(self, job: OutboxJob) -> None:
        claim = {"old_holder": job.lease_holder, "old_attempts": job.attempts}
        self._change(_END, job, claim)

    def revive(self, job: OutboxJob) -> None:
        self._change(_REVIVE, job, {})

    def dead(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[OutboxJob]:
        found = select(outbox_jobs).where(JOB_IS_DEAD, in_scope(outbox_jobs, scope))
        return _LAST_DEAD_FIRST.page(found, key, rows, self._find)

    def _find(self, found: Select[Any]) -> list[OutboxJob]:
        return [model_of(OutboxJob, row) for row in self.work.connection.execute(found)]

    def _change(self, statement: Update, job: OutboxJob, guard: dict[str, object]) -> None:
        stale = StaleError(kind="outbox_job", id=job.id)
        with self.work.refusing(billing_outbox_jobs_waiting_ix=stale):
            done = self.work.connection.execute(statement, {**_changes(job), **guard})
            if done.rowcount != 1:
                raise stale


def _changes(job: OutboxJob) -> dict[str, object]:
    changing = {name: getattr(job, name) for name in _CHANGING}
    return {"job": job.id, "company": job.company_id, **changing}
