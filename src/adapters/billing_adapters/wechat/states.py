"""States and error codes of WeChat Pay for orders and refunds, in both versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome

OUTCOMES: Final[Mapping[str, Outcome]] = {
    "SUCCESS": Outcome.PAID,
    # Paid, then refunded in part or whole.
    "REFUND": Outcome.PAID,
    "NOTPAY": Outcome.UNPAID,
    "PAYERROR": Outcome.UNPAID,
    "CLOSED": Outcome.CLOSED,
    "REVOKED": Outcome.CLOSED,
    "USERPAYING": Outcome.UNKNOWN,
}
"""The outcome of each order state; any other state is UNKNOWN."""

REFUND_OUTCOMES: Final[Mapping[str, RefundOutcome]] = {
    "SUCCESS": RefundOutcome.DONE,
    "PROCESSING": RefundOutcome.ACCEPTED,
    # The payer's card is closed. The money left the merchant, and an operator forwards it.
    "ABNORMAL": RefundOutcome.ACCEPTED,
    "CHANGE": RefundOutcome.ACCEPTED,
    "CLOSED": RefundOutcome.FAILED,
    "REFUNDCLOSE": RefundOutcome.FAILED,
}
"""The outcome of each refund state; any other state is UNKNOWN."""

PASSING_CODES: Final = frozenset(
    {
        "SYSTEM_ERROR",
        "SYSTEMERROR",
        "BANKERROR",
        "BIZERR_NEED_RETRY",
        "FREQUENCY_LIMITED",
        "INVALID_REQ_TOO_MUCH",
        "USERPAYING",
    }
)
"""Codes for a temporary failure: retry later."""

PLACED_BEFORE: Final = frozenset({"ORDERPAID", "ORDER_PAID", "OUT_TRADE_NO_USED"})
"""Codes for an order number in use: only a query tells the order's state."""

CLOSED_BEFORE: Final = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
NO_SUCH_ORDER: Final = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
NO_SUCH_REFUND: Final = frozenset({"RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS", "REFUNDNOTEXIST"})

CURRENCY: Final = "CNY"


def check_currency(currency: object) -> None:
    """Raise NotificationRefusedError for `amount` unless the currency is CNY (P09)."""
    if currency != CURRENCY:
        raise NotificationRefusedError(reason="amount")
