"""Guards taken away on purpose, to see that somebody notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import attrs

from billing_domain.errors import BillingError, ProviderUnavailableError
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import OrderNumber, PaymentOrder, ProviderKey
from billing_domain.ports.payments.gateway import (
    GatewayFactory,
    OrderReport,
    Outcome,
    PaymentGateway,
    ProviderForm,
)
from billing_domain.ports.payments.storage import OrderRepository
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.services.payments.resolve_orders import ResolveOrders


@attrs.frozen
class BlindDecisions(ResolveOrders):
    """Writes what was read before asking, and takes `no row updated` for success."""

    def ask(self, number: OrderNumber) -> PaymentOrder:
        """Return the order after asking, whatever happened to it meanwhile."""
        with self.begin(read_only=True) as work:
            before = work.orders.find(number)
        assert before is not None
        try:
            report = self.gateway(before.account_id).query(before)
        except BillingError:
            return before
        with self.begin() as work:
            booked = self.reports.book(cast("UnitOfWork", _BlindWork(work)), before, report)
            work.commit()
        return booked


class HastyGateways(GatewayFactory):
    """Gateways that take silence for closed."""

    def __init__(self, usual: GatewayFactory) -> None:
        self._usual = usual

    @property
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        """The usual ones."""
        return self._usual.providers

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the account's gateway, in haste."""
        return cast("PaymentGateway", _HastyGateway(self._usual(account)))


class _Wrapped:
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _BlindWork(_Wrapped):
    @property
    def orders(self) -> OrderRepository:
        return cast("OrderRepository", _BlindOrders(self._inner.orders))


class _BlindOrders(_Wrapped):
    def save(self, order: PaymentOrder) -> None:
        stored = self._inner.find(order.number)
        if stored is not None and stored.version == order.version - 1:
            self._inner.save(order)


class _HastyGateway(_Wrapped):
    def query(self, order: PaymentOrder) -> OrderReport:
        return _hasty(self._inner.query, order)

    def close(self, order: PaymentOrder) -> OrderReport:
        return _hasty(self._inner.close, order)


def _hasty(question: Callable[[PaymentOrder], OrderReport], order: PaymentOrder) -> OrderReport:
    try:
        return question(order)
    except ProviderUnavailableError:
        return OrderReport(order.number, Outcome.CLOSED, said="")
