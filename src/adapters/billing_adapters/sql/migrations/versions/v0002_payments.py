"""Payment orders, settlements, refunds, provider messages, accounts, owners, receipts.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    literal_column,
    true,
)

from billing_adapters.sql.tables.column_types import KEY, ROW_ID, UtcDateTime

revision = "0002"
down_revision = "0001"

_TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_OLDER = [
    # What the new tables refer to, and what gets a new column or index; not made here.
    Table("companies", _TABLES, Column("id", KEY, primary_key=True)),
    Table("communities", _TABLES, Column("id", KEY, primary_key=True)),
    Table("bills", _TABLES, Column("number", KEY, primary_key=True)),
]


def _row_id() -> Column[int]:
    return Column("row_id", ROW_ID, primary_key=True, autoincrement=True)


def _id() -> Column[str]:
    return Column("id", KEY, nullable=False, unique=True)


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _key(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, KEY, nullable=nullable)


def _ref(name: str, target: str) -> Column[Any]:
    return Column(name, KEY, ForeignKey(f"{target}.id"), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


payment_accounts = Table(
    "payment_accounts",
    _TABLES,
    _row_id(),
    _id(),
    _ref("company_id", "companies"),
    _key("provider"),
    _text("name"),
    Column("settings", JSON, nullable=False),
    Column("sealed_secrets", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    _version(),
    UniqueConstraint("company_id", "name"),
)

payment_orders = Table(
    "payment_orders",
    _TABLES,
    Column("number", KEY, primary_key=True),
    _ref("company_id", "companies"),
    _ref("community_id", "communities"),
    _key("account_id"),
    _key("provider"),
    _key("method"),
    _key("payer_id"),
    _text("payer_name"),
    _key("payer_openid"),
    _key("request_key"),
    Column("total_fen", BigInteger, nullable=False),
    _key("state"),
    _moment("created_at"),
    Column("ticket", JSON),
    _moment("asked_at", nullable=True),
    _text("said"),
    _key("provider_number", nullable=True),
    _moment("paid_at", nullable=True),
    _moment("closed_at", nullable=True),
    _moment("check_at", nullable=True),
    Column("unapplied_fen", BigInteger, nullable=False),
    _version(),
    UniqueConstraint("account_id", "provider_number"),
    UniqueConstraint("company_id", "payer_openid", "request_key"),
    CheckConstraint("total_fen > 0", name="total"),
    CheckConstraint("unapplied_fen >= 0 AND unapplied_fen <= total_fen", name="unapplied"),
)

payment_order_lines = Table(
    "payment_order_lines",
    _TABLES,
    Column("order_number", KEY, ForeignKey("payment_orders.number"), primary_key=True),
    Column("bill_number", KEY, ForeignKey("bills.number"), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    CheckConstraint("amount_fen > 0", name="amount"),
)

settlements = Table(
    "settlements",
    _TABLES,
    Column("order_number", KEY, ForeignKey("payment_orders.number"), primary_key=True),
    Column("bill_number", KEY, ForeignKey("bills.number"), primary_key=True),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reversed", Boolean, nullable=False),
    CheckConstraint("amount_fen > 0", name="amount"),
)

refunds = Table(
    "refunds",
    _TABLES,
    Column("number", KEY, primary_key=True),
    Column("order_number", KEY, ForeignKey("payment_orders.number"), nullable=False),
    _ref("company_id", "companies"),
    _ref("community_id", "communities"),
    _key("account_id"),
    _key("provider"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("bill_numbers", JSON, nullable=False),
    _text("reason"),
    _key("state"),
    _key("proposed_by"),
    _moment("proposed_at"),
    _key("approved_by"),
    _text("said"),
    _moment("asked_at", nullable=True),
    _moment("done_at", nullable=True),
    _version(),
    CheckConstraint("amount_fen > 0", name="amount"),
)

provider_messages = Table(
    "provider_messages",
    _TABLES,
    _row_id(),
    _id(),
    _key("account_id"),
    _key("company_id"),
    _moment("received_at"),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _key("verdict"),
    _text("reason"),
    _key("provider_id"),
    _text("meaning"),
    _key("about"),
)

official_accounts = Table(
    "official_accounts",
    _TABLES,
    Column("company_id", KEY, ForeignKey("companies.id"), primary_key=True),
    _key("app_id"),
    _text("sealed_secret"),
    _version(),
)

owner_sessions = Table(
    "owner_sessions",
    _TABLES,
    Column("token_hash", KEY, primary_key=True),
    _ref("company_id", "companies"),
    _key("openid"),
    _moment("created_at"),
    _moment("seen_at"),
)

registrations = Table(
    "registrations",
    _TABLES,
    _row_id(),
    _id(),
    _ref("company_id", "companies"),
    _ref("community_id", "communities"),
    _key("openid"),
    _text("name"),
    _text("phone"),
    _text("house_text"),
    _key("relation"),
    _moment("created_at"),
    _key("state"),
    _moment("decided_at", nullable=True),
    _text("decided_by"),
    _key("resident_id", nullable=True),
    _text("reason"),
    _version(),
)

receipts = Table(
    "receipts",
    _TABLES,
    _row_id(),
    Column("bill_number", KEY, ForeignKey("bills.number"), nullable=False),
    _ref("community_id", "communities"),
    Column("content", JSON, nullable=False),
    _moment("issued_at"),
    _text("issued_by"),
)


def _index(
    name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False
) -> None:
    Index(
        f"ix_{columns[0].table.name}_{name}",
        *columns,
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )


def _one_of(column: Column[Any], *names: str) -> ColumnElement[bool]:
    return column.in_([literal_column(f"'{name}'") for name in names])


_orders, _messages = payment_orders.c, provider_messages.c
_index(
    "active",
    payment_accounts.c.company_id,
    where=payment_accounts.c.active.is_(true()),
    unique=True,
)
_index(
    "open", _orders.asked_at, _orders.number, where=_one_of(_orders.state, "created", "waiting")
)
_index("to_check", _orders.check_at, _orders.number, where=_orders.check_at.is_not(None))
_index(
    "unapplied",
    _orders.company_id,
    _orders.number,
    where=_orders.unapplied_fen > literal_column("0"),
)
Index(None, _orders.company_id, _orders.number)
Index(None, payment_order_lines.c.bill_number)
_index("live", settlements.c.bill_number, where=settlements.c.reversed.is_(false()), unique=True)
Index(None, refunds.c.order_number)
_index(
    "unfinished",
    refunds.c.company_id,
    refunds.c.number,
    where=_one_of(refunds.c.state, "proposed", "approved", "sent", "failed"),
)
_index(
    "on_its_way",
    refunds.c.asked_at,
    refunds.c.number,
    where=_one_of(refunds.c.state, "approved", "sent"),
)
Index(None, _messages.account_id, _messages.provider_id)
Index(None, _messages.account_id, _messages.about)
_index(
    "refused",
    _messages.company_id,
    _messages.received_at,
    where=_one_of(_messages.verdict, "refused", "failed"),
)
Index(None, owner_sessions.c.seen_at)
Index(None, registrations.c.company_id, registrations.c.openid)
_index(
    "waiting",
    registrations.c.company_id,
    registrations.c.row_id,
    where=registrations.c.state == literal_column("'waiting'"),
)
Index(None, receipts.c.bill_number, receipts.c.row_id)

_NEW = [table for table in _TABLES.sorted_tables if table not in _OLDER]


def upgrade() -> None:
    op.add_column("bills", Column("reserved_by", KEY))
    _add_index("ix_bills_reserved_by", "bills", "reserved_by")
    _add_index("ix_residents_company_id_openid", "residents", "company_id", "openid")
    _TABLES.create_all(op.get_bind(), tables=_NEW)


def downgrade() -> None:
    _TABLES.drop_all(op.get_bind(), tables=_NEW)
    op.drop_index("ix_residents_company_id_openid", "residents")
    op.drop_index("ix_bills_reserved_by", "bills")
    op.drop_column("bills", "reserved_by")


def _add_index(name: str, table: str, *columns: str) -> None:
    there = sa.text(f"{columns[-1]} IS NOT NULL")
    op.create_index(name, table, [*columns], sqlite_where=there, postgresql_where=there)
