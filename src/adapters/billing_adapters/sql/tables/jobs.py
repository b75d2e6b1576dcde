"""The table of the outbox; what has ended is in no index that claiming reads."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, literal_column

from billing_adapters.sql.tables import schema
from billing_domain.model.jobs.outbox import JobKind, JobState

outbox_jobs = schema.growing_table(
    "outbox_jobs",
    schema.key("id"),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.enum("kind", JobKind),
    schema.key("subject"),
    schema.moment("created_at"),
    schema.moment("due_at"),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    schema.key("lease_holder"),
    schema.moment("lease_until", nullable=True),
    schema.enum("state", JobState),
    schema.text("failure_reason"),
    schema.moment("ended_at", nullable=True),
    schema.company_key("id"),
)

# The names are written out, since only then SQLite knows the index.
JOB_WAITS: Final = outbox_jobs.c.state == literal_column("'waiting'")
JOB_IS_DEAD: Final = outbox_jobs.c.state == literal_column("'dead'")

Index(
    "billing_outbox_jobs_waiting_ix",
    outbox_jobs.c.kind,
    outbox_jobs.c.subject,
    outbox_jobs.c.company_id,
    unique=True,
    sqlite_where=JOB_WAITS,
    postgresql_where=JOB_WAITS,
)
Index(
    "billing_outbox_jobs_due_ix",
    outbox_jobs.c.due_at,
    outbox_jobs.c.id,
    sqlite_where=JOB_WAITS,
    postgresql_where=JOB_WAITS,
)
Index(
    "billing_outbox_jobs_dead_ix",
    outbox_jobs.c.company_id,
    outbox_jobs.c.ended_at,
    sqlite_where=JOB_IS_DEAD,
    postgresql_where=JOB_IS_DEAD,
)
