"""Reads everything that the money invariant compares (rule 10, promise P19)."""

from __future__ import annotations

from sqlalchemy import Connection, or_, select

from billing_adapters.sql.bills.rows import bill_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.payments.order_rows import orders_of
from billing_adapters.sql.payments.refunds import refunds_of
from billing_adapters.sql.payments.settlement_ledger import settlement_of
from billing_adapters.sql.tables.bills import BILL_IS_THERE, bills
from billing_adapters.sql.tables.payments import payment_orders, refunds, settlements
from billing_domain.model.company.actor import Scope
from billing_domain.model.payments.ledger import Books


def books_of(connection: Connection, scope: Scope) -> Books:
    """Return the books of a scope; a settlement belongs to it by its order or by its bill."""
    own_bills = (in_scope(bills, scope), BILL_IS_THERE)
    own_orders = select(payment_orders.c.number).where(in_scope(payment_orders, scope))
    settled = select(settlements).where(
        or_(
            settlements.c.order_number.in_(own_orders),
            settlements.c.bill_number.in_(select(bills.c.number).where(*own_bills)),
        )
    )
    held = select(bills.c.number, bills.c.reserved_by).where(
        bills.c.reserved_by.is_not(None),
        or_(bills.c.reserved_by.in_(own_orders), in_scope(bills, scope)),
    )
    stored = select(bills).where(*own_bills)
    return Books(
        orders=orders_of(
            connection, select(payment_orders).where(in_scope(payment_orders, scope))
        ),
        settlements=[settlement_of(row) for row in connection.execute(settled)],
        refunds=refunds_of(connection, select(refunds).where(in_scope(refunds, scope))),
        bills=[bill_of(row) for row in connection.execute(stored)],
        reserved={row.number: row.reserved_by for row in connection.execute(held)},
    )
