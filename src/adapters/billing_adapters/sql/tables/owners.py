"""The tables of owners' sessions and registrations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, literal_column

from billing_adapters.sql.tables import schema
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.model.houses.resident import Relation
from billing_domain.model.owners.registration import RegistrationState

owner_sessions = schema.table(
    "owner_sessions",
    Column("token_hash", KEY, primary_key=True),
    schema.ref("company_id", "companies"),
    schema.key("openid"),
    schema.moment("created_at"),
    schema.moment("seen_at"),
)
Index(None, owner_sessions.c.seen_at)

registrations = schema.table(
    "registrations",
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
    "billing_registrations_waiting_ix",
    registrations.c.company_id,
    registrations.c.row_id,
    sqlite_where=REGISTRATION_IS_WAITING,
    postgresql_where=REGISTRATION_IS_WAITING,
)
