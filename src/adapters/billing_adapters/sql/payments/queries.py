"""Reads of payments in SQL, for staff screens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Final

import attrs
from sqlalchemy import Column, ColumnElement, Text, exists, false, literal, or_, select

from billing_adapters.sql.db.connections import query
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.scopes import in_scope, narrowed_scope
from billing_adapters.sql.houses.word_match import contains
from billing_adapters.sql.payments.order_rows import orders_of
from billing_adapters.sql.payments.refunds import refunds_of
from billing_adapters.sql.tables.payments import (
    ORDER_HOLDS_MONEY,
    ORDER_IS_OPEN,
    REFUND_IS_UNFINISHED,
    payment_order_lines,
    payment_orders,
    refunds,
)
from billing_domain.model.company.actor import Scope
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.paging import Page, PageKey
from billing_domain.ports.payments.queries import OrderFilter, PaymentQueries, Troubles

_ORDER: Final = PageOrder((payment_orders.c.number,))
_TROUBLES_MAX: Final = 200
_NUL: Final = "\x00"
"""No database stores NUL in a text, so nothing contains it."""


@attrs.frozen
class SqlPaymentQueries(PaymentQueries):
    """Reads of orders and refunds; raises SearchTooSlowError after two seconds (promise P42)."""

    database: Database

    def page(
        self, scope: Scope, order_filter: OrderFilter, *, key: PageKey | None, rows: int
    ) -> Page[PaymentOrder]:
        narrow = narrowed_scope(scope, order_filter.community_id)
        found = select(payment_orders).where(
            in_scope(payment_orders, narrow), *_conditions(order_filter)
        )
        with query(self.database.reader) as connection:
            return _ORDER.page(found, key, rows, partial(orders_of, connection))

    def troubles(self, scope: Scope, *, overdue_before: datetime) -> Troubles:
        oldest_orders = (
            select(payment_orders)
            .where(in_scope(payment_orders, scope))
            .order_by(payment_orders.c.created_at, payment_orders.c.number)
            .limit(_TROUBLES_MAX)
        )
        oldest_refunds = (
            select(refunds)
            .where(in_scope(refunds, scope), REFUND_IS_UNFINISHED)
            .order_by(refunds.c.proposed_at, refunds.c.number)
            .limit(_TROUBLES_MAX)
        )
        overdue = oldest_orders.where(ORDER_IS_OPEN, payment_orders.c.created_at <= overdue_before)
        unapplied = oldest_orders.where(
            ORDER_HOLDS_MONEY, payment_orders.c.state == OrderState.PAID
        )
        with query(self.database.reader) as connection:
            return Troubles(
                overdue=tuple(orders_of(connection, overdue)),
                unapplied=tuple(orders_of(connection, unapplied)),
                refunds=tuple(refunds_of(connection, oldest_refunds)),
            )


def _conditions(wanted: OrderFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.text:
        yield _mentions(wanted.text)
    if wanted.state is not None:
        yield payment_orders.c.state == wanted.state
    if wanted.made_from is not None:
        yield payment_orders.c.created_at >= day_start(wanted.made_from)
    if wanted.made_to is not None:
        yield payment_orders.c.created_at < day_end(wanted.made_to)


def _mentions(text: str) -> ColumnElement[bool]:
    """Return the condition that a number of the order contains a text, case-sensitive."""
    if _NUL in text:
        return false()
    part = literal(text, Text)

    def has_part(column: Column[str]) -> ColumnElement[bool]:
        return contains(column, part)

    lines = payment_order_lines.c
    return or_(
        has_part(payment_orders.c.number),
        has_part(payment_orders.c.provider_number),
        exists().where(
            lines.order_number == payment_orders.c.number,
            lines.company_id == payment_orders.c.company_id,
            has_part(lines.bill_number),
        ),
    )
