"""微信支付 v2, for merchants who have 商户号 and 支付密钥 alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_adapters.http_client import ClientCertificate
from billing_adapters.wechat.accounts import PAY_URL, V2SignType, WechatV2Account
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_domain.errors import FieldError
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.gateway import PaymentGateway, SettingField, SettingKind
from billing_entrypoints.providers.provider import Provider, Site


def _build(values: Mapping[str, str], site: Site) -> PaymentGateway:
    certificate, key = values["certificate"], values["certificate_key"]
    if bool(certificate) != bool(key):
        missing = "certificate_key" if certificate else "certificate"
        raise FieldError(field=missing, reason="required")
    account = WechatV2Account(
        mch_id=values["mch_id"],
        appid=values["appid"],
        api_key=values["api_key"],
        notify_url=site.notify_url,
        sign_type=_sign_type(values["sign_type"]),
        certificate=ClientCertificate(certificate, key) if certificate else None,
    )
    return WechatV2PaymentGateway(
        account, http=site.connect(PAY_URL), clock=site.clock, ids=site.ids
    )


def _sign_type(text: str) -> V2SignType:
    try:
        return V2SignType(text or V2SignType.MD5.value)
    except ValueError:
        raise FieldError(field="sign_type", reason="unknown", value=text[:40]) from None


WECHAT_V2: Final = Provider(
    key=ProviderKey("wechat_v2"),
    label="微信支付 v2",
    note="只有商户号和支付密钥的老商户使用。没有商户证书时不能在线退款。",
    merchant="mch_id",
    fields=(
        SettingField("mch_id", "商户号", "微信支付商户号，纯数字", fixed=True),
        SettingField("appid", "AppID", "与商户号绑定的公众号 AppID，以 wx 开头", fixed=True),
        SettingField(
            "api_key", "支付密钥", "商户平台 → 账户中心 → API安全 中设置的 32 位密钥", secret=True
        ),
        SettingField("sign_type", "签名方式", "MD5 或 HMAC-SHA256，不填则为 MD5", required=False),
        SettingField(
            "certificate",
            "商户 API 证书",
            "apiclient_cert.pem 的全部内容；没有它就不能在线退款",
            kind=SettingKind.LINES,
            required=False,
        ),
        SettingField(
            "certificate_key",
            "商户证书私钥",
            "apiclient_key.pem 的全部内容",
            kind=SettingKind.LINES,
            secret=True,
            required=False,
        ),
    ),
    build=_build,
)
