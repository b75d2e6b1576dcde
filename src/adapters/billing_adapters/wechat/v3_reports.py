"""Version 3's answers about orders and refunds, as reports of the port."""

from __future__ import annotations

from typing import Any

from billing_adapters.payment_kit.fields import fen_at, moment_at, object_at, text_at
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.states import CURRENCY, OUTCOMES, REFUND_OUTCOMES, check_currency
from billing_domain.errors import NotificationRefusedError
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.refund import RefundNumber
from billing_domain.ports.payments.gateway import (
    OrderReport,
    Outcome,
    RefundOutcome,
    RefundReport,
)


def read_order(document: dict[str, Any], account: WechatV3Account) -> OrderReport:
    """Return a report; raise MalformedMessageError, NotificationRefusedError for `merchant`."""
    merchant = (text_at(document, "mchid"), text_at(document, "appid"))
    if merchant != (account.mchid, account.appid):
        raise NotificationRefusedError(reason="merchant")
    order = OrderNumber(text_at(document, "out_trade_no"))
    state = text_at(document, "trade_state")
    outcome = OUTCOMES.get(state, Outcome.UNKNOWN)
    if outcome is not Outcome.PAID:
        return OrderReport(order=order, outcome=outcome, provider_state=state)
    amount = object_at(document, "amount")
    check_currency(amount.get("currency", CURRENCY))
    return OrderReport(
        order=order,
        outcome=outcome,
        provider_state=state,
        provider_number=text_at(document, "transaction_id"),
        amount=fen_at(amount, "total"),
        paid_at=moment_at(document, "success_time"),
    )


def read_refund(document: dict[str, Any], *, state_name: str = "status") -> RefundReport:
    """Return a report; raise MalformedMessageError, NotificationRefusedError for `amount`."""
    state = text_at(document, state_name)
    outcome = REFUND_OUTCOMES.get(state, RefundOutcome.UNKNOWN)
    amount = object_at(document, "amount")
    check_currency(amount.get("currency", CURRENCY))
    done = outcome is RefundOutcome.DONE
    return RefundReport(
        refund=RefundNumber(text_at(document, "out_refund_no")),
        outcome=outcome,
        provider_state=state,
        done_at=moment_at(document, "success_time") if done else None,
        amount=fen_at(amount, "refund"),
    )
