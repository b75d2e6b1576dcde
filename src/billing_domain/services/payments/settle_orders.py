"""Book a provider's report about an order: the only place that settles money (rule 5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import NotificationRefusedError
from billing_domain.model.bills.bill import Bill
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.money import Money
from billing_domain.model.payments.allocation import Allocation, allocate, online_settlement
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import Effect, OrderEvent, PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundState, refund_job
from billing_domain.ports.payments.gateway import OrderReport, Outcome
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork

SYSTEM: Final = "system"
UNAPPLIED: Final = "unapplied"
"""The reason of an automatic refund: the money fits no bill (rule 5.6)."""

_EVENTS: Final[Mapping[Outcome, OrderEvent]] = {
    Outcome.PAID: OrderEvent.SAID_PAID,
    Outcome.UNPAID: OrderEvent.SAID_UNPAID,
    Outcome.CLOSED: OrderEvent.CLOSE_CONFIRMED,
    Outcome.UNKNOWN: OrderEvent.SAID_UNKNOWN,
}


@attrs.frozen
class SettleOrders:
    """Books reports from notifications, queries, the janitor and staff alike."""

    clock: Clock
    ids: IdGenerator

    def book(
        self,
        work: UnitOfWork,
        order: PaymentOrder,
        report: OrderReport,
        *,
        actor: Actor | None = None,
    ) -> PaymentOrder:
        """Return the order after booking a report in the open unit of work.

        `actor` is who closed the order, None for the system. A paid order's money settles those of
        its bills that can still take it; the rest is unapplied and its refund is queued (rule
        5.6). Booking the same report again changes nothing. Raises NotificationRefusedError for a
        report about another order or amount (P09), StaleError and BillReservedError after a lost
        race.
        """
        if report.order != order.number:
            raise NotificationRefusedError(reason="order")
        if report.outcome is Outcome.PAID and report.amount != order.total:
            raise NotificationRefusedError(reason="amount")
        now = self.clock.now()
        facts: dict[str, object] = {"provider_state": report.provider_state, "queried_at": now}
        if report.outcome is Outcome.PAID:
            facts["provider_number"] = report.provider_number or None
            facts["paid_at"] = report.paid_at or now
        changed, effect = order.after(_EVENTS[report.outcome], **facts)
        if changed is order:
            return order
        if effect is Effect.SETTLE:
            return self._settle(work, changed, held_by_itself=order.state.open)
        if effect is Effect.RELEASE:
            changed = changed.closed(now)
            work.record(actor or _system(order), AuditAction.ORDER_CLOSED, after=changed)
        work.orders.save(changed)
        return changed

    def note_checked(
        self, work: UnitOfWork, order: PaymentOrder, *, answered: bool, provider_state: str | None
    ) -> PaymentOrder:
        """Return a closed order after recording a query without a payment or without an answer.

        `provider_state` tells staff what is wrong, if anything.
        """
        now = self.clock.now()
        checked = order.checked(now) if answered else order.unanswered(now)
        if provider_state is not None:
            checked = attrs.evolve(checked, provider_state=provider_state)
        work.orders.save(checked)
        return checked

    def _settle(
        self, work: UnitOfWork, order: PaymentOrder, *, held_by_itself: bool
    ) -> PaymentOrder:
        """Divide the money of a newly paid order; write the order's row first, then its bills.

        An order that was open reserves its own bills; other orders may reserve those of a closed
        one.
        """
        bills = work.bills.get_many(Scope(order.company_id), order.bills)
        held = {} if held_by_itself else work.orders.holding(order.bills)
        free = [bill for bill in bills if held.get(bill.number, order.number) == order.number]
        allocation = allocate(order, free, online_settlement(order))
        order = attrs.evolve(order, unapplied=allocation.unapplied, query_again_at=None)
        work.orders.save(order)
        work.bills.save_all(allocation.paid, holder=order.number)
        work.orders.add_settlements(
            order.company_id,
            [OnlineSettlement(bill.number, order.number, bill.amount) for bill in allocation.paid],
        )
        if order.unapplied > Money.zero():
            self._give_back(work, order)
        _record(work, order, bills, allocation)
        return order

    def _give_back(self, work: UnitOfWork, order: PaymentOrder) -> None:
        now, serial = self.clock.now(), self.ids.order_serial()
        proposed = Refund.of(
            order, order.unapplied, serial=serial, reason=UNAPPLIED, by=SYSTEM, at=now
        )
        refund = attrs.evolve(proposed, state=RefundState.APPROVED, approved_by=SYSTEM)
        work.refunds.add(refund)
        work.outbox.add_all([refund_job(self.ids.new_id(), refund, now, due_at=now)])


def _record(
    work: UnitOfWork, order: PaymentOrder, bills: Sequence[Bill], done: Allocation
) -> None:
    actor, before = _system(order), {bill.number: bill for bill in bills}
    settled = [(before[bill.number], bill) for bill in done.paid]
    work.record(actor, AuditAction.ORDER_PAID, after=order)
    work.record_all(actor, AuditAction.PAID_ONLINE, settled)


def _system(order: PaymentOrder) -> Actor:
    return Actor.system(order.company_id)
