"""Orders and refunds as version 3 writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from billing_domain.model.shanghai import SHANGHAI
from tests.simulators.faults import Fault
from tests.simulators.merchant_ledger import LedgerOrder, LedgerRefund


def order_document(order: LedgerOrder, *, merchant: str, app: str) -> dict[str, Any]:
    """Return what a query and a notification say about an order."""
    document: dict[str, Any] = {
        "mchid": merchant,
        "appid": app,
        "out_trade_no": order.number,
        "trade_state": order.state,
        "trade_state_desc": order.state,
        "payer": {"openid": order.openid},
        "amount": {"total": order.amount, "currency": "CNY"},
    }
    if order.paid_at is not None:
        document |= {
            "transaction_id": order.transaction_id,
            "trade_type": "JSAPI" if order.openid else "NATIVE",
            "bank_type": "OTHERS",
            "attach": "",
            "success_time": rfc3339(order.paid_at),
        }
        document["amount"] |= {"payer_total": order.amount, "payer_currency": "CNY"}
    return document


def refund_document(refund: LedgerRefund) -> dict[str, Any]:
    """Return what a request to refund and a query say about a refund."""
    document: dict[str, Any] = {
        "refund_id": refund.reference,
        "out_refund_no": refund.number,
        "transaction_id": refund.order.transaction_id,
        "out_trade_no": refund.order.number,
        "user_received_account": "支付用户零钱",
        "create_time": rfc3339(refund.made_at),
        "status": refund.state,
        "amount": {
            "total": refund.order.amount,
            "refund": refund.amount,
            "payer_total": refund.order.amount,
            "payer_refund": refund.amount,
            "currency": "CNY",
        },
    }
    if refund.done_at is not None:
        document["success_time"] = rfc3339(refund.done_at)
    return document


def rfc3339(at: datetime) -> str:
    """Return a moment as version 3 writes it."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def spoiled(document: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """Return an answer that will be signed well and says something else."""
    amount = document.get("amount", {})
    changes: dict[Fault | None, dict[str, Any]] = {
        Fault.OTHER_AMOUNT: {
            "amount": {name: n + 1 if isinstance(n, int) else n for name, n in amount.items()}
        },
        Fault.OTHER_CURRENCY: {"amount": {**amount, "currency": "USD"}},
        Fault.OTHER_MERCHANT: {"mchid": "1900000110"},
        Fault.OTHER_APP: {"appid": "wx9999999999999999"},
        Fault.OTHER_ORDER: {"out_trade_no": "OTHER000001", "out_refund_no": "OTHER000001"},
        Fault.UNKNOWN_STATE: {"trade_state": "SOMETHING_NEW", "status": "SOMETHING_NEW"},
        Fault.USERPAYING: {"trade_state": "USERPAYING"},
    }
    if fault is Fault.MISSING_FIELDS:
        return {}
    return {**document, **changes.get(fault, {})}
