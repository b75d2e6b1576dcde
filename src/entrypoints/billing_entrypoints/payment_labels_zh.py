"""The Chinese words about paying: states, verdicts, providers, and what their accounts ask for."""

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

PROVIDERS: Final[Mapping[str, str]] = {
    "sandbox": "沙盒（模拟支付）",
    "wechat_v3": "微信支付 v3",
    "wechat_v2": "微信支付 v2",
}

PROVIDER_NOTES: Final[Mapping[str, str]] = {
    "sandbox": "只用于试用和演示，不会真的收款。",
    "wechat_v3": "商户平台开通了 APIv3 的商户使用，推荐。",
    "wechat_v2": "只有商户号和支付密钥的老商户使用。没有商户证书时不能在线退款。",
}

SETTING_HINTS: Final[Mapping[str, str]] = {
    "api_key": "商户平台 → 账户中心 → API安全 中设置的 32 位密钥",
    "api_v3_key": "商户平台 → 账户中心 → API安全 中设置的 32 位密钥",
    "appid": "与商户号绑定的公众号 AppID，以 wx 开头",
    "certificate": "apiclient_cert.pem 的全部内容；没有它就不能在线退款",
    "certificate_key": "apiclient_key.pem 的全部内容",
    "mch_id": "微信支付商户号，纯数字",
    "mchid": "微信支付商户号，纯数字",
    "merchant_key": "apiclient_key.pem 的全部内容",
    "merchant_serial": "商户 API 证书的序列号",
    "platform_key": "微信支付公钥或平台证书的全部内容（PEM）",
    "platform_key_2": "与上面的编号对应的公钥或平台证书的全部内容（PEM）",
    "platform_serial": "PUB_KEY_ID_ 开头的公钥ID，或平台证书的序列号",
    "platform_serial_2": "更换公钥或证书期间填写，两把密钥签名的消息都接受",
    "refund_seconds": "模拟的退款到账时间，不填则立即到账",
    "sign_type": "MD5 或 HMAC-SHA256，不填则为 MD5",
}
"""Where a company finds what an account asks for; the words for the fields are in FIELDS."""


_REFUND_REASONS: Final = {UNAPPLIED: "到账的钱没有对应的缴费单，自动退回"}


def reason_label(reason: str) -> str:
    """Return why money goes back in words; what people wrote stays as it is."""
    return _REFUND_REASONS.get(reason, reason)


def provider_label(key: str) -> str:
    """Return the word for a provider; one without words stays as it is."""
    return PROVIDERS.get(key, key)
