"""微信支付 v3, for merchants with APIv3."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from billing_adapters.wechat.accounts import PAY_URL, WechatV3Account, check_platform_key
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import FieldError
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.gateway import PaymentGateway, SettingField, SettingKind
from billing_entrypoints.providers.provider import Provider, Site

_PLATFORM_KEYS: Final = (
    ("platform_serial", "platform_key"),
    ("platform_serial_2", "platform_key_2"),
)
"""The second pair stands beside the first while a merchant moves from one key to another."""

_SERIAL: Final = re.compile(r"[0-9A-Za-z_]{1,64}")


def _build(values: Mapping[str, str], site: Site) -> PaymentGateway:
    account = WechatV3Account(
        mchid=values["mchid"],
        appid=values["appid"],
        merchant_serial=values["merchant_serial"],
        merchant_key=values["merchant_key"],
        api_v3_key=values["api_v3_key"],
        platform_keys=_platform_keys(values),
        notify_url=site.notify_url,
    )
    return WechatPaymentGateway(
        account, http=site.connect(PAY_URL), clock=site.clock, ids=site.ids
    )


def _platform_keys(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return PEM texts by serial; each is checked alone, so that the wrong one is named."""
    keys: dict[str, str] = {}
    for serial_field, key_field in _PLATFORM_KEYS:
        serial, pem = values[serial_field], values[key_field]
        if not serial and not pem:
            continue
        if not serial or not pem:
            raise FieldError(field=key_field if serial else serial_field, reason="required")
        if _SERIAL.fullmatch(serial) is None:
            raise FieldError(field=serial_field, reason="format", value=serial[:40])
        if serial in keys:
            raise FieldError(field=serial_field, reason="taken", value=serial)
        check_platform_key(serial, pem, field=key_field)
        keys[serial] = pem
    return keys


WECHAT_V3: Final = Provider(
    key=ProviderKey("wechat_v3"),
    label="微信支付 v3",
    note="商户平台开通了 APIv3 的商户使用，推荐。",
    merchant="mchid",
    fields=(
        SettingField("mchid", "商户号", "微信支付商户号，纯数字", fixed=True),
        SettingField("appid", "AppID", "与商户号绑定的公众号 AppID，以 wx 开头", fixed=True),
        SettingField("merchant_serial", "商户证书序列号", "商户 API 证书的序列号"),
        SettingField(
            "merchant_key",
            "商户 API 私钥",
            "apiclient_key.pem 的全部内容",
            kind=SettingKind.LINES,
            secret=True,
        ),
        SettingField(
            "api_v3_key",
            "APIv3 密钥",
            "商户平台 → 账户中心 → API安全 中设置的 32 位密钥",
            secret=True,
        ),
        SettingField(
            "platform_serial", "微信支付公钥ID", "PUB_KEY_ID_ 开头的公钥ID，或平台证书的序列号"
        ),
        SettingField(
            "platform_key",
            "微信支付公钥",
            "微信支付公钥或平台证书的全部内容（PEM）",
            kind=SettingKind.LINES,
        ),
        SettingField(
            "platform_serial_2",
            "第二把微信支付公钥ID",
            "更换公钥或证书期间填写，两把密钥签名的消息都接受",
            required=False,
        ),
        SettingField(
            "platform_key_2",
            "第二把微信支付公钥",
            "与上面的编号对应的公钥或平台证书的全部内容（PEM）",
            kind=SettingKind.LINES,
            required=False,
        ),
    ),
    build=_build,
)
