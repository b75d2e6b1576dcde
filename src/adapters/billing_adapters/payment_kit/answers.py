"""What answers mean: reports compared with what was asked (P09), refusals, and our own answers."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.payments.gateway import OrderReport, RefundReport

_YES, _REFUSED, _LATER = 200, 401, 500
_REASONS: Final = frozenset(
    {"signature", "stale", "probe", "merchant", "format", "amount", "order"}
)


def nothing_known(refused: ProviderRefusedError) -> ProviderUnavailableError:
    """Return the error of a refused query: the object's state stays unknown."""
    detail = f"{refused.provider_code} {refused.detail}".strip()
    return ProviderUnavailableError(detail=detail)


def answer_status(*, settled: bool, reason: str) -> int:
    """Return the HTTP status that answers a message: 200 settled, 401 refused, 500 failed."""
    if settled:
        return _YES
    return _REFUSED if reason in _REASONS else _LATER


def compared_order(report: OrderReport, order: PaymentOrder) -> OrderReport:
    """Return the report; raise NotificationRefusedError for `order` or `amount`."""
    if report.order != order.number:
        raise NotificationRefusedError(reason="order")
    if report.amount not in {None, order.total}:
        raise NotificationRefusedError(reason="amount")
    return report


def compared_refund(report: RefundReport, refund: Refund) -> RefundReport:
    """Return the report; raise NotificationRefusedError for `order` or `amount`."""
    if report.refund != refund.number:
        raise NotificationRefusedError(reason="order")
    if report.amount not in {None, refund.amount}:
        raise NotificationRefusedError(reason="amount")
    return report
