"""Find out what became of open orders by asking or closing at the provider (rules 2.5, 5.7)."""

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
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.settle_orders import SettleOrders


@attrs.frozen
class ResolveOrders:
    """Asks providers between units of work of its own, never inside one."""

    begin: UnitOfWorkFactory
    gateways: GatewayFactory
    reports: SettleOrders

    def gateway(self, account_id: AccountId) -> PaymentGateway:
        """Return the gateway of a merchant account.

        Raises ThingNotFoundError for an unknown account and ProviderRefusedError for settings
        that can't be used.
        """
        with self.begin(read_only=True) as work:
            account = work.payment_accounts.find(account_id)
        if account is None:
            raise ThingNotFoundError(kind="payment_account", id=account_id)
        return self.gateways(account)

    def ask(self, number: OrderNumber) -> PaymentOrder:
        """Return an order after asking its provider; one that is not open is not asked about.

        When the provider can't say, or says something about another order or amount, the order
        waits on and `provider_state` tells why (rule 5.3, P09). Raises ThingNotFoundError.
        """
        return self._decide(number, lambda gateway, order: gateway.query(order))

    def close(self, number: OrderNumber, *, actor: Actor | None = None) -> PaymentOrder:
        """Return an order after closing it at its provider; it may turn out to be paid.

        `actor` is who wanted that, for the audit log. Still open means that the provider can't
        say. Raises ThingNotFoundError.
        """
        return self._decide(number, lambda gateway, order: gateway.close(order), actor)

    def check(self, number: OrderNumber) -> PaymentOrder:
        """Return a closed order after asking once more whether it was paid after all (P11).

        When the provider can't say, it is asked again ten minutes later. Raises
        ThingNotFoundError, and NotificationRefusedError when the provider says something about
        another order or amount, which a person must look into (P09).
        """
        with self.begin(read_only=True) as work:
            order = work.orders.find(number)
        if order is None:
            raise ThingNotFoundError(kind="payment_order", id=number)
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

        Raises OrderPaidMeanwhileError when one was paid, so that its bills are settled now, and
        OrderUndecidedError when its provider can't say.
        """
        with self.begin(read_only=True) as work:
            rivals = set(work.orders.holding(bills).values())
        self.close_all(rivals, actor=actor)

    def close_all(self, rivals: Collection[OrderNumber], *, actor: Actor | None = None) -> None:
        """Close orders, in ascending order of number; raise as `free` does."""
        for number in sorted(rivals):
            order = self.close(number, actor=actor)
            if order.state is OrderState.PAID:
                raise OrderPaidMeanwhileError(order=number)
            if order.state.open:
                raise OrderUndecidedError(order=number)

    def book(
        self, number: OrderNumber, report: OrderReport, *, actor: Actor | None = None
    ) -> PaymentOrder:
        """Write a report down in a unit of work of its own, and return the order after it.

        Raises NotificationRefusedError as `SettleOrders.book` does, and ThingNotFoundError.
        """

        def attempt() -> PaymentOrder:
            with self.begin() as work:
                order = work.orders.find(number)
                if order is None:
                    raise ThingNotFoundError(kind="payment_order", id=number)
                booked = self.reports.book(work, order, report, actor=actor)
                work.commit()
            return booked

        return retrying(attempt)

    def _checked(
        self, number: OrderNumber, *, answered: bool, provider_state: str | None = None
    ) -> PaymentOrder:
        def attempt() -> PaymentOrder:
            with self.begin() as work:
                order = work.orders.find(number)
                if order is None or order.query_again_at is None:
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
            order = work.orders.find(number)
        if order is None:
            raise ThingNotFoundError(kind="payment_order", id=number)
        if not order.state.open:
            return order
        try:
            report = question(self.gateway(order.account_id), order)
            return self.book(number, report, actor=actor)
        except ProviderUnavailableError as error:
            said = error.detail
        except ProviderRefusedError as error:
            said = error.provider_code
        except NotificationRefusedError as error:
            said = f"refused: {error.reason}"
        except FieldError as error:
            said = f"settings: {error.field}"
        return self.book(number, OrderReport(number, Outcome.UNKNOWN, said))
