"""Version 3: signs requests, verifies signatures of WeChat Pay, and decrypts its messages.

A signature covers the exact bytes on the wire, so this module never parses or rewrites a body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from billing_adapters.payment_kit.keys import from_base64, sign, signed
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.platform_keys import PlatformKey
from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.system import Clock

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
FRESH_FOR: Final = timedelta(minutes=5)
"""An older message, or one from this far in the future, is refused (P37)."""

PROBE_PREFIX: Final = "WECHATPAY/SIGNTEST/"
"""WeChat Pay sends wrong signatures as tests, and blocks merchants who accept them."""

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_NONCE: Final = re.compile(r"[!-~]{1,64}")


@attrs.frozen
class MerchantSigner:
    """Signs requests with the merchant's key."""

    account: WechatV3Account

    def authorization(
        self, method: str, target: str, body: bytes, *, at: datetime, nonce: str
    ) -> str:
        """Return the Authorization header of a request; `target` is path and query as sent."""
        timestamp = int(at.timestamp())
        head = f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode()
        signature = sign(self.account.signing_key, head + body + b"\n")
        return (
            f'{SCHEME} mchid="{self.account.mchid}",nonce_str="{nonce}",'
            f'signature="{signature}",timestamp="{timestamp}",'
            f'serial_no="{self.account.merchant_serial}"'
        )

    def bridge_parameters(self, prepay_id: str, *, at: datetime, nonce: str) -> dict[str, str]:
        """Return the signed parameters with which the page asks WeChat for the payment."""
        timestamp, package = str(int(at.timestamp())), f"prepay_id={prepay_id}"
        message = f"{self.account.appid}\n{timestamp}\n{nonce}\n{package}\n"
        return {
            "appId": self.account.appid,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": sign(self.account.signing_key, message.encode()),
        }


@attrs.frozen
class PlatformVerifier:
    """Verifies that a message comes from WeChat Pay."""

    keys: Mapping[str, PlatformKey]
    clock: Clock

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Check that a body has a fresh signature of one of the keys.

        Raises NotificationRefusedError for `probe`, `stale`, and otherwise `signature`.
        """
        signature = headers.get("wechatpay-signature", "")
        if signature.startswith(PROBE_PREFIX):
            raise NotificationRefusedError(reason="probe")
        timestamp = headers.get("wechatpay-timestamp", "")
        nonce = headers.get("wechatpay-nonce", "")
        scheme = headers.get("wechatpay-signature-type", SCHEME)
        plain = _TIMESTAMP.fullmatch(timestamp) and _NONCE.fullmatch(nonce)
        if not plain or scheme != SCHEME:
            raise NotificationRefusedError(reason="signature")
        now = self.clock.now()
        if abs(now.timestamp() - int(timestamp)) >= FRESH_FOR.total_seconds():
            raise NotificationRefusedError(reason="stale")
        key = self.keys.get(headers.get("wechatpay-serial", ""))
        message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        if key is None or not key.valid(now) or not signed(key.key, message, signature):
            raise NotificationRefusedError(reason="signature")


def decrypt(api_v3_key: str, *, nonce: str, ciphertext: str, associated_data: str) -> bytes:
    """Decrypt with the account's API v3 key; raise ValueError for a wrong key or text."""
    try:
        return AESGCM(api_v3_key.encode("ascii")).decrypt(
            nonce.encode("ascii"), from_base64(ciphertext), associated_data.encode("utf-8")
        )
    except InvalidTag:
        raise ValueError("not encrypted under this key, or altered") from None
