"""Payment orders in SQL; `bills.reserved_by` names the order of a bill (rule 2.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import attrs
from sqlalchemy import Connection, bindparam, null, or_, select, update

from billing_adapters.sql.bills.rows import bill_of
from billing_adapters.sql.db.rows import found_one
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.payments.order_rows import line_values, order_values, orders_of
from billing_adapters.sql.payments.refunds import refunds_of
from billing_adapters.sql.payments.settlement_ledger import SettlementLedger, settlement_of
from billing_adapters.sql.tables.bills import BILL_IS_THERE, bills
from billing_adapters.sql.tables.column_types import KEY
from billing_adapters.sql.tables.payments import (
    ORDER_IS_OPEN,
    payment_order_lines,
    payment_orders,
    refunds,
    settlements,
)
from billing_domain.errors import BillReservedError, NotificationRefusedError, StaleError
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.ledger import Books
from billing_domain.model.payments.order import OrderLine, OrderNumber, PaymentOrder
from billing_domain.ports.payments.storage import OrderRepository


@attrs.frozen
class SqlOrderRepository(SettlementLedger, OrderRepository):
    """Payment orders of all companies, and their settlements."""

    def add(self, order: PaymentOrder) -> None:
        """Insert an order and reserve its bills; raise BillReservedError, StaleError.

        Bills are locked by ascending number, so two orders never deadlock.
        """
        repeated = StaleError(kind="payment_order", id=order.number)
        with self.work.refusing(
            billing_payment_orders_request_uq=repeated,
            billing_payment_orders_provider_number_uq=_number_taken(),
        ):
            self.work.insert(payment_orders, [order_values(order)])
            self._reserve(order)
            self.work.insert(payment_order_lines, line_values(order))
        if not order.state.open:
            self._release(order)

    def get(self, scope: Scope, number: OrderNumber) -> PaymentOrder:
        found = _BY_NUMBER.where(in_scope(payment_orders, scope))
        orders = orders_of(self.work.connection, found, {"number": number})
        return found_one(orders, "payment_order", number)

    def find(self, number: OrderNumber) -> PaymentOrder | None:
        return next(iter(orders_of(self.work.connection, _BY_NUMBER, {"number": number})), None)

    def by_request(
        self, company_id: CompanyId, openid: str, request_key: str
    ) -> PaymentOrder | None:
        found = select(payment_orders).where(
            payment_orders.c.company_id == company_id,
            payment_orders.c.payer_openid == openid,
            payment_orders.c.request_key == request_key,
        )
        return next(iter(orders_of(self.work.connection, found)), None)

    def save(self, order: PaymentOrder) -> None:
        with self.work.refusing(billing_payment_orders_provider_number_uq=_number_taken()):
            self.work.replace_version(
                payment_orders.c.number,
                order_values(order),
                kind="payment_order",
                where={"company_id": order.company_id},
            )
        if not order.state.open:
            self._release(order)

    def holding(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        held = self.work.connection.execute(_HOLDING, {"numbers": [*bills]})
        return {row.number: row.reserved_by for row in held}

    def open_before(self, moment: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        queried_at = payment_orders.c.queried_at
        found = (
            select(payment_orders)
            .where(ORDER_IS_OPEN, payment_orders.c.created_at <= moment)
            .order_by(queried_at.asc().nulls_first(), payment_orders.c.number)
            .limit(count_max)
        )
        return orders_of(self.work.connection, found)

    def to_check(self, now: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        found = (
            select(payment_orders)
            .where(payment_orders.c.query_again_at <= now)
            .order_by(payment_orders.c.query_again_at, payment_orders.c.number)
            .limit(count_max)
        )
        return orders_of(self.work.connection, found)

    def books(self, scope: Scope) -> Books:
        return books_of(self.work.connection, scope)

    def _reserve(self, order: PaymentOrder) -> None:
        """Reserve each bill by a guarded update; raise the error of the first refused bill."""
        lines = sorted(order.lines, key=lambda line: line.bill)
        self._check_free(order.company_id, lines)
        held_by = {"holder": order.number, "company": order.company_id}
        wanted = [{"bill": line.bill, "fen": line.amount.fen, **held_by} for line in lines]
        if self.work.connection.execute(_RESERVE, wanted).rowcount != len(wanted):
            raise StaleError(kind="bill", id=lines[0].bill)

    def _check_free(self, company_id: CompanyId, lines: Sequence[OrderLine]) -> None:
        """Lock the bills; raise BillReservedError or StaleError for the first wrong bill."""
        wanted = {"numbers": [line.bill for line in lines], "company": company_id}
        found = self.work.connection.execute(_STANDING, wanted)
        stored = {row.number: row for row in found}
        for line in lines:
            row = stored.get(line.bill)
            if row is not None and row.reserved_by is not None:
                raise BillReservedError(number=line.bill, order=row.reserved_by)
            due = (BillState.PENDING, line.amount.fen)
            if row is None or (row.state, row.amount_fen) != due:
                raise StaleError(kind="bill", id=line.bill)

    def _release(self, order: PaymentOrder) -> None:
        self.work.connection.execute(
            _RELEASE, {"holder": order.number, "company": order.company_id}
        )


_BY_NUMBER = select(payment_orders).where(
    payment_orders.c.number == bindparam("number", type_=KEY)
)
_OWN = bills.c.company_id == bindparam("company", type_=KEY)
_NUMBERED = bills.c.number.in_(bindparam("numbers", expanding=True))
_HOLDING = select(bills.c.number, bills.c.reserved_by).where(
    _NUMBERED, bills.c.reserved_by.is_not(None)
)
_STANDING = (
    select(bills.c.number, bills.c.state, bills.c.amount_fen, bills.c.reserved_by)
    .where(_NUMBERED, _OWN, BILL_IS_THERE)
    .order_by(bills.c.number)
    .with_for_update()
)
_RESERVE = (
    update(bills)
    .where(
        bills.c.number == bindparam("bill"),
        _OWN,
        bills.c.state == BillState.PENDING,
        bills.c.amount_fen == bindparam("fen"),
        bills.c.reserved_by.is_(None),
    )
    .values(reserved_by=bindparam("holder"))
)
_RELEASE = (
    # Locked by ascending number too.
    update(bills)
    .where(
        _OWN,
        bills.c.number.in_(
            select(bills.c.number)
            .where(bills.c.reserved_by == bindparam("holder"), _OWN)
            .order_by(bills.c.number)
            .with_for_update()
        ),
    )
    .values(reserved_by=null())
)


def _number_taken() -> NotificationRefusedError:
    return NotificationRefusedError(reason="order")


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
