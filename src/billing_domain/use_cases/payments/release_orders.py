"""Let go of an order that nobody can decide, so that its bills are not held for ever (5.3)."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.errors import FieldError, OrderUndecidedError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.order import OrderEvent, OrderNumber, PaymentOrder
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders

REASON_LENGTH_MAX: Final = 200


@attrs.frozen
class ReleaseOrders:
    """A person decides what the provider can't, and answers for it by name."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock

    def release(self, actor: Actor, *, number: OrderNumber, reason: str) -> PaymentOrder:
        """Return an order closed without the provider's word, its bills free again.

        Only one that is overdue: undecided for 2 hours. The provider is tried once more before,
        and asked about the order for days after: money that comes all the same settles bills
        that still are free, or goes back (rule 5.6). `reason` has 1..200 characters. Raises
        OrderUndecidedError for an order that is not overdue, FieldError, StaleError,
        ThingNotFoundError.
        """
        actor.require(Permission.REFUND_PAYMENTS)
        why = _clean_reason(reason)
        with self.begin(read_only=True) as work:
            seen = work.orders.get(actor.scope, number)
        if seen.state.open and not seen.overdue(self.clock.now()):
            raise OrderUndecidedError(order=number)
        order = self.decide.close(number, actor=actor)
        return order if not order.state.open else self._let_go(actor, number, why)

    def _let_go(self, actor: Actor, number: OrderNumber, reason: str) -> PaymentOrder:
        now = self.clock.now()
        with self.begin() as work:
            order, _ = work.orders.get(actor.scope, number).after(OrderEvent.RELEASED)
            released = order.closed(now)
            work.orders.save(released)
            work.record(actor, AuditAction.ORDER_RELEASED, after=released, reason=reason)
            work.commit()
        return released


def _clean_reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason:
        raise FieldError(field="reason", reason="required")
    if len(reason) > REASON_LENGTH_MAX:
        raise FieldError(field="reason", reason="too_long", value=reason)
    return reason
