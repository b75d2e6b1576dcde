"""The entries of the audit log about payments (rule 2.11)."""

from __future__ import annotations

import attrs

from billing_domain.model.bills.bill import Bill, bill_facts
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditId, audit_entry
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.system import Clock, IdGenerator


@attrs.frozen
class Trail:
    """Makes entries; whoever changes something adds them to the same unit of work."""

    clock: Clock
    ids: IdGenerator

    def bill(
        self, actor: Actor, action: AuditAction, old: Bill, new: Bill | None, reason: str = ""
    ) -> AuditEntry:
        """Return the entry about a change of a bill, `new` being None for one that is gone."""
        return audit_entry(
            AuditId(self.ids.new_id()),
            self.clock.now(),
            actor,
            action,
            ("bill", old.number),
            community_id=old.community_id,
            before=bill_facts(old),
            after=bill_facts(new) if new is not None else {},
            reason=reason,
        )

    def order(self, actor: Actor, action: AuditAction, order: PaymentOrder) -> AuditEntry:
        """Return the entry about what an order came to."""
        return audit_entry(
            AuditId(self.ids.new_id()),
            self.clock.now(),
            actor,
            action,
            ("payment_order", order.number),
            community_id=order.community_id,
            after={
                "number": order.number,
                "state": order.state.value,
                "total_fen": order.total.fen,
                "unapplied_fen": order.unapplied.fen,
                "provider_number": order.provider_number,
                "bills": " ".join(order.bills),
            },
        )

    def refund(self, actor: Actor, action: AuditAction, refund: Refund) -> AuditEntry:
        """Return the entry about what a refund came to."""
        return audit_entry(
            AuditId(self.ids.new_id()),
            self.clock.now(),
            actor,
            action,
            ("refund", refund.number),
            community_id=refund.community_id,
            after={
                "number": refund.number,
                "order": refund.order,
                "state": refund.state.value,
                "amount_fen": refund.amount.fen,
                "bills": " ".join(refund.bills),
            },
            reason=refund.reason,
        )
