"""The Chinese words about paying: states and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_domain.model.owners.registration import RegistrationState
from billing_domain.model.payments.order import OrderState, PaymentMethod
from billing_domain.model.payments.received_message import Verdict
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.payments.gateway import Outcome
from billing_domain.services.payments.settle_orders import UNAPPLIED

ORDER_STATES: Final[Mapping[OrderState, str]] = {
    OrderState.CREATED: "已创建",
    OrderState.WAITING: "等待支付",
    OrderState.PAID: "已支付",
    OrderState.CLOSED: "已关闭",
}

REFUND_STATES: Final[Mapping[RefundState, str]] = {
    RefundState.PROPOSED: "待审核",
    RefundState.APPROVED: "已同意，待提交",
    RefundState.SENT: "退款中",
    RefundState.DONE: "已退款",
    RefundState.FAILED: "退款失败",
    RefundState.REJECTED: "已驳回",
}

REGISTRATION_STATES: Final[Mapping[RegistrationState, str]] = {
    RegistrationState.WAITING: "待审核",
    RegistrationState.APPROVED: "已通过",
    RegistrationState.REJECTED: "已驳回",
}

VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.RECEIVED: "已收到，未处理完",
    Verdict.BOOKED: "已入账",
    Verdict.REFUSED: "已拒绝",
    Verdict.FAILED: "处理失败",
}

METHODS: Final[Mapping[PaymentMethod, str]] = {
    PaymentMethod.JSAPI: "微信内支付",
    PaymentMethod.NATIVE: "扫码支付",
    PaymentMethod.REDIRECT: "跳转收银台",
}

OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.PAID: "已支付",
    Outcome.UNPAID: "未支付",
    Outcome.CLOSED: "已关闭",
    Outcome.UNKNOWN: "无法确认",
}

NOTIFICATION_REASONS: Final[Mapping[str, str]] = {
    "signature": "签名不正确",
    "stale": "时间戳过期",
    "probe": "渠道的验签探测",
    "merchant": "商户号或 AppID 不是本账户的",
    "format": "内容无法识别或太大",
    "amount": "金额与支付单不一致",
    "order": "没有对应的支付单",
    "content": "与之前同一条通知的内容不一致",
}
"""Why a provider's message was refused; the codes are those of NotificationRefusedError."""


_REFUND_REASONS: Final = {UNAPPLIED: "到账的钱没有对应的缴费单，自动退回"}


def reason_label(reason: str) -> str:
    """Return why money goes back in words; what people wrote stays as it is."""
    return _REFUND_REASONS.get(reason, reason)
