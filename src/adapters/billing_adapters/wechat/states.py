"""The words of WeChat Pay for orders and refunds, the same in both versions but for spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.payments.gateway import Outcome, RefundOutcome

OUTCOMES: Final[Mapping[str, Outcome]] = {
    "SUCCESS": Outcome.PAID,
    # Paid, and then given back in part or whole: the money did come.
    "REFUND": Outcome.PAID,
    "NOTPAY": Outcome.UNPAID,
    "PAYERROR": Outcome.UNPAID,
    "CLOSED": Outcome.CLOSED,
    "REVOKED": Outcome.CLOSED,
    "USERPAYING": Outcome.UNKNOWN,
}
"""What a state of an order means; any other is unknown."""

REFUND_OUTCOMES: Final[Mapping[str, RefundOutcome]] = {
    "SUCCESS": RefundOutcome.DONE,
    "PROCESSING": RefundOutcome.ACCEPTED,
    # The payer's bank card is gone. The merchant's money left, and an operator sends it on.
    "ABNORMAL": RefundOutcome.ACCEPTED,
    "CHANGE": RefundOutcome.ACCEPTED,
    "CLOSED": RefundOutcome.FAILED,
    "REFUNDCLOSE": RefundOutcome.FAILED,
}
"""What a state of a refund means; any other is unknown."""

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
"""What it says when it does not know itself or has no time: ask again later."""

PLACED_BEFORE: Final = frozenset({"ORDERPAID", "ORDER_PAID", "OUT_TRADE_NO_USED"})
"""What it says of an order that is there already: only a query tells how it stands."""

CLOSED_BEFORE: Final = frozenset({"ORDER_CLOSED", "ORDERCLOSED"})
NO_SUCH_ORDER: Final = frozenset({"ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS"})
NO_SUCH_REFUND: Final = frozenset({"RESOURCE_NOT_EXISTS", "REFUND_NOT_EXISTS", "REFUNDNOTEXIST"})

CURRENCY: Final = "CNY"


def check_currency(currency: object) -> None:
    """Refuse money that is not renminbi; raise NotificationRefusedError for `amount` (P09)."""
    if currency != CURRENCY:
        raise NotificationRefusedError(reason="amount")
