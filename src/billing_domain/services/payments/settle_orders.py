"""Write down what a provider says about an order: the only place that settles money (rule 5.5)."""

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
from billing_domain.model.payments.order import Effect, OrderEvent, PaymentOrder, order_number
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState, refund_job
from billing_domain.ports.payments.gateway import OrderReport, Outcome
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork

SYSTEM: Final = "system"
UNAPPLIED: Final = "unapplied"
"""The reason of a refund that nobody asked for: its money fits no bill (rule 5.6)."""

_EVENTS: Final[Mapping[Outcome, OrderEvent]] = {
    Outcome.PAID: OrderEvent.SAID_PAID,
    Outcome.UNPAID: OrderEvent.SAID_UNPAID,
    Outcome.CLOSED: OrderEvent.CLOSE_CONFIRMED,
    Outcome.UNKNOWN: OrderEvent.SAID_UNKNOWN,
}


@attrs.frozen
class SettleOrders:
    """Settles, closes or leaves alone, for notification, question, janitor and staff alike."""

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
        """Return the order after a report, written into the open unit of work.

        `actor` is who closed it, None for the system.

        A paid order's money goes to those of its bills that still can take it; the rest is
        unapplied and its refund is queued (rule 5.6). What was booked already changes nothing.
        Raises NotificationRefusedError when the report is about another order or amount (P09),
        StaleError and BillReservedError when somebody was faster.
        """
        if report.order != order.number:
            raise NotificationRefusedError(reason="order")
        if report.outcome is Outcome.PAID and report.amount != order.total:
            raise NotificationRefusedError(reason="amount")
        now = self.clock.now()
        facts: dict[str, object] = {"provider_state": report.said, "queried_at": now}
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
        """Return a closed order with the question about it written down.

        It was answered in vain, or not at all; `provider_state` is for staff where something is
        wrong.
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
        """Divide the money of a freshly paid order; its row is written first, then its bills.

        An order that was open holds its bills itself; of one that was closed others may.
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
        refund, now = self._return_of(order), self.clock.now()
        work.refunds.add(refund)
        work.outbox.add_all([refund_job(self.ids.new_id(), refund, now, due_at=now)])

    def _return_of(self, order: PaymentOrder) -> Refund:
        now = self.clock.now()
        return Refund(
            number=RefundNumber(order_number(now, self.ids.order_serial())),
            order=order.number,
            company_id=order.company_id,
            community_id=order.community_id,
            account_id=order.account_id,
            provider=order.provider,
            amount=order.unapplied,
            reason=UNAPPLIED,
            state=RefundState.APPROVED,
            proposed_by=SYSTEM,
            proposed_at=now,
            approved_by=SYSTEM,
        )


def _record(
    work: UnitOfWork, order: PaymentOrder, bills: Sequence[Bill], done: Allocation
) -> None:
    actor, before = _system(order), {bill.number: bill for bill in bills}
    settled = [(before[bill.number], bill) for bill in done.paid]
    work.record(actor, AuditAction.ORDER_PAID, after=order)
    work.record_all(actor, AuditAction.PAID_ONLINE, settled)


def _system(order: PaymentOrder) -> Actor:
    return Actor.system(order.company_id)
