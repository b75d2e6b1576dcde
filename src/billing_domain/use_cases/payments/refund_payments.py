"""Refund an owner's money: one person proposes, another approves (rule 5.8)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import FieldError, RefundRefusedError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.lines import clean_line
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder, order_number
from billing_domain.model.payments.refund import Refund, RefundEvent, RefundNumber, refund_job
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.payments.send_refunds import SendRefunds

REASON_LENGTH_MAX: Final = 80
"""The maximal length that every provider accepts."""

SENDER_GRACE: Final = timedelta(seconds=30)
"""The time for the approver's own attempt to send; afterwards a worker may send."""


@attrs.frozen
class RefundPayments:
    """Refunds of online payments by staff."""

    begin: UnitOfWorkFactory
    send: SendRefunds
    clock: Clock
    ids: IdGenerator

    def propose(
        self,
        actor: Actor,
        *,
        order: OrderNumber,
        bills: Collection[BillNumber] = (),
        reason: str,
    ) -> Refund:
        """Return a new refund of a paid order's bills; no bills given means all that are left.

        `reason` has 1..80 characters and is shown to the payer. Raises RefundRefusedError for an
        unpaid order, FieldError for bills that the order does not settle or another refund claims,
        StaleError when somebody else refunds the same order now.
        """
        actor.require(Permission.REFUND_PAYMENTS)
        why = clean_line("reason", reason, length_max=REASON_LENGTH_MAX)
        with self.begin() as work:
            paid = work.orders.get(actor.scope, order)
            if paid.state is not OrderState.PAID:
                raise RefundRefusedError(
                    number=order, state=paid.state.value, event=RefundEvent.APPROVE.value
                )
            chosen = _refundable(work, paid, bills)
            refund = Refund.of(
                paid,
                Money.total(item.amount for item in chosen),
                serial=self.ids.order_serial(),
                reason=why,
                by=actor.id,
                at=self.clock.now(),
                bills=tuple(item.bill for item in chosen),
            )
            # Saving the order's next version prevents another refund of the same money.
            work.orders.save(attrs.evolve(paid, version=paid.version + 1))
            work.refunds.add(refund)
            work.record(actor, AuditAction.REFUND_PROPOSED, after=refund, reason=why)
            work.commit()
        return refund

    def approve(self, actor: Actor, *, number: RefundNumber) -> Refund:
        """Approve a refund that another person proposed, and send it (rule 5.8).

        If the provider can't say, the refund stays approved and the outbox continues. Raises
        RefundRefusedError for the actor's own refund or a decided one, FieldError for bills whose
        money was returned otherwise meanwhile, ThingNotFoundError.
        """
        actor.require(Permission.REFUND_PAYMENTS)

        def approved(work: UnitOfWork, refund: Refund) -> Refund:
            changed = refund.approve(actor.id)
            _claim(work, refund)
            self._send(work, changed)
            return changed

        self._change(actor, number, AuditAction.REFUND_APPROVED, approved)
        return self.send.advance(number)

    def reject(self, actor: Actor, *, number: RefundNumber) -> Refund:
        """Reject a proposed refund, so that nothing is sent; raises the errors of approve."""
        actor.require(Permission.REFUND_PAYMENTS)
        return self._change(
            actor,
            number,
            AuditAction.REFUND_REJECTED,
            lambda _, refund: refund.after(RefundEvent.REJECT, approved_by=actor.id),
        )

    def retry(self, actor: Actor, *, number: RefundNumber) -> Refund:
        """Send a failed refund again under its number, unless the provider has used the number up.

        Then a new refund of the same money is made, and the failed one is rejected. Raises the
        errors of approve.
        """
        actor.require(Permission.REFUND_PAYMENTS)
        with self.begin(read_only=True) as work:
            work.refunds.get(actor.scope, number).after(RefundEvent.RETRY)
        if self.send.number_is_spent(number):
            return self.send.advance(self._renew(actor, number).number)

        def retried(work: UnitOfWork, refund: Refund) -> Refund:
            changed = refund.after(RefundEvent.RETRY)
            _claim(work, refund)
            self._send(work, changed)
            return changed

        self._change(actor, number, AuditAction.REFUND_RETRIED, retried)
        return self.send.advance(number)

    def _send(self, work: UnitOfWork, refund: Refund) -> None:
        """Store a job that continues where the sending after this transaction stops."""
        now = self.clock.now()
        job = refund_job(self.ids.new_id(), refund, now, due_at=now + SENDER_GRACE)
        work.outbox.add_all([job])

    def _renew(self, actor: Actor, number: RefundNumber) -> Refund:
        """Return a new approved refund of a failed refund's money."""
        with self.begin() as work:
            failed = work.refunds.get(actor.scope, number)
            _claim(work, failed)
            renewed = attrs.evolve(
                failed.after(RefundEvent.RETRY),
                number=RefundNumber(order_number(self.clock.now(), self.ids.order_serial())),
                queried_at=None,
                provider_state="",
                version=1,
            )
            # Reject the failed refund, so that its money is sent only once.
            work.refunds.save(failed.after(RefundEvent.REJECT))
            work.refunds.add(renewed)
            self._send(work, renewed)
            work.record(actor, AuditAction.REFUND_RETRIED, after=renewed, reason=renewed.reason)
            work.commit()
        return renewed

    def _change(
        self,
        actor: Actor,
        number: RefundNumber,
        action: AuditAction,
        change: Callable[[UnitOfWork, Refund], Refund],
    ) -> Refund:
        with self.begin() as work:
            changed = change(work, work.refunds.get(actor.scope, number))
            work.refunds.save(changed)
            work.record(actor, action, after=changed, reason=changed.reason)
            work.commit()
        return changed


def _claim(work: UnitOfWork, refund: Refund) -> None:
    """Raise FieldError unless the bills are settled and no other refund claims them.

    A failed refund does not claim its bills, so another may have returned the money.
    """
    if not refund.bills:
        return
    order = work.orders.find(refund.order)
    assert order is not None  # noqa: S101 - no refund is kept without its order
    _refundable(work, order, refund.bills, but=refund.number)
    work.orders.save(attrs.evolve(order, version=order.version + 1))


def _refundable(
    work: UnitOfWork,
    order: PaymentOrder,
    bills: Collection[BillNumber],
    *,
    but: RefundNumber | None = None,
) -> list[OnlineSettlement]:
    """Return the settlements to refund; raise FieldError unless all bills are free.

    `but` is a refund whose own claim does not count.
    """
    claimed = {
        bill
        for refund in work.refunds.of_order(order.number)
        if refund.state.holds_money and refund.number != but
        for bill in refund.bills
    }
    free = {
        item.bill: item
        for item in work.orders.settled_by(order.number)
        if not item.reversed and item.bill not in claimed
    }
    wanted = sorted(set(bills)) or sorted(free)
    for number in wanted:
        if number not in free:
            raise FieldError(field="refund_bills", reason="unknown", value=number)
    if not wanted:
        raise FieldError(field="refund_bills", reason="required")
    return [free[number] for number in wanted]
