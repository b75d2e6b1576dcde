"""The schema but for payments, owners and reminders (each in its own module) and the outbox.

Ids are the domain's own texts; `row_id` is the database's counter and gives the order in which
things were added. `company_id` is repeated where a company's rows are searched, so that each scope
is one index condition. Money is whole fen.

Some columns say again what others say, in a form that an index serves: `search_*` are texts as
they are compared (`fold_search_text`), `number_reversed`, and `period` (`2026-03-01/2026-03-31`).
Flags that few rows have are true or null, so that their index is small: `external_wide`, the
external number is not all ASCII; `misdated`, the number does not begin with the moment of import;
`paid_early`, the bill was paid before the day with which its number begins.

A removed bill stays as a row in the state `deleted`, belonging to no house, so that its number is
never free again; every index that reads use leaves such rows out.

`bills.reserved_by` is the open payment order that holds a bill (rule 2.5); changing it is no new
version of the bill, nor is changing `reminded_at`.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
    literal_column,
)

import billing_adapters.sql.outbox_tables
import billing_adapters.sql.owner_tables
import billing_adapters.sql.payment_tables
import billing_adapters.sql.reminder_tables  # noqa: F401 - they complete METADATA
from billing_adapters.sql import schema
from billing_adapters.sql.column_types import KEY
from billing_domain.model.audit import AuditAction
from billing_domain.model.bill import BillOrigin, BillState, PaymentChannel
from billing_domain.model.community import CommunityStatus
from billing_domain.model.export import ExportState
from billing_domain.model.fee_type import FeeType
from billing_domain.model.resident import Relation
from billing_domain.model.staff import Role

METADATA: Final = schema.METADATA
"""Every table, with those of payments, owners, reminders and of the outbox."""

companies = Table(
    "companies",
    METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.text("name"),
    schema.moment("created_at"),
    UniqueConstraint("name"),
)

communities = Table(
    "communities",
    METADATA,
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

houses = Table(
    "houses",
    METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.text("address"),
    schema.key("address_key"),
    schema.text("building"),
    schema.key("sort_key"),
    schema.text("search_address"),
    UniqueConstraint("community_id", "address_key"),
)
Index(None, houses.c.community_id, houses.c.sort_key, houses.c.id)
Index(None, houses.c.community_id, houses.c.building)

house_grams = Table(
    # Which houses' addresses and residents contain a pair of characters: see search_index.py.
    "house_grams",
    METADATA,
    Column("community_row_id", BigInteger, primary_key=True, autoincrement=False),
    Column("gram", KEY, primary_key=True),
    Column("house_row_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
Index(None, house_grams.c.house_row_id)

residents = Table(
    "residents",
    METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.ref("house_id", "houses"),
    schema.text("name"),
    schema.text("phone"),
    schema.text("search_name"),
    schema.text("search_phone"),
    schema.enum("relation", Relation),
    Column("moved_in_on", Date),
    Column("moved_out_on", Date),
    schema.text("openid", nullable=True),
    schema.version(),
)
Index(None, residents.c.house_id)
Index(None, residents.c.community_id)
_BOUND: Final = residents.c.openid.is_not(None)
Index(
    None,
    residents.c.company_id,
    residents.c.openid,
    sqlite_where=_BOUND,
    postgresql_where=_BOUND,
)

import_batches = Table(
    "import_batches",
    METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.text("file_name"),
    schema.key("file_hash"),
    Column("repetition", Integer, nullable=False),
    schema.key("request_key"),
    schema.key("profile_key"),
    Column("bill_count", Integer, nullable=False),
    Column("total_fen", BigInteger, nullable=False),
    schema.moment("imported_at"),
    schema.text("imported_by"),
    Column("remind_now", Boolean),
    UniqueConstraint("community_id", "request_key"),
    UniqueConstraint("community_id", "file_hash", "repetition"),
)

bills = Table(
    "bills",
    METADATA,
    Column("number", KEY, primary_key=True),
    schema.key("number_reversed"),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.ref("house_id", "houses", nullable=True),
    schema.enum("fee_type", FeeType),
    Column("amount_fen", BigInteger, nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    schema.key("period"),
    schema.text("remark"),
    schema.enum("origin", BillOrigin),
    schema.text("external_number", nullable=True),
    schema.text("search_external", nullable=True),
    Column("external_wide", Boolean),
    Column("misdated", Boolean),
    Column("paid_early", Boolean),
    schema.key("batch_id", nullable=True),
    schema.moment("imported_at"),
    schema.moment("reminded_at", nullable=True),
    schema.enum("state", BillState),
    schema.enum("channel", PaymentChannel, nullable=True),
    schema.moment("paid_at", nullable=True),
    schema.text("payer_name", nullable=True),
    schema.text("voucher_number", nullable=True),
    Column("receipted", Boolean, nullable=False),
    schema.moment("voided_at", nullable=True),
    schema.version(),
    schema.key("reserved_by", nullable=True),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint("first_day <= last_day", name="period"),
    CheckConstraint("state IN ('pending', 'paid', 'voided', 'deleted')", name="state"),
    CheckConstraint("(state = 'paid') = (channel IS NOT NULL)", name="channel"),
    CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    CheckConstraint("(state = 'voided') = (voided_at IS NOT NULL)", name="voided_at"),
    CheckConstraint("(state = 'deleted') = (house_id IS NULL)", name="house"),
)
DELETED: Final[ColumnElement[Any]] = literal_column("'deleted'")
"""The state of a removed bill's row; no such state exists in the domain."""

