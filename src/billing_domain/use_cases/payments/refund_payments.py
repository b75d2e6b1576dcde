"""Send an owner's money back: proposed by one person, approved by another (rule 5.8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import FieldError, RefundRefusedError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentOrder, order_number
from billing_domain.model.payments.refund import Refund, RefundEvent, RefundNumber, refund_job
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.payments.send_refunds import SendRefunds

REASON_LENGTH_MAX: Final = 80
"""The shortest that any provider takes."""

SENDER_GRACE: Final = timedelta(seconds=30)
"""How long whoever approves a refund has for sending it; only then does a worker take it up."""


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
        """Return a new refund of bills of a paid order, of all that are left when none is named.

        `reason` has 1..80 characters and is shown to the payer. Raises RefundRefusedError for an
        order that is not paid, FieldError for bills that it does not settle or that another
        refund speaks for, StaleError when somebody refunds the same order now.
        """
        actor.require(Permission.REFUND_PAYMENTS)
        why = _clean_reason(reason)
        with self.begin() as work:
            paid = work.orders.get(actor.scope, order)
            if paid.state is not OrderState.PAID:
                raise RefundRefusedError(
                    number=order, state=paid.state.value, event=RefundEvent.APPROVE.value
                )
            chosen = _refundable(work, paid, bills)
            refund = self._new(actor, paid, chosen, why)
            # The order's next version lets nobody else speak for the same money.
            work.orders.save(attrs.evolve(paid, version=paid.version + 1))
            work.refunds.add(refund)
            work.record(actor, AuditAction.REFUND_PROPOSED, after=refund, reason=why)
            work.commit()
        return refund

    def approve(self, actor: Actor, *, number: RefundNumber) -> Refund:
        """Approve a refund that somebody else proposed, and send it (rule 5.8).

        A provider that can't say leaves it approved: the outbox goes on. Raises
        RefundRefusedError for one's own refund or one that was decided, FieldError for bills
        whose money went back another way meanwhile, ThingNotFoundError.
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
        """Reject a proposed refund; nothing was sent. Raises as approve."""
        actor.require(Permission.REFUND_PAYMENTS)
        return self._change(
            actor,
            number,
            AuditAction.REFUND_REJECTED,
            lambda _, refund: refund.after(RefundEvent.REJECT, approved_by=actor.id),
        )

    def retry(self, actor: Actor, *, number: RefundNumber) -> Refund:
        """Send a failed refund again, under its number unless the provider has ended that.

        Then there is a new refund of the same money, and the failed one stays. Raises as approve.
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
        """Let a worker go on where the sending that follows this transaction ends."""
        now = self.clock.now()
        job = refund_job(self.ids.new_id(), refund, now, due_at=now + SENDER_GRACE)
        work.outbox.add_all([job])

    def _renew(self, actor: Actor, number: RefundNumber) -> Refund:
        """Return a new refund of a failed one's money, approved as that was."""
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
            # The failed one is given up, so that its money is asked for once.
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

    def _new(
        self, actor: Actor, order: PaymentOrder, chosen: Sequence[OnlineSettlement], why: str
    ) -> Refund:
        now = self.clock.now()
        return Refund(
            number=RefundNumber(order_number(now, self.ids.order_serial())),
            order=order.number,
            company_id=order.company_id,
            community_id=order.community_id,
            account_id=order.account_id,
            provider=order.provider,
            amount=Money.total(item.amount for item in chosen),
            bills=tuple(item.bill for item in chosen),
            reason=why,
            proposed_by=actor.id,
            proposed_at=now,
        )


def _claim(work: UnitOfWork, refund: Refund) -> None:
    """Raise FieldError unless the refund's bills are settled and no other one speaks for them.

    A refund that failed lets others speak for its bills; money never goes back twice.
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
    """Return the settlements to refund; raise FieldError unless every bill is free for it.

    `but` is a refund that may speak for them.
    """
    spoken = {
        bill
        for refund in work.refunds.of_order(order.number)
        if refund.state.holds_money and refund.number != but
        for bill in refund.bills
    }
    free = {
        item.bill: item
        for item in work.orders.settled_by(order.number)
        if not item.reversed and item.bill not in spoken
    }
    wanted = sorted(set(bills)) or sorted(free)
    for number in wanted:
        if number not in free:
            raise FieldError(field="refund_bills", reason="unknown", value=number)
    if not wanted:
        raise FieldError(field="refund_bills", reason="required")
    return [free[number] for number in wanted]


def _clean_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise FieldError(field="reason", reason="required")
    if len(reason) > REASON_LENGTH_MAX:
        raise FieldError(field="reason", reason="too_long", value=reason)
    return reason
