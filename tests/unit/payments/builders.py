"""Bills, orders and refunds for tests of the model, without any storage."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs

from billing_domain.model.bills.bill import PaidBill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber, bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import CommunityId, CompanyId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.payments.refund import Refund
from billing_domain.model.period import BillingPeriod

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMUNITY = CommunityId("c" * 32)
COMPANY = CompanyId("d" * 32)
ACCOUNT = AccountId("a" * 32)
SANDBOX = ProviderKey("sandbox")
ONLINE = Settlement(PaymentChannel.ONLINE, NOW)
IN_CASH = Settlement(PaymentChannel.CASH, NOW)


def number(serial: int) -> BillNumber:
    return bill_number(NOW, serial)


def pending(serial: int = 1, fen: int = 100_00, **fields: Any) -> PendingBill:
    given: dict[str, Any] = {
        "number": number(serial),
        "community_id": COMMUNITY,
        "house_id": HouseId("h" * 32),
        "fee_type": FeeType.PROPERTY,
        "amount": Money(fen),
        "period": BillingPeriod(date(2026, 1, 1), date(2026, 12, 31)),
        "imported_at": NOW - timedelta(days=1),
    }
    return PendingBill(**{**given, **fields})


def paid(serial: int = 1, fen: int = 100_00, settlement: Settlement = ONLINE) -> PaidBill:
    return pending(serial, fen).pay(settlement)


def order_of(*bills: PendingBill | PaidBill, serial: int = 1, **fields: Any) -> PaymentOrder:
    given: dict[str, Any] = {
        "number": order_number(NOW, serial),
        "company_id": COMPANY,
        "community_id": COMMUNITY,
        "account_id": ACCOUNT,
        "provider": SANDBOX,
        "method": PaymentMethod.JSAPI,
        "payer": Payer("r" * 32, "王小明", "openid-1"),
        "request_key": f"request-{serial}",
        "lines": tuple(OrderLine(bill.number, bill.amount) for bill in bills),
        "created_at": NOW,
    }
    return PaymentOrder(**{**given, **fields})


def refund_of(order: PaymentOrder, fen: int, serial: int = 900, **fields: Any) -> Refund:
    refund = Refund.of(order, Money(fen), serial=serial, reason="重复缴费", by="staff-1", at=NOW)
    return attrs.evolve(refund, **fields)
