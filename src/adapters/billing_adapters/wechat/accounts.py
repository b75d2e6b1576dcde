"""A merchant's account at WeChat Pay, as a company enters it (rule 5.9).

The constructor checks every setting, so a wrong key fails on the settings page and not at a
payment. Secrets never appear in `repr` or in an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Final

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from billing_adapters.http_client import ClientCertificate
from billing_adapters.payment_kit.account_checks import check_pair, matches, readable
from billing_adapters.payment_kit.keys import private_key
from billing_adapters.wechat.platform_keys import (
    PUBLIC_KEY_PREFIX,
    PlatformKey,
    load_platform_key,
)

PAY_URL: Final = "https://api.mch.weixin.qq.com"
NOTIFY_URL_LENGTH_MAX: Final = 255

_API_KEY: Final = re.compile(r"[0-9A-Za-z]{32}")
_MERCHANT: Final = re.compile(r"[0-9]{8,15}")
_APP: Final = re.compile(r"wx[0-9a-zA-Z]{6,30}")
_SERIAL: Final = re.compile(r"[0-9A-F]{8,40}")
_NOTIFY_URL: Final = re.compile(r"https?://[0-9A-Za-z.:\[\]-]+/[0-9A-Za-z._~/-]*")


class V2SignType(Enum):
    """The signature of version 2; the merchant chooses, the default is MD5."""

    MD5 = "MD5"
    HMAC_SHA256 = "HMAC-SHA256"


def check_platform_key(serial: str, pem: str, *, field: str) -> None:
    """Raise FieldError for `field` when a key of WeChat Pay is unusable."""
    readable(field, lambda: load_platform_key(serial, pem))


@attrs.frozen(kw_only=True, slots=False)
class WechatV3Account:
    """A direct merchant of the API of version 3.

    `merchant_serial` and `merchant_key` are the merchant certificate's serial and private key
    (PEM), `api_v3_key` has 32 letters and digits. `platform_keys` are PEM texts by serial: WeChat
    Pay public keys under `PUB_KEY_ID_…`, platform certificates under their serials. Without
    platform keys, every message is refused. `notify_url` has no query. Raises FieldError, for
    secrets without the value.
    """

    mchid: str = attrs.field(validator=matches(_MERCHANT))
    appid: str = attrs.field(validator=matches(_APP))
    merchant_serial: str = attrs.field(validator=matches(_SERIAL))
    merchant_key: str = attrs.field(repr=False)
    api_v3_key: str = attrs.field(repr=False, validator=matches(_API_KEY, secret=True))
    platform_keys: Mapping[str, str] = attrs.field(repr=False)
    notify_url: str = attrs.field(validator=matches(_NOTIFY_URL, NOTIFY_URL_LENGTH_MAX))

    def __attrs_post_init__(self) -> None:
        _ = self.signing_key, self.verifying_keys

    @cached_property
    def signing_key(self) -> RSAPrivateKey:
        """The merchant's private key."""
        return readable("merchant_key", lambda: private_key(self.merchant_key))

    @cached_property
    def verifying_keys(self) -> Mapping[str, PlatformKey]:
        """WeChat Pay's keys by serial."""
        pems = self.platform_keys.items()
        return readable("platform_keys", lambda: {n: load_platform_key(n, pem) for n, pem in pems})

    @property
    def public_key_id(self) -> str:
        """The id of the WeChat Pay public key, which requests must name; empty for none."""
        ids = (serial for serial in self.platform_keys if serial.startswith(PUBLIC_KEY_PREFIX))
        return next(ids, "")


@attrs.frozen(kw_only=True)
class WechatV2Account:
    """A direct merchant of the API of version 2: 商户号 and 支付密钥.

    `certificate` is the merchant's API certificate, which refunds require. Raises FieldError, for
    secrets without the value.
    """

    mch_id: str = attrs.field(validator=matches(_MERCHANT))
    appid: str = attrs.field(validator=matches(_APP))
    api_key: str = attrs.field(repr=False, validator=matches(_API_KEY, secret=True))
    notify_url: str = attrs.field(validator=matches(_NOTIFY_URL, NOTIFY_URL_LENGTH_MAX))
    sign_type: V2SignType = V2SignType.MD5
    certificate: ClientCertificate | None = attrs.field(default=None, repr=False)

    @certificate.validator
    def _certificate_fits_its_key(self, _field: object, shown: ClientCertificate | None) -> None:
        if shown is None:
            return
        certificate = readable(
            "certificate",
            lambda: x509.load_pem_x509_certificate(shown.certificate.encode("utf-8")),
        )
        key = readable("certificate", lambda: private_key(shown.key))
        check_pair(key, certificate, field="certificate")
