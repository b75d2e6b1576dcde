"""Make a kept order known to its provider and get the ticket to pay it (rules 5.3, P16)."""

from __future__ import annotations

import attrs

from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError
from billing_domain.model.company.actor import Actor, Scope
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.payments.order import OrderEvent, PaymentOrder, Ticket
from billing_domain.ports.payments.gateway import PaymentGateway
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.resolve_orders import ResolveOrders


@attrs.frozen
class PlaceOrders:
    """Calls providers between units of work of its own.

    `description_form` is what the payer reads at the provider, with `{community}` and `{count}`.
    """

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    clock: Clock
    description_form: str

    def place(self, order: PaymentOrder) -> PaymentOrder:
        """Return the order with its ticket; one that has it or is not open stays as it is.

        The provider knows the order by its number, so placing it again makes no second one.
        Raises ProviderUnavailableError, when the order waits on and may be placed again, and
        ProviderRefusedError, when it is closed. What comes back closed was given up meanwhile.
        """
        if order.ticket is not None or not order.state.open:
            return order
        gateway = self.decide.gateway(order.account_id)
        description = self._description(order)
        try:
            ticket = gateway.create(order, description=description)
        except ProviderUnavailableError as error:
            self._note(order, OrderEvent.PLACING_UNKNOWN, provider_state=error.detail)
            raise
        except ProviderRefusedError as error:
            self._note(order, OrderEvent.PLACING_REFUSED, provider_state=error.provider_code)
            raise
        placed = self._note(order, OrderEvent.PLACED, ticket=ticket)
        if placed.ticket is None and not placed.state.open:
            # Somebody gave the order up before the provider knew it; now it can be closed
            # there, and nobody ever saw the ticket (P04).
            return self._close(gateway, placed)
        return placed

    def _description(self, order: PaymentOrder) -> str:
        with self.begin(read_only=True) as work:
            community = work.communities.get(Scope(order.company_id), order.community_id)
        return self.description_form.format(community=community.name, count=len(order.lines))

    def _note(self, order: PaymentOrder, event: OrderEvent, **facts: str | Ticket) -> PaymentOrder:
        def attempt() -> PaymentOrder:
            with self.begin() as work:
                stored = work.orders.get(Scope(order.company_id), order.number)
                changed = self._after(work, stored, event, facts)
                work.commit()
            return changed

        return retrying(attempt)

    def _after(
        self,
        work: UnitOfWork,
        stored: PaymentOrder,
        event: OrderEvent,
        facts: dict[str, str | Ticket],
    ) -> PaymentOrder:
        changed, _ = stored.after(event, **facts)
        if changed is stored:
            return stored
        if not changed.state.open:
            changed = changed.closed(self.clock.now())
            actor = Actor.system(stored.company_id)
            work.record(actor, AuditAction.ORDER_CLOSED, after=changed)
        work.orders.save(changed)
        return changed

    def _close(self, gateway: PaymentGateway, order: PaymentOrder) -> PaymentOrder:
        try:
            report = gateway.close(order)
        except ProviderUnavailableError:
            return order
        return self.decide.book(order.number, report)
