"""The table of the outbox; the indexes for claiming hold no ended jobs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Integer, literal_column

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

# Literals, not parameters: otherwise SQLite ignores the partial index.
JOB_WAITS: Final = outbox_jobs.c.state == literal_column("'waiting'")
JOB_IS_DEAD: Final = outbox_jobs.c.state == literal_column("'dead'")

schema.part_index(
    "waiting",
    outbox_jobs.c.kind,
    outbox_jobs.c.subject,
    outbox_jobs.c.company_id,
    where=JOB_WAITS,
    unique=True,
)
schema.part_index("due", outbox_jobs.c.due_at, outbox_jobs.c.id, where=JOB_WAITS)
schema.part_index("dead", outbox_jobs.c.company_id, outbox_jobs.c.ended_at, where=JOB_IS_DEAD)
