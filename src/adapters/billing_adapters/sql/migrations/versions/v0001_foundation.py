"""Companies, communities, houses, residents, bills, imports, staff and the audit log.

Revision ID: 0001
Revises: nothing
"""

from __future__ import annotations

from typing import Any

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from billing_adapters.sql.tables.column_types import KEY, ROW_ID, UtcDateTime

revision = "0001"
down_revision = None

_TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _row_id() -> Column[int]:
    return Column("row_id", ROW_ID, primary_key=True, autoincrement=True)


def _id() -> Column[str]:
    return Column("id", KEY, nullable=False, unique=True)


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _key(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, KEY, nullable=nullable)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, KEY, ForeignKey(f"{target}.id"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcDateTime, nullable=nullable)


def _version() -> Column[int]:
    return Column("version", Integer, nullable=False)


companies = Table(
    "companies",
    _TABLES,
    _row_id(),
    _id(),
    _text("name"),
    _moment("created_at"),
    UniqueConstraint("name"),
)

communities = Table(
    "communities",
    _TABLES,
    _row_id(),
    _id(),
    _ref("company_id", "companies"),
    _text("name"),
    _text("search_name"),
    _key("status"),
    _moment("created_at"),
    _text("sealed_secret", nullable=True),
    _version(),
    UniqueConstraint("company_id", "name"),
)

houses = Table(
    "houses",
    _TABLES,
    _row_id(),
    _id(),
    _key("company_id"),
    _ref("community_id", "communities"),
    _text("address"),
    _key("address_key"),
    _text("building"),
    _key("sort_key"),
    _text("search_address"),
    UniqueConstraint("community_id", "address_key"),
)
Index(None, houses.c.community_id, houses.c.sort_key, houses.c.id)
Index(None, houses.c.community_id, houses.c.building)

