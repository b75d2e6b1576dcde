"""The outbox: what is left to be done outside of the database.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Integer, Text

from billing_adapters.sql.tables.column_types import KEY, UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "outbox_jobs",
        Column("id", KEY, nullable=False),
        Column("company_id", KEY, nullable=False),
        Column("community_id", KEY, nullable=False),
        Column("kind", KEY, nullable=False),
        Column("subject", KEY, nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Column("due_at", UtcDateTime, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("failures", Integer, nullable=False),
        Column("lease_holder", KEY, nullable=False),
        Column("lease_until", UtcDateTime),
        Column("state", KEY, nullable=False),
        Column("said", Text, nullable=False),
        Column("ended_at", UtcDateTime),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_jobs"),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name="fk_outbox_jobs_company_id"
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["communities.id"], name="fk_outbox_jobs_community_id"
        ),
    )
    _add_index("waiting", "kind", "subject", state="waiting", unique=True)
    _add_index("due", "due_at", "id", state="waiting")
    _add_index("dead", "company_id", "ended_at", state="dead")


def downgrade() -> None:
    op.drop_table("outbox_jobs")


def _add_index(name: str, *columns: str, state: str, unique: bool = False) -> None:
    where = sa.text(f"state = '{state}'")
    op.create_index(
        f"ix_outbox_jobs_{name}",
        "outbox_jobs",
        [*columns],
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )
