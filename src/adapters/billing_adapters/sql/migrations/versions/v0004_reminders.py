"""Reminders, what companies choose about them, and tokens of official accounts.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from billing_adapters.sql.tables.column_types import KEY, UtcDateTime

revision = "0004"
down_revision = "0003"

_TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_OLDER = [
    # What the new tables refer to; not made here.
    Table(name, _TABLES, Column("id", KEY, primary_key=True))
    for name in ("companies", "communities", "houses", "residents")
]


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _key(name: str) -> Column[Any]:
    return Column(name, KEY, nullable=False)


def _ref(name: str, target: str) -> Column[Any]:
    return Column(name, KEY, ForeignKey(f"{target}.id"), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


reminder_runs = Table(
    "reminder_runs",
    _TABLES,
    Column("id", KEY, primary_key=True),
    _ref("company_id", "companies"),
    _key("channel"),
    _moment("requested_at"),
    _text("requested_by"),
)

reminders = Table(
    "reminders",
    _TABLES,
    Column("id", KEY, primary_key=True),
    _ref("run_id", "reminder_runs"),
    _ref("company_id", "companies"),
    _ref("community_id", "communities"),
    Column("house_id", KEY, ForeignKey("houses.id", ondelete="CASCADE"), nullable=False),
    _key("channel"),
    _key("outcome"),
    _moment("queued_at"),
    Column("cools_on", Date),
    _moment("delivered_at", nullable=True),
    _moment("ended_at", nullable=True),
    Column("bills", JSON, nullable=False),
    Column("bill_count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    Column("last_on", Date),
    Column("next_on", Date),
    Column("sure", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

reminder_deliveries = Table(
    "reminder_deliveries",
    _TABLES,
    Column("reminder_id", KEY, ForeignKey("reminders.id", ondelete="CASCADE"), primary_key=True),
    Column("resident_id", KEY, ForeignKey("residents.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    _key("address"),
    _key("state"),
    _moment("tried_at", nullable=True),
    _moment("at", nullable=True),
    _key("message_id"),
    _text("said"),
)

reminder_settings = Table(
    "reminder_settings",
    _TABLES,
    Column("company_id", KEY, ForeignKey("companies.id"), primary_key=True),
    Column("policy", JSON, nullable=False),
    Column("template", JSON),
    Column("version", Integer, nullable=False),
)

official_tokens = Table(
    "official_tokens",
    _TABLES,
    Column("company_id", KEY, ForeignKey("companies.id"), primary_key=True),
    Column("app_id", KEY, primary_key=True),
    _text("sealed"),
    _moment("expires_at"),
)


def _index(name: str, *columns: Column[Any], where: str, unique: bool = False) -> None:
    condition = sa.text(where)
    Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


_index(
    "ix_reminders_open",
    reminders.c.house_id,
    reminders.c.channel,
    where="ended_at IS NULL",
    unique=True,
)
_index(
    "ix_reminders_history",
    reminders.c.house_id,
    reminders.c.channel,
    reminders.c.cools_on,
    where="outcome IN ('waiting', 'delivered', 'unknown')",
)
_index(
    "ix_reminders_troubles",
    reminders.c.company_id,
    reminders.c.queued_at,
    reminders.c.id,
    where="outcome IN ('failed', 'unknown')",
)
Index(None, reminders.c.company_id, reminders.c.queued_at, reminders.c.id)
Index(None, reminders.c.house_id, reminders.c.queued_at, reminders.c.id)
Index(None, reminders.c.run_id, reminders.c.outcome)
Index(None, reminder_deliveries.c.address, reminder_deliveries.c.reminder_id)

_NEW = [table for table in _TABLES.sorted_tables if table not in _OLDER]


def upgrade() -> None:
    _TABLES.create_all(op.get_bind(), tables=_NEW)


def downgrade() -> None:
    _TABLES.drop_all(op.get_bind(), tables=_NEW)