BILL_IS_THERE: Final = bills.c.state != DELETED
"""Repeated word for word in every read, since only then SQLite uses the indexes below."""


def _bill_index(name: str, *columns: str, where: ColumnElement[bool] = BILL_IS_THERE) -> Index:
    on = [bills.c[column] for column in columns]
    return Index(f"ix_bills_{name}", *on, sqlite_where=where, postgresql_where=where)


BILLS_BY_COMPANY: Final = _bill_index("company", "company_id", "number")
# The company comes first, also where the rest would do: only then PostgreSQL expects these
# indexes to follow the order of the table as closely as the one by company does.
BILLS_BY_COMMUNITY: Final = _bill_index("community", "company_id", "community_id", "number")
BILLS_BY_HOUSE: Final = _bill_index(
    # This condition, unlike the others, serves the foreign key too.
    "house",
    "house_id",
    "period",
    "number",
    where=bills.c.house_id.is_not(None),
)
BILLS_BY_BATCH: Final = _bill_index("batch", "batch_id", "number")
BILLS_BY_STATE: Final = _bill_index("state", "company_id", "state", "number")
BILLS_BY_COMMUNITY_STATE: Final = _bill_index(
    "community_state", "company_id", "community_id", "state", "number"
)
BILLS_BY_FEE_TYPE: Final = _bill_index("fee_type", "company_id", "fee_type", "state", "number")
BILLS_BY_AMOUNT: Final = _bill_index("amount", "company_id", "amount_fen", "number")
BILLS_BY_PERIOD: Final = _bill_index("period", "company_id", "period", "number")
BILLS_BY_REVERSED: Final = _bill_index("reversed", "company_id", "number_reversed")
BILLS_BY_CHANNEL: Final = _bill_index(
    "channel", "company_id", "channel", "number", where=bills.c.channel.is_not(None)
)
BILLS_BY_PAID_AT: Final = _bill_index(
    "paid_at", "company_id", "paid_at", "number", where=bills.c.paid_at.is_not(None)
)
BILLS_REMINDED: Final = _bill_index(
    "reminded", "company_id", "number", where=bills.c.reminded_at.is_not(None)
)
BILLS_WITH_EXTERNAL: Final = _bill_index(
    "external", "company_id", "number", where=bills.c.search_external.is_not(None)
)
BILLS_WITH_WIDE_EXTERNAL: Final = _bill_index(
    "external_wide", "company_id", "number", where=bills.c.external_wide.is_not(None)
)
BILLS_MISDATED: Final = _bill_index(
    "misdated", "company_id", "number", where=bills.c.misdated.is_not(None)
)
BILLS_PAID_EARLY: Final = _bill_index(
    "paid_early", "company_id", "number", where=bills.c.paid_early.is_not(None)
)
BILLS_RESERVED: Final = _bill_index(
    "reserved_by", "reserved_by", where=bills.c.reserved_by.is_not(None)
)

import_profiles = Table(
    "import_profiles",
    METADATA,
    schema.row_id(),
    schema.ref("company_id", "companies"),
    schema.key("key"),
    schema.text("name"),
    Column("content", JSON, nullable=False),
    schema.version(),
    UniqueConstraint("company_id", "key"),
    UniqueConstraint("company_id", "name"),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("id", KEY, primary_key=True),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.key("staff_id"),
    schema.key("kind"),
    schema.key("profile_key"),
    schema.text("file_name"),
    Column("content", LargeBinary, nullable=False),
    schema.moment("created_at"),
)
Index(None, uploads.c.created_at)

exports = Table(
    "exports",
    METADATA,
    schema.row_id(),
    schema.domain_id(),
    schema.ref("company_id", "companies"),
    schema.key("staff_id"),
    schema.text("file_name"),
    schema.enum("state", ExportState),
    Column("rows_total", Integer, nullable=False),
    Column("rows_written", Integer, nullable=False),
    schema.moment("created_at"),
    schema.version(),
)
Index(None, exports.c.company_id, exports.c.staff_id)
Index(None, exports.c.created_at)

staff = Table(
    "staff",
    METADATA,
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

sessions = Table(
    "sessions",
    METADATA,
    Column("token_hash", KEY, primary_key=True),
    schema.ref("staff_id", "staff"),
    schema.moment("created_at"),
    schema.moment("seen_at"),
)
Index(None, sessions.c.staff_id)

sign_in_failures = Table(
    "sign_in_failures",
    METADATA,
    Column("key", KEY, primary_key=True),
    Column("failures", Integer, nullable=False),
    schema.moment("last_at"),
)

audit_entries = Table(
    # Triggers refuse to change or remove a row: see the migration that makes the table.
    "audit_entries",
    METADATA,
    Column("id", KEY, primary_key=True),
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
)
Index(None, audit_entries.c.company_id, audit_entries.c.id)
Index(None, audit_entries.c.subject_kind, audit_entries.c.subject_id, audit_entries.c.id)
