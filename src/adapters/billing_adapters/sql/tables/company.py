"""The tables of companies, communities, staff and the audit log."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityStatus
from billing_domain.model.company.staff import Role

companies = schema.table(
    "companies",
    schema.row_id(),
    schema.domain_id(),
    schema.text("name"),
    schema.moment("created_at"),
    UniqueConstraint("name"),
)

communities = schema.table(
    "communities",
    schema.row_id(),
    schema.domain_id(),
    schema.ref("company_id", "companies"),
    schema.text("name"),
    schema.text("search_name"),
    schema.enum("status", CommunityStatus),
    schema.moment("created_at"),
    schema.text("sealed_secret", nullable=True),
    schema.version(),
    UniqueConstraint("company_id", "name"),
)

staff = schema.table(
    "staff",
    schema.row_id(),
    schema.domain_id(),
    schema.ref("company_id", "companies"),
    schema.text("login_name"),
    schema.text("name"),
    schema.enum("role", Role),
    Column("community_ids", JSON(none_as_null=True)),
    schema.text("password_hash"),
    schema.moment("created_at"),
    Column("disabled", Boolean, nullable=False),
    schema.version(),
    UniqueConstraint("login_name"),
)
Index(None, staff.c.company_id)

sessions = schema.table(
    "sessions",
    Column("token_hash", KEY, primary_key=True),
    schema.ref("staff_id", "staff"),
    schema.moment("created_at"),
    schema.moment("seen_at"),
)
Index(None, sessions.c.staff_id)

sign_in_failures = schema.table(
    "sign_in_failures",
    Column("key", KEY, primary_key=True),
    Column("failures", Integer, nullable=False),
    schema.moment("last_at"),
)

audit_entries = schema.growing_table(
    # Triggers refuse to change or remove a row: see triggers.py.
    "audit_entries",
    schema.key("id"),
    schema.moment("at"),
    schema.key("actor_kind"),
    schema.key("actor_id"),
    schema.text("actor_name"),
    schema.key("company_id"),
    schema.key("community_id", nullable=True),
    schema.enum("action", AuditAction),
    schema.key("subject_kind"),
    schema.key("subject_id"),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    schema.text("reason"),
    PrimaryKeyConstraint("company_id", "id"),
)
Index(None, audit_entries.c.subject_kind, audit_entries.c.subject_id, audit_entries.c.id)
