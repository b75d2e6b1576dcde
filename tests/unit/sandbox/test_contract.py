"""The sandbox keeps the contract of gateways, whichever way its payers come to the cashier."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from billing_adapters.fakes.system import FrozenClock
from billing_adapters.sandbox.cashier import SandboxCashier
from billing_adapters.sandbox.gateway import SandboxAccount, SandboxPaymentGateway
from billing_adapters.sandbox.provider import SandboxProvider
from billing_domain.model.payments.order import PaymentMethod, PaymentOrder
from billing_domain.ports.payments.cashier import CashierAction
from billing_domain.testing.contracts import GatewayStage, PaymentGatewayContract

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CASHIER = "https://fee.example.com/sandbox/cashier/"


class TestSandbox(PaymentGatewayContract):
    @pytest.fixture(params=[PaymentMethod.REDIRECT, PaymentMethod.NATIVE])
    def stage(self, request: pytest.FixtureRequest, tmp_path: Path) -> GatewayStage:
        clock = FrozenClock(NOON)
        provider = SandboxProvider(tmp_path / "sandbox.sqlite3", clock)
        account = SandboxAccount(
            id="a" * 32,
            notify_url="https://fee.example.com/callbacks/payments/1",
            cashier_url=CASHIER,
            return_url="https://fee.example.com/owner/orders/",
        )
        gateway, cashier = SandboxPaymentGateway(account, provider), SandboxCashier(provider)

        def pay(order: PaymentOrder) -> None:
            ticket = gateway.create(order, description="物业费")
            cashier.act(ticket.text.removeprefix(CASHIER), CashierAction.PAY_SILENTLY)

        return GatewayStage(
            gateway, clock, request.param, pay, lambda: clock.advance(timedelta(days=1))
        )
