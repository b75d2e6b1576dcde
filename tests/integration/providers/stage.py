"""A gateway, the provider that it calls and the merchant's address, ready to play."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import attrs

from billing_adapters.fakes.system import FrozenClock
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    OrderNumber,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
)
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.payments.gateway import Notification, PaymentGateway
from tests.simulators.merchant_endpoint import MerchantEndpoint
from tests.simulators.provider_simulator import ProviderSimulator

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai."""

_SERIALS = itertools.count(1)


@attrs.frozen
class Stage:
    """What a test of a gateway plays with; `endpoint` hears the provider's notifications."""

    gateway: PaymentGateway
    simulator: ProviderSimulator
    endpoint: MerchantEndpoint
    clock: FrozenClock

    def placed(self, *fen: int, method: PaymentMethod = PaymentMethod.JSAPI) -> PaymentOrder:
        """Return an order that the provider knows."""
        order = new_order(*fen, at=self.clock.now(), method=method)
        self.gateway.create(order, description="物业费")
        return order

    def paid(self, *fen: int) -> PaymentOrder:
        """Return an order that was paid; its notification is under way."""
        order = self.placed(*fen)
        self.simulator.pay(order.number)
        return order

    def heard(self) -> list[Notification]:
        """Deliver what is due and return all that the merchant has taken so far."""
        self.simulator.deliveries.deliver_due()
        return self.endpoint.messages

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))


def new_order(
    *fen: int, at: datetime = NOON, method: PaymentMethod = PaymentMethod.JSAPI
) -> PaymentOrder:
    """Return an order of bills of these amounts, by default one of 0.01 yuan."""
    amounts = fen or (1,)
    return PaymentOrder(
        number=OrderNumber(f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S}{next(_SERIALS):012d}"),
        company_id=CompanyId("c" * 32),
        community_id=CommunityId("d" * 32),
        account_id=AccountId("a" * 32),
        provider=ProviderKey("wechat"),
        method=method,
        payer=Payer(resident_id="e" * 32, name="张三", openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        request_key=f"request-{next(_SERIALS)}",
        lines=tuple(
            OrderLine(BillNumber(f"20261120120000{index:07d}"), Money(amount))
            for index, amount in enumerate(amounts)
        ),
        created_at=at,
    )


def new_refund(order: PaymentOrder, fen: int, reason: str = "重复缴费") -> Refund:
    """Return a refund of part of an order."""
    return Refund(
        number=RefundNumber(f"{order.number[:14]}{next(_SERIALS):012d}"),
        order=order.number,
        company_id=order.company_id,
        community_id=order.community_id,
        account_id=order.account_id,
        provider=order.provider,
        amount=Money(fen),
        reason=reason,
        proposed_by="system",
        proposed_at=order.created_at,
    )
