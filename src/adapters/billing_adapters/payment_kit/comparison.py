"""An answer about an order must be about that order, that refund and that money (P09)."""

from __future__ import annotations

from billing_domain.errors import NotificationRefusedError
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.payments.gateway import OrderReport, RefundReport


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
