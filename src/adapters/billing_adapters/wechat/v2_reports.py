"""Version 2's answers about orders and refunds, as reports of the port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_adapters.payment_kit.fields import (
    SPACED,
    MalformedMessageError,
    text_at,
    written_fen_at,
    written_moment_at,
)
from billing_adapters.wechat.accounts import WechatV2Account
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

SUCCESS: Final = "SUCCESS"
_NUMBER: Final = "out_refund_no"


def check_merchant(fields: Mapping[str, str], account: WechatV2Account) -> None:
    """Raise NotificationRefusedError for `merchant` when fields are for another account."""
    if (fields.get("mch_id"), fields.get("appid")) != (account.mch_id, account.appid):
        raise NotificationRefusedError(reason="merchant")


def read_order(fields: Mapping[str, str], state: str) -> OrderReport:
    """Return a report; raise MalformedMessageError, NotificationRefusedError for `amount`."""
    order = OrderNumber(text_at(fields, "out_trade_no"))
    outcome = OUTCOMES.get(state, Outcome.UNKNOWN)
    if outcome is not Outcome.PAID:
        return OrderReport(order=order, outcome=outcome, provider_state=state)
    check_currency(fields.get("fee_type", CURRENCY))
    return OrderReport(
        order=order,
        outcome=outcome,
        provider_state=state,
        provider_number=text_at(fields, "transaction_id"),
        amount=written_fen_at(fields, "total_fee"),
        paid_at=written_moment_at(fields, "time_end"),
    )


def read_accepted_refund(fields: Mapping[str, str]) -> RefundReport:
    """Return the report of an accepted refund; raise MalformedMessageError."""
    return RefundReport(
        refund=RefundNumber(text_at(fields, "out_refund_no")),
        outcome=RefundOutcome.ACCEPTED,
        provider_state="PROCESSING",
        amount=written_fen_at(fields, "refund_fee"),
    )


def read_queried_refund(fields: Mapping[str, str], number: RefundNumber) -> RefundReport:
    """Return the report of one refund among those that an answer lists by index."""
    listed = (name for name, text in fields.items() if text == number)
    suffix = next((n.removeprefix(_NUMBER) for n in listed if n.startswith(_NUMBER)), None)
    if suffix is None:
        raise MalformedMessageError(_NUMBER)
    state = text_at(fields, f"refund_status{suffix}")
    outcome = REFUND_OUTCOMES.get(state, RefundOutcome.UNKNOWN)
    done, moment = outcome is RefundOutcome.DONE, f"refund_success_time{suffix}"
    return RefundReport(
        refund=number,
        outcome=outcome,
        provider_state=state,
        done_at=written_moment_at(fields, moment, SPACED) if done else None,
        amount=written_fen_at(fields, f"refund_fee{suffix}"),
    )


def read_refund_hint(fields: Mapping[str, str]) -> RefundReport:
    """Return a report with outcome UNKNOWN: messages about refunds are not signed."""
    return RefundReport(
        refund=RefundNumber(text_at(fields, "out_refund_no")),
        outcome=RefundOutcome.UNKNOWN,
        provider_state=text_at(fields, "refund_status"),
        amount=written_fen_at(fields, "refund_fee"),
    )
