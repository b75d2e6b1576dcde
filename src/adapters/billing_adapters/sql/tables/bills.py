"""The tables of bills and exports.

Some columns repeat others in a form that an index can use: `search_external` is a folded text
(`fold_external_number`), `number_reversed`, and `period` (`2026-03-01/2026-03-31`). Rare flags are
true or null, so their indexes are small. `external_wide`: the external number is not all ASCII.
`misdated`: the number does not begin with the moment of import. `paid_early`: the bill was paid
before the day in its number.

A removed bill stays as a row in the state `deleted` without a house, so its number is never
reused. Every index for reads excludes such rows. For 30 days `deleted_bills` keeps what is needed
to put the bill back (rule 2.12); only `sql/bills/deleted_bills.py` reads that table.

`bills.reserved_by` is the open payment order that reserves a bill (rule 2.5). Changes of it and of
`reminded_at` make no new version.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    literal_column,
)

from billing_adapters.sql.tables import schema
from billing_domain.model.bills.bill import BillOrigin, BillState, PaymentChannel
from billing_domain.model.bills.export import ExportState
from billing_domain.model.bills.fee_type import FeeType

bills = schema.growing_table(
    "bills",
    schema.key("number"),
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
    schema.company_key("number"),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint("first_day <= last_day", name="period"),
    CheckConstraint("state IN ('pending', 'paid', 'voided', 'deleted')", name="state"),
    CheckConstraint("(state = 'paid') = (channel IS NOT NULL)", name="channel"),
    CheckConstraint("(state = 'paid') = (paid_at IS NOT NULL)", name="paid_at"),
    CheckConstraint("(state = 'voided') = (voided_at IS NOT NULL)", name="voided_at"),
    CheckConstraint("(state = 'deleted') = (house_id IS NULL)", name="house"),
)
# A number is given once in the whole database (rule 1), which the key alone does not say. Tables
# partitioned by company can't have this index: docs/decisions/0017 says what takes its place.
Index("billing_bills_number_ix", bills.c.number, unique=True)

DELETED: Final[ColumnElement[Any]] = literal_column("'deleted'")
"""The state of a removed bill's row; the domain has no such state."""

BILL_IS_THERE: Final = bills.c.state != DELETED
"""Every read repeats this condition literally; otherwise SQLite ignores the indexes below."""


def _bill_index(name: str, *columns: str, where: ColumnElement[bool] = BILL_IS_THERE) -> Index:
    on = [bills.c[column] for column in columns]
    return Index(f"billing_bills_{name}_ix", *on, sqlite_where=where, postgresql_where=where)


BILLS_BY_COMPANY: Final = _bill_index("company", "company_id", "number")
# The company comes first in every index. Otherwise PostgreSQL estimates a lower correlation with
# the order of the table, and prefers the index by company.
BILLS_BY_COMMUNITY: Final = _bill_index("community", "company_id", "community_id", "number")
BILLS_BY_HOUSE: Final = _bill_index(
    # Unlike the other conditions, this condition also serves the foreign key.
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
# The orders of the list within a community (rule 2.8).
BILLS_BY_COMMUNITY_AMOUNT: Final = _bill_index(
    "community_amount", "company_id", "community_id", "amount_fen", "number"
)
BILLS_BY_COMMUNITY_PERIOD: Final = _bill_index(
    "community_period", "company_id", "community_id", "period", "number"
)
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

deleted_bills = schema.growing_table(
    "deleted_bills",
    schema.key("number"),
    schema.key("company_id"),
    schema.ref("community_id", "communities"),
    schema.key("house_id"),
    schema.text("remark"),
    schema.text("external_number", nullable=True),
    schema.moment("reminded_at", nullable=True),
    schema.moment("deleted_at"),
    schema.text("deleted_by"),
    schema.company_key("number"),
    schema.company_ref("number", "bills.number"),
)
"""What a removed bill's row does not say any more; a house may go meanwhile."""

Index(None, deleted_bills.c.company_id, deleted_bills.c.deleted_at, deleted_bills.c.number)
Index(None, deleted_bills.c.deleted_at)

exports = schema.table(
    "exports",
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
