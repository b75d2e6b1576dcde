"""A gateway, the simulated provider that it calls, and the merchant's address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs

from billing_adapters.fakes.system import FrozenClock
from billing_domain.model.payments.order import PaymentMethod
from billing_domain.ports.payments.gateway import Notification, PaymentGateway
from billing_domain.testing.contracts import GatewayStage
from tests.simulators.merchant_endpoint import MerchantEndpoint
from tests.simulators.provider_simulator import ProviderSimulator

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai."""


@attrs.frozen
class Stage(GatewayStage):
    """The contract's stage at a simulator; `endpoint` hears the provider's notifications."""

    simulator: ProviderSimulator
    endpoint: MerchantEndpoint
    clock: FrozenClock

    @classmethod
    def of(
        cls, gateway: PaymentGateway, simulator: ProviderSimulator, endpoint: MerchantEndpoint
    ) -> Stage:
        """Return the stage of a gateway; paid orders send their notifications."""
        clock = simulator.clock
        assert isinstance(clock, FrozenClock)
        endpoint.gateway = gateway
        return cls(
            gateway=gateway,
            clock=clock,
            method=PaymentMethod.JSAPI,
            pay=lambda order: simulator.pay(order.number),
            next_day=lambda: clock.advance(timedelta(days=1)),
            simulator=simulator,
            endpoint=endpoint,
        )

    def heard(self) -> list[Notification]:
        """Deliver what is due and return all that the merchant has taken so far."""
        self.simulator.deliveries.deliver_due()
        return self.endpoint.messages

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))
