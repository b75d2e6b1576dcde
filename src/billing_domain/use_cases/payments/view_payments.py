"""Reads of orders, refunds and troubles for staff (rules 5.3, 5.6, 10)."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditEntry
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.model.payments.ledger import OnlineSettlement, discrepancies
from billing_domain.model.payments.order import ALERT_AFTER, OrderNumber, PaymentOrder
from billing_domain.model.payments.received_message import ReceivedMessage
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.bills import BillQueries, BillRow
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_domain.ports.payments.queries import OrderFilter, PaymentQueries, Troubles
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders

REFUSED_MAX = 50


@attrs.frozen
class OrderDetail:
    """One order with its history.

    `rows` are its bills that still exist, `messages` are the provider's.
    """

    order: PaymentOrder
    rows: tuple[BillRow, ...]
    settlements: tuple[OnlineSettlement, ...]
    refunds: tuple[Refund, ...]
    messages: tuple[ReceivedMessage, ...]
    history: tuple[AuditEntry, ...]


@attrs.frozen
class ViewPayments:
    """Reads of payments; only `ask` may change an order."""

    begin: UnitOfWorkFactory
    payments: PaymentQueries
    bills: BillQueries
    audit: AuditQueries
    decide: ResolveOrders
    clock: Clock

    def page(
        self, actor: Actor, *, order_filter: OrderFilter, key: PageKey | None = None
    ) -> Page[PaymentOrder]:
        """Return one page of orders, newest first."""
        actor.require(Permission.VIEW_PAYMENTS)
        text = order_filter.text.strip()[:SEARCH_LENGTH_MAX]
        return self.payments.page(
            actor.scope, attrs.evolve(order_filter, text=text), key=key, rows=PAGE_ROWS
        )

    def detail(self, actor: Actor, *, number: OrderNumber) -> OrderDetail:
        """Return one order with its history; raise ThingNotFoundError."""
        actor.require(Permission.VIEW_PAYMENTS)
        with self.begin(read_only=True) as work:
            order = work.orders.get(actor.scope, number)
            settlements = tuple(work.orders.settled_by(number))
            refunds = tuple(work.refunds.of_order(number))
            about = [number, *(refund.number for refund in refunds)]
            messages = [
                each for one in about for each in work.messages.about(order.account_id, one)
            ]
        return OrderDetail(
            order,
            tuple(self.bills.rows_by_number(actor.scope, order.bills)),
            settlements,
            refunds,
            tuple(messages),
            self._history(actor, order, refunds),
        )

    def _history(
        self, actor: Actor, order: PaymentOrder, refunds: Sequence[Refund]
    ) -> tuple[AuditEntry, ...]:
        """Return the history of an order and its refunds, newest first."""
        subjects = [("payment_order", str(order.number))]
        subjects += [("refund", str(refund.number)) for refund in refunds]
        entries = [
            entry
            for kind, number in subjects
            for entry in self.audit.of_subject(actor.scope, kind, number)
        ]
        return tuple(sorted(entries, key=lambda entry: entry.id, reverse=True))

    def ask(self, actor: Actor, *, number: OrderNumber) -> PaymentOrder:
        """Return an order after querying its provider now (查询); raise ThingNotFoundError."""
        actor.require(Permission.VIEW_PAYMENTS)
        with self.begin(read_only=True) as work:
            work.orders.get(actor.scope, number)
        return self.decide.ask(number)

    def troubles(self, actor: Actor) -> Troubles:
        """Return the cases that a person must look into (异常)."""
        actor.require(Permission.VIEW_PAYMENTS)
        return self.payments.troubles(actor.scope, overdue_before=self.clock.now() - ALERT_AFTER)

    def refused_messages(self, actor: Actor) -> Sequence[ReceivedMessage]:
        """Return the newest refused messages; needs the whole company in scope."""
        actor.require(Permission.VIEW_PAYMENTS)
        if actor.scope.community_ids is not None:
            return []
        with self.begin(read_only=True) as work:
            return work.messages.refused(actor.company_id, count_max=REFUSED_MAX)

    def discrepancies(self, actor: Actor) -> Sequence[str]:
        """Return the discrepancies between money and bills in scope: normally none (P19)."""
        actor.require(Permission.VIEW_PAYMENTS)
        with self.begin(read_only=True) as work:
            return discrepancies(work.orders.books(actor.scope))
