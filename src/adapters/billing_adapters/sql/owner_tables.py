"""The tables of what belongs to owners, and of the receipts that they are given."""

from __future__ import annotations

from typing import Final

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, literal_column

from billing_adapters.sql import schema
from billing_adapters.sql.column_types import KEY
from billing_domain.model.registration import RegistrationState
from billing_domain.model.resident import Relation

official_accounts = Table(
    "official_accounts",
    schema.METADATA,
    Column("company_id", KEY, ForeignKey("companies.id"), primary_key=True),
    schema.key("app_id"),
    schema.text("sealed_secret"),
    schema.version(),
)

owner_sessions = Table(
    "owner_sessions",
    schema.METADATA,
    Column("token_hash", KEY, primary_key=True),
    schema.ref("company_id", "companies"),
    schema.key("openid"),
    schema.moment("created_at"),
    schema.moment("seen_at"),
)
Index(None, owner_sessions.c.seen_at)

registrations = Table(
    "registrations",
    schema.METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.key("openid"),
    schema.text("name"),
    schema.text("phone"),
    schema.text("house_text"),
    schema.enum("relation", Relation),
    schema.moment("created_at"),
    schema.enum("state", RegistrationState),
    schema.moment("decided_at", nullable=True),
    schema.text("decided_by"),
    schema.key("resident_id", nullable=True),
    schema.text("reason"),
    schema.version(),
)
REGISTRATION_IS_WAITING: Final = registrations.c.state == literal_column("'waiting'")
Index(None, registrations.c.company_id, registrations.c.openid)
Index(
    "ix_registrations_waiting",
    registrations.c.company_id,
    registrations.c.row_id,
    sqlite_where=REGISTRATION_IS_WAITING,
    postgresql_where=REGISTRATION_IS_WAITING,
)

receipts = Table(
    "receipts",
    schema.METADATA,
    schema.row_id(),
    Column("bill_number", KEY, ForeignKey("bills.number"), nullable=False),
    schema.ref("community_id", "communities"),
    Column("content", JSON, nullable=False),
    schema.moment("issued_at"),
    schema.text("issued_by"),
)
Index(None, receipts.c.bill_number, receipts.c.row_id)
