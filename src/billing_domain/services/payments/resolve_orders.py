"""Find out the state of open orders by querying or closing them at the provider (2.5, 5.7)."""

from __future__ import annotations

from collections.abc import Callable, Collection

import attrs

from billing_domain.errors import (
    FieldError,
    NotificationRefusedError,
    OrderPaidMeanwhileError,
    OrderUndecidedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.payments.order import AccountId, OrderNumber, OrderState, PaymentOrder
from billing_domain.ports.payments.gateway import (
    GatewayFactory,
    OrderReport,
    Outcome,
    PaymentGateway,
)
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.settle_orders import SettleOrders


@attrs.frozen
class ResolveOrders:
    """Calls providers between its own units of work, never inside one."""

    begin: UnitOfWorkFactory
    gateways: GatewayFactory
    reports: SettleOrders

    def gateway(self, account_id: AccountId) -> PaymentGateway:
        """Return the gateway of a merchant account.

        Raises ThingNotFoundError for an unknown account and ProviderRefusedError for unusable
        settings.
        """
        with self.begin(read_only=True) as work:
            account = work.payment_accounts.find(account_id)
        if account is None:
            raise ThingNotFoundError(kind="payment_account", id=account_id)
        return self.gateways(account)

    def ask(self, number: OrderNumber) -> PaymentOrder:
        """Return an order after querying its provider; an order that is not open is not queried.

        If the provider can't say, or reports another order or amount, the order stays open and
        `provider_state` says why (rule 5.3, P09). Raises ThingNotFoundError.
        """
        return self._decide(number, lambda gateway, order: gateway.query(order))

    def close(self, number: OrderNumber, *, actor: Actor | None = None) -> PaymentOrder:
        """Return an order after closing it at its provider; it may turn out to be paid.

        `actor` asked for the closing, for the audit log. An order still open means that the
        provider can't say. Raises ThingNotFoundError.
        """
        return self._decide(number, lambda gateway, order: gateway.close(order), actor)

    def check(self, number: OrderNumber) -> PaymentOrder:
        """Return a closed order after querying once more whether it was paid (P11).

        If the provider can't say, the next query is in ten minutes. Raises ThingNotFoundError, and
        NotificationRefusedError if the provider reports another order or amount, which a person
        must check (P09).
        """
        with self.begin(read_only=True) as work:
            order = _stored(work, number)
        try:
            report = self.gateway(order.account_id).query(order)
        except (ProviderUnavailableError, ProviderRefusedError, FieldError):
            return self._checked(number, answered=False)
        if report.outcome is not Outcome.PAID:
            return self._checked(number, answered=True)
        try:
            return self.book(number, report)
        except NotificationRefusedError as error:
            self._checked(number, answered=False, provider_state=f"refused: {error.reason}")
            raise

    def free(self, bills: Collection[BillNumber], *, actor: Actor | None = None) -> None:
        """Close every open order that reserves one of the bills, for an actor (rule 2.5).

        Raises OrderPaidMeanwhileError if an order was paid, so its bills are settled now, and
        OrderUndecidedError if its provider can't say.
        """
        with self.begin(read_only=True) as work:
            rivals = set(work.orders.holding(bills).values())
        self.close_all(rivals, actor=actor)

    def close_all(self, rivals: Collection[OrderNumber], *, actor: Actor | None = None) -> None:
        """Close orders by ascending number; raises the errors of `free`."""
        for number in sorted(rivals):
            order = self.close(number, actor=actor)
            if order.state is OrderState.PAID:
                raise OrderPaidMeanwhileError(order=number)
            if order.state.open:
                raise OrderUndecidedError(order=number)

    def book(
        self, number: OrderNumber, report: OrderReport, *, actor: Actor | None = None
    ) -> PaymentOrder:
        """Book a report in its own unit of work and return the resulting order.

        Raises NotificationRefusedError like `SettleOrders.book`, and ThingNotFoundError.
        """

        def attempt() -> PaymentOrder:
            with self.begin() as work:
                booked = self.reports.book(work, _stored(work, number), report, actor=actor)
                work.commit()
            return booked

        return retrying(attempt)

    def _checked(
        self, number: OrderNumber, *, answered: bool, provider_state: str | None = None
    ) -> PaymentOrder:
        def attempt() -> PaymentOrder:
            with self.begin() as work:
                order = _stored(work, number)
                if order.query_again_at is None:
                    raise ThingNotFoundError(kind="payment_order", id=number)
                checked = self.reports.note_checked(
                    work, order, answered=answered, provider_state=provider_state
                )
                work.commit()
            return checked

        return retrying(attempt)

    def _decide(
        self,
        number: OrderNumber,
        question: Callable[[PaymentGateway, PaymentOrder], OrderReport],
        actor: Actor | None = None,
    ) -> PaymentOrder:
        with self.begin(read_only=True) as work:
            order = _stored(work, number)
        if not order.state.open:
            return order
        try:
            report = question(self.gateway(order.account_id), order)
            return self.book(number, report, actor=actor)
        except ProviderUnavailableError as error:
            provider_state = error.detail
        except ProviderRefusedError as error:
            provider_state = error.provider_code
        except NotificationRefusedError as error:
            provider_state = f"refused: {error.reason}"
        except FieldError as error:
            provider_state = f"settings: {error.field}"
        return self.book(number, OrderReport(number, Outcome.UNKNOWN, provider_state))


def _stored(work: UnitOfWork, number: OrderNumber) -> PaymentOrder:
    order = work.orders.find(number)
    if order is None:
        raise ThingNotFoundError(kind="payment_order", id=number)
    return order
