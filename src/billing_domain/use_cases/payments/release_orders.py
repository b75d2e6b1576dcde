"""Release the bills of an order that nobody can decide (rule 5.3)."""

from __future__ import annotations

from typing import Final

import attrs

from billing_domain.errors import OrderUndecidedError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Permission
from billing_domain.model.lines import clean_line
from billing_domain.model.payments.order import OrderEvent, OrderNumber, PaymentOrder
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.payments.resolve_orders import ResolveOrders

REASON_LENGTH_MAX: Final = 200


@attrs.frozen
class ReleaseOrders:
    """A person decides instead of the provider, and is named in the audit log."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock

    def release(self, actor: Actor, *, number: OrderNumber, reason: str) -> PaymentOrder:
        """Return an order closed without the provider's answer, its bills free again.

        Only for an overdue order: undecided for 2 hours. The provider is queried once more before,
        and for days after: late money settles bills that are still free, or is refunded (rule
        5.6). `reason` has 1..200 characters. Raises OrderUndecidedError for an order that is not
        overdue, FieldError, StaleError, ThingNotFoundError.
        """
        actor.require(Permission.REFUND_PAYMENTS)
        why = clean_line("reason", reason, length_max=REASON_LENGTH_MAX)
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
