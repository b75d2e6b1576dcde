"""The table of the outbox; what has ended is in no index that claiming reads."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, Table, literal_column

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.model.jobs.outbox import JobKind, JobState

outbox_jobs = Table(
    "outbox_jobs",
    schema.METADATA,
    Column("id", KEY, primary_key=True),
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
    schema.text("said"),
    schema.moment("ended_at", nullable=True),
)

# The names are written out, since only then SQLite knows the index.
JOB_WAITS: Final = outbox_jobs.c.state == literal_column("'waiting'")
JOB_IS_DEAD: Final = outbox_jobs.c.state == literal_column("'dead'")

Index(
    "ix_outbox_jobs_waiting",
    outbox_jobs.c.kind,
    outbox_jobs.c.subject,
    unique=True,
    sqlite_where=JOB_WAITS,
    postgresql_where=JOB_WAITS,
)
Index(
    "ix_outbox_jobs_due",
    outbox_jobs.c.due_at,
    outbox_jobs.c.id,
    sqlite_where=JOB_WAITS,
    postgresql_where=JOB_WAITS,
)
Index(
    "ix_outbox_jobs_dead",
    outbox_jobs.c.company_id,
    outbox_jobs.c.ended_at,
    sqlite_where=JOB_IS_DEAD,
    postgresql_where=JOB_IS_DEAD,
)
