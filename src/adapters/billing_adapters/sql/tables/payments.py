"""The tables of payments.

A bill is settled by one order at a time: `billing_settlements_live_ix`. What is open or unfinished
is little of all that there is, so indexes that the janitor uses hold nothing else.
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
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
    false,
    literal_column,
    true,
)

from billing_adapters.sql.tables import schema
from billing_domain.model.payments.order import OrderState, PaymentMethod
from billing_domain.model.payments.received_message import Verdict
from billing_domain.model.payments.refund import RefundState

payment_accounts = schema.table(
    "payment_accounts",
    schema.row_id(),
    schema.domain_id(),
    schema.ref("company_id", "companies"),
    schema.key("provider"),
    schema.text("name"),
    Column("settings", JSON, nullable=False),
    Column("sealed_secrets", JSON, nullable=False),
    Column("active", Boolean, nullable=False),
    schema.version(),
    UniqueConstraint("company_id", "name"),
)

payment_orders = schema.growing_table(
    "payment_orders",
    schema.key("number"),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.key("account_id"),
    schema.key("provider"),
    schema.enum("method", PaymentMethod),
    schema.key("payer_id"),
    schema.text("payer_name"),
    schema.key("payer_openid"),
    schema.key("request_key"),
    Column("total_fen", BigInteger, nullable=False),
    schema.enum("state", OrderState),
    schema.moment("created_at"),
    Column("ticket", JSON(none_as_null=True)),
    schema.moment("queried_at", nullable=True),
    schema.text("provider_state"),
    schema.key("provider_number", nullable=True),
    schema.moment("paid_at", nullable=True),
    schema.moment("closed_at", nullable=True),
    schema.moment("query_again_at", nullable=True),
    Column("unapplied_fen", BigInteger, nullable=False),
    schema.version(),
    schema.company_key("number"),
    UniqueConstraint(
        "account_id",
        "provider_number",
        "company_id",
        name="billing_payment_orders_provider_number_uq",
    ),
    UniqueConstraint(
        "company_id", "payer_openid", "request_key", name="billing_payment_orders_request_uq"
    ),
    CheckConstraint("total_fen > 0", name="total"),
    CheckConstraint("unapplied_fen >= 0 AND unapplied_fen <= total_fen", name="unapplied"),
)


def _of_order_and_bill() -> tuple[PrimaryKeyConstraint | ForeignKeyConstraint, ...]:
    """Return the keys of what an order has once for each bill."""
    return (
        schema.company_key("order_number", "bill_number"),
        schema.company_ref("order_number", "payment_orders.number"),
        schema.company_ref("bill_number", "bills.number"),
    )


payment_order_lines = schema.growing_table(
    "payment_order_lines",
    schema.key("company_id"),
    schema.key("order_number"),
    schema.key("bill_number"),
    Column("place", Integer, nullable=False),
    Column("amount_fen", BigInteger, nullable=False),
    *_of_order_and_bill(),
    CheckConstraint("amount_fen > 0", name="amount"),
)
Index(None, payment_order_lines.c.bill_number)

settlements = schema.growing_table(
    "settlements",
    schema.key("company_id"),
    schema.key("order_number"),
    schema.key("bill_number"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("reversed", Boolean, nullable=False),
    *_of_order_and_bill(),
    CheckConstraint("amount_fen > 0", name="amount"),
)

refunds = schema.growing_table(
    "refunds",
    schema.key("number"),
    schema.key("order_number"),
    schema.ref("company_id", "companies"),
    schema.ref("community_id", "communities"),
    schema.key("account_id"),
    schema.key("provider"),
    Column("amount_fen", BigInteger, nullable=False),
    Column("bill_numbers", JSON, nullable=False),
    schema.text("reason"),
    schema.enum("state", RefundState),
    schema.key("proposed_by"),
    schema.moment("proposed_at"),
    schema.key("approved_by"),
    schema.text("provider_state"),
    schema.moment("queried_at", nullable=True),
    schema.moment("done_at", nullable=True),
    schema.version(),
    schema.company_key("number"),
    schema.company_ref("order_number", "payment_orders.number"),
    CheckConstraint("amount_fen > 0", name="amount"),
)
Index(None, refunds.c.order_number)

provider_messages = schema.growing_table(
    "provider_messages",
    schema.row_id(),
    schema.key("id"),
    schema.key("account_id"),
    schema.key("company_id"),
    schema.moment("received_at"),
    Column("headers", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    schema.enum("verdict", Verdict),
    schema.text("reason"),
    schema.key("provider_id"),
    schema.text("meaning"),
    schema.key("about"),
    UniqueConstraint("id", "company_id"),
)
Index(None, provider_messages.c.account_id, provider_messages.c.provider_id)
Index(None, provider_messages.c.account_id, provider_messages.c.about)


def _is_one_of(column: Column[Any], *names: str) -> ColumnElement[bool]:
    """Return a condition with the names written out, since only then SQLite knows the index."""
    return column.in_([literal_column(f"'{name}'") for name in names])


def _part_index(
    name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False
) -> Index:
    table = columns[0].table.name
    return Index(
        f"{table}_{name}_ix", *columns, unique=unique, sqlite_where=where, postgresql_where=where
    )


ORDER_IS_OPEN: Final = _is_one_of(payment_orders.c.state, "created", "waiting")
ORDER_HOLDS_MONEY: Final = payment_orders.c.unapplied_fen > literal_column("0")
REFUND_IS_UNFINISHED: Final = _is_one_of(refunds.c.state, "proposed", "approved", "sent", "failed")
REFUND_IS_ON_ITS_WAY: Final = _is_one_of(refunds.c.state, "approved", "sent")
SETTLEMENT_IS_LIVE: Final = settlements.c.reversed.is_(false())
MESSAGE_IS_REFUSED: Final = _is_one_of(provider_messages.c.verdict, "refused", "failed")

_part_index(
    "active",
    payment_accounts.c.company_id,
    where=payment_accounts.c.active.is_(true()),
    unique=True,
)
_part_index("open", payment_orders.c.queried_at, payment_orders.c.number, where=ORDER_IS_OPEN)
_part_index(
    "to_check",
    payment_orders.c.query_again_at,
    payment_orders.c.number,
    where=payment_orders.c.query_again_at.is_not(None),
)
_part_index(
    "unapplied", payment_orders.c.company_id, payment_orders.c.number, where=ORDER_HOLDS_MONEY
)
Index(None, payment_orders.c.company_id, payment_orders.c.number)
_part_index(
    "live",
    settlements.c.bill_number,
    settlements.c.company_id,
    where=SETTLEMENT_IS_LIVE,
    unique=True,
)
_part_index("unfinished", refunds.c.company_id, refunds.c.number, where=REFUND_IS_UNFINISHED)
_part_index("on_its_way", refunds.c.queried_at, refunds.c.number, where=REFUND_IS_ON_ITS_WAY)
_part_index(
    "refused",
    provider_messages.c.company_id,
    provider_messages.c.received_at,
    where=MESSAGE_IS_REFUSED,
)

receipts = schema.growing_table(
    "receipts",
    schema.row_id(),
    schema.key("company_id"),
    schema.key("bill_number"),
    schema.ref("community_id", "communities"),
    Column("content", JSON, nullable=False),
    schema.moment("issued_at"),
    schema.text("issued_by"),
    schema.company_ref("bill_number", "bills.number"),
)
Index(None, receipts.c.bill_number, receipts.c.row_id)
