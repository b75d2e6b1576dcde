"""Payment orders, the bills that they reserve, and what they settled, in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import (
    BillReservedError,
    NotificationRefusedError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.ledger import Books, OnlineSettlement
from billing_domain.model.payments.order import OrderLine, OrderNumber, PaymentOrder
from billing_domain.ports.payments.storage import OrderRepository

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@attrs.frozen
class MemoryOrderRepository(OrderRepository):
    """Payment orders of all companies."""

    state: MemoryState

    def add(self, order: PaymentOrder) -> None:
        """Keep a new order and reserve its bills; raise BillReservedError, StaleError.

        A repeated request is refused before its bills are looked at, which its order may hold.
        """
        with self.state.step():
            if self.by_request(order.company_id, order.payer.openid, order.request_key):
                raise StaleError(kind="payment_order", id=order.number)
            for line in sorted(order.lines, key=lambda line: line.bill):
                self._check_free(line)
        self.state.orders[order.number] = order
        self.state.reserved.update(dict.fromkeys(order.bills, order.number))

    def get(self, scope: Scope, number: OrderNumber) -> PaymentOrder:
        """Return an order in scope or raise ThingNotFoundError(payment_order)."""
        order = self.find(number)
        if order is None or not scope.covers(order.company_id, order.community_id):
            raise ThingNotFoundError(kind="payment_order", id=number)
        return order

    def find(self, number: OrderNumber) -> PaymentOrder | None:
        """Return an order of any company."""
        return self.state.orders.get(number)

    def by_request(
        self, company_id: CompanyId, openid: str, request_key: str
    ) -> PaymentOrder | None:
        """Return the order that a payer's request made, or None (P01)."""
        for order in self.state.orders.values():
            request = (order.company_id, order.payer.openid, order.request_key)
            if request == (company_id, openid, request_key):
                return order
        return None

    def save(self, order: PaymentOrder) -> None:
        """Replace the version before this one; raise StaleError, NotificationRefusedError.

        An order that is not open lets go of its bills.
        """
        with self.state.step():
            replace_version(self.state.orders, order.number, order, kind="payment_order")
            self._check_provider_number(order)
        if not order.state.open:
            for bill in order.bills:
                if self.state.reserved.get(bill) == order.number:
                    del self.state.reserved[bill]

    def holding(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which open order reserves each of the bills."""
        reserved = self.state.reserved
        return {bill: reserved[bill] for bill in bills if bill in reserved}

    def open_before(self, moment: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return open orders made at or before a moment, those not asked about for long first."""
        found = [
            order
            for order in self.state.orders.values()
            if order.state.open and order.created_at <= moment
        ]
        found.sort(key=lambda order: (order.queried_at or _LONG_AGO, order.number))
        return found[:count_max]

    def to_check(self, now: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return closed orders that are to be asked about by now, the longest due first."""
        due = [
            (order.query_again_at, order.number, order)
            for order in self.state.orders.values()
            if order.query_again_at is not None and order.query_again_at <= now
        ]
        return [order for _, _, order in sorted(due)[:count_max]]

    def add_settlements(
        self, company_id: CompanyId, settlements: Collection[OnlineSettlement]
    ) -> None:
        """Keep what a paid order settled; raise StaleError for a bill that one settles already."""
        del company_id
        with self.state.step():
            for item in sorted(settlements, key=lambda item: item.bill):
                if self.settling([item.bill]) or (item.order, item.bill) in self.state.settlements:
                    raise StaleError(kind="bill", id=item.bill)
                self.state.settlements[item.order, item.bill] = item

    def reverse_settlements(self, number: OrderNumber, bills: Collection[BillNumber]) -> None:
        """Mark an order's settlements of bills reversed; raise StaleError unless all are live."""
        with self.state.step():
            for bill in sorted(bills):
                item = self.state.settlements.get((number, bill))
                if item is None or item.reversed:
                    raise StaleError(kind="bill", id=bill)
                self.state.settlements[number, bill] = attrs.evolve(item, reversed=True)

    def settled_by(self, number: OrderNumber) -> Sequence[OnlineSettlement]:
        """Return what an order settled, reversed ones too, by ascending bill number."""
        own = [item for item in self.state.settlements.values() if item.order == number]
        return sorted(own, key=lambda item: item.bill)

    def settling(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which order settles each of the bills."""
        wanted = set(bills)
        return {
            item.bill: item.order
            for item in self.state.settlements.values()
            if item.bill in wanted and not item.reversed
        }

    def of_payer(self, company_id: CompanyId, openid: str) -> Sequence[BillNumber]:
        """Return the bills that an owner paid online and that are still settled (rule 4.6)."""
        return sorted(self.state.paid_by(company_id, openid))

    def books(self, scope: Scope) -> Books:
        """Return everything in scope that the invariant of money speaks of (P19)."""
        orders = {
            order.number: order
            for order in self.state.orders.values()
            if scope.covers(order.company_id, order.community_id)
        }
        bills = {
            bill.number: bill
            for bill in self.state.bills.values()
            if self.state.covers(scope, bill.community_id)
        }
        return Books(
            orders=list(orders.values()),
            settlements=[
                item
                for item in self.state.settlements.values()
                if item.order in orders or item.bill in bills
            ],
            refunds=[
                refund
                for refund in self.state.refunds.values()
                if scope.covers(refund.company_id, refund.community_id)
            ],
            bills=list(bills.values()),
            reserved={
                bill: order
                for bill, order in self.state.reserved.items()
                if bill in bills or order in orders
            },
        )

    def _check_free(self, line: OrderLine) -> None:
        holder = self.state.reserved.get(line.bill)
        if holder is not None:
            raise BillReservedError(number=line.bill, order=holder)
        bill = self.state.bills.get(line.bill)
        if not isinstance(bill, PendingBill) or bill.amount != line.amount:
            raise StaleError(kind="bill", id=line.bill)

    def _check_provider_number(self, order: PaymentOrder) -> None:
        """Refuse a provider's number that tells of another order of the account already."""
        told = (order.account_id, order.provider_number)
        others = (each for each in self.state.orders.values() if each.number != order.number)
        if order.provider_number is not None and any(
            (other.account_id, other.provider_number) == told for other in others
        ):
            raise NotificationRefusedError(reason="order")
