"""Write down what a provider says about a refund: the only place that reopens bills (rule 5.8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from billing_domain.errors import NotificationRefusedError
from billing_domain.model.bills.bill import BillAction, require_paid
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.payments.refund import Refund, RefundEvent, RefundState
from billing_domain.ports.payments.gateway import RefundOutcome, RefundReport
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork

_EVENTS: Final[Mapping[RefundOutcome, RefundEvent]] = {
    RefundOutcome.DONE: RefundEvent.SAID_DONE,
    RefundOutcome.ACCEPTED: RefundEvent.ACCEPTED,
    RefundOutcome.FAILED: RefundEvent.SAID_FAILED,
}
_VERBS: Final[Mapping[RefundState, AuditAction]] = {
    RefundState.DONE: AuditAction.REFUND_DONE,
    RefundState.SENT: AuditAction.REFUND_SENT,
    RefundState.FAILED: AuditAction.REFUND_FAILED,
}


@attrs.frozen
class SettleRefunds:
    """Follows a refund to its end, whoever brings the word."""

    clock: Clock

    def book(self, work: UnitOfWork, refund: Refund, report: RefundReport) -> Refund:
        """Return the refund after a report, written into the open unit of work.

        Only a refund that is done moves money: its bills are pending again, or the order's
        unapplied money is less. An unknown outcome changes nothing. Raises
        NotificationRefusedError for a report of another refund or amount (P09), StaleError,
        RefundRefusedError for a refund that nobody approved.
        """
        if report.refund != refund.number:
            raise NotificationRefusedError(reason="order")
        if report.amount is not None and report.amount != refund.amount:
            raise NotificationRefusedError(reason="amount")
        event = _EVENTS.get(report.outcome)
        if event is None:
            return refund
        facts: dict[str, object] = {"provider_state": report.said}
        if event is RefundEvent.SAID_DONE:
            facts["done_at"] = report.done_at or self.clock.now()
        changed = refund.after(event, **facts)
        if changed is refund or (
            changed.state is refund.state and changed.provider_state == refund.provider_state
        ):
            return refund
        work.refunds.save(changed)
        if changed.state is not refund.state:
            self._follow(work, changed)
        return changed

    def note_asked(self, work: UnitOfWork, refund: Refund) -> Refund:
        """Return a refund with the question about it written down: others come first next."""
        asked = attrs.evolve(refund, queried_at=self.clock.now(), version=refund.version + 1)
        work.refunds.save(asked)
        return asked

    def _follow(self, work: UnitOfWork, refund: Refund) -> None:
        actor = Actor.system(refund.company_id)
        work.record(actor, _VERBS[refund.state], after=refund, reason=refund.reason)
        if refund.state is not RefundState.DONE:
            return
        scope = Scope(refund.company_id)
        order = work.orders.get(scope, refund.order)
        if not refund.bills:
            left = order.unapplied - refund.amount
            work.orders.save(attrs.evolve(order, unapplied=left, version=order.version + 1))
            return
        work.orders.reverse_settlements(order.number, refund.bills)
        found = work.bills.get_many(scope, refund.bills)
        paid = [require_paid(bill, BillAction.REFUND) for bill in found]
        reopened = [bill.refunded() for bill in paid]
        work.bills.save_all(reopened)
        changes = zip(paid, reopened, strict=True)
        work.record_all(actor, AuditAction.REFUNDED, changes, reason=refund.reason)