house_grams = Table(
    "house_grams",
    _TABLES,
    Column("community_row_id", BigInteger, primary_key=True, autoincrement=False),
    Column("gram", KEY, primary_key=True),
    Column("house_row_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index(None, house_grams.c.house_row_id)

residents = Table(
    "residents",
    _TABLES,
    _row_id(),
    _id(),
    _key("company_id"),
    _ref("community_id", "communities"),
    _ref("house_id", "houses"),
    _text("name"),
    _text("phone"),
    _text("search_name"),
    _text("search_phone"),
    _key("relation"),
    Column("moved_in_on", Date),
    Column("moved_out_on", Date),
    _text("openid", nullable=True),
    _version(),
)
Index(None, residents.c.house_id)
Index(None, residents.c.community_id)

import_batches = Table(
    "import_batches",
    _TABLES,
    _row_id(),
    _id(),
    _key("company_id"),
    _ref("community_id", "communities"),
    _text("file_name"),
    _key("file_hash"),
    Column("repetition", Integer, nullable=False),
    _key("request_key"),
    _key("profile_key"),
    Column("bill_count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    _moment("imported_at"),
    _text("imported_by"),
    Column("remind_now", Boolean),
    UniqueConstraint("community_id", "request_key"),
    UniqueConstraint("community_id", "file_hash", "repetition"),
)

bills = Table(
    "bills",
    _TABLES,
    Column("number", KEY, primary_key=True),
    _key("number_reversed"),
    _key("company_id"),
    _ref("community_id", "communities"),
    _ref("house_id", "houses", nullable=True),
    _key("fee_type"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    _key("period"),
    _text("remark"),
    _key("origin"),
    _text("external_number", nullable=True),
    _text("search_external", nullable=True),
    Column("external_wide", Boolean),
    Column("misdated", Boolean),
    Column("paid_early", Boolean),
    _key("batch_id", nullable=True),
    _moment("imported_at"),
    _moment("reminded_at", nullable=True),
    _key("state"),
    _key("channel", nullable=True),
    _moment("paid_at", nullable=True),
    _text("payer_name", nullable=True),
    _text("voucher_number", nullable=True),
    Column("receipted", Boolean, nullable=False),
    _moment("voided_at", nullable=True),
    _version(),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint("first_day <= last_day", name="period"),
    CheckConstraint("state IN ('pending', 'paid', 'voided', 'deleted')", name="state"),
    CheckConstraint("(state = 'paid') = (channel IS NOT NULL)", name="channel"),
    CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    CheckConstraint("(state = 'voided') = (voided_at IS NOT NULL)", name="voided_at"),
    CheckConstraint("(state = 'deleted') = (house_id IS NULL)", name="house"),
)
_NOT_DELETED = bills.c.state != literal_column("'deleted'")


def _bill_index(name: str, *columns: str, where: ColumnElement[bool] = _NOT_DELETED) -> Index:
    on = [bills.c[column] for column in columns]
    return Index(f"ix_bills_{name}", *on, sqlite_where=where, postgresql_where=where)


_bill_index("company", "company_id", "number")
_bill_index("community", "company_id", "community_id", "number")
_bill_index(
    "house",
    "house_id",
    "period",
    "number",
    where=bills.c.house_id.is_not(None),
)
_bill_index("batch", "batch_id", "number")
_bill_index("state", "company_id", "state", "number")
_bill_index("community_state", "company_id", "community_id", "state", "number")
_bill_index("fee_type", "company_id", "fee_type", "state", "number")
_bill_index("amount", "company_id", "amount_fen", "number")
_bill_index("period", "company_id", "period", "number")
_bill_index("reversed", "company_id", "number_reversed")
_bill_index("channel", "company_id", "channel", "number", where=bills.c.channel.is_not(None))
_bill_index("paid_at", "company_id", "paid_at", "number", where=bills.c.paid_at.is_not(None))
_bill_index("reminded", "company_id", "number", where=bills.c.reminded_at.is_not(None))
_bill_index("external", "company_id", "number", where=bills.c.search_external.is_not(None))
_bill_index("external_wide", "company_id", "number", where=bills.c.external_wide.is_not(None))
_bill_index("misdated", "company_id", "number", where=bills.c.misdated.is_not(None))
_bill_index("paid_early", "company_id", "number", where=bills.c.paid_early.is_not(None))

import_profiles = Table(
    "import_profiles",
    _TABLES,
    _row_id(),
    _ref("company_id", "companies"),
    _key("key"),
    _text("name"),
    Column("content", JSON, nullable=False),
    _version(),
    UniqueConstraint("company_id", "key"),
    UniqueConstraint("company_id", "name"),
)

uploads = Table(
    "uploads",
    _TABLES,
    Column("id", KEY, primary_key=True),
    _ref("company_id", "companies"),
    _ref("community_id", "communities"),
    _key("staff_id"),
    _key("kind"),
    _key("profile_key"),
    _text("file_name"),
    Column("content", LargeBinary, nullable=False),
    _moment("created_at"),
)
Index(None, uploads.c.created_at)

exports = Table(
    "exports",
    _TABLES,
    _row_id(),
    _id(),
    _ref("company_id", "companies"),
    _key("staff_id"),
    _text("file_name"),
    _key("state"),
    Column("rows_total", Integer, nullable=False),
    Column("rows_written", Integer, nullable=False),
    _moment("created_at"),
    _version(),
)
Index(None, exports.c.company_id, exports.c.staff_id)
Index(None, exports.c.created_at)

staff = Table(
    "staff",
    _TABLES,
    _row_id(),
    _id(),
    _ref("company_id", "companies"),
    _text("login_name"),
    _text("name"),
    _key("role"),
    Column("community_ids", JSON(none_as_null=True)),
    _text("password_hash"),
    _moment("created_at"),
    Column("disabled", Boolean, nullable=False),
    _version(),
    UniqueConstraint("login_name"),
)
Index(None, staff.c.company_id)

sessions = Table(
    "sessions",
    _TABLES,
    Column("token_hash", KEY, primary_key=True),
    _ref("staff_id", "staff"),
    _moment("created_at"),
    _moment("seen_at"),
)
Index(None, sessions.c.staff_id)

sign_in_failures = Table(
    "sign_in_failures",
    _TABLES,
    Column("key", KEY, primary_key=True),
    Column("failures", Integer, nullable=False),
    _moment("last_at"),
)

audit_entries = Table(
    "audit_entries",
    _TABLES,
    Column("id", KEY, primary_key=True),
    _moment("at"),
    _key("actor_kind"),
    _key("actor_id"),
    _text("actor_name"),
    _key("company_id"),
    _key("community_id", nullable=True),
    _key("action"),
    _key("subject_kind"),
    _key("subject_id"),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    _text("reason"),
)
Index(None, audit_entries.c.company_id, audit_entries.c.id)
Index(None, audit_entries.c.subject_kind, audit_entries.c.subject_id, audit_entries.c.id)


def upgrade() -> None:
    _TABLES.create_all(op.get_bind())
    for statement in _APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    _TABLES.drop_all(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_audit_change()")


_APPEND_ONLY = {
    "sqlite": [
        f"""
        CREATE TRIGGER audit_entries_refuse_{event.lower()} BEFORE {event} ON audit_entries
        BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END
        """
        for event in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$
        """,
        """
        CREATE TRIGGER audit_entries_refuse_change
        BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()
        """,
    ],
}
