"""Version 3: how we sign, how WeChat Pay signs, and what it encrypts for us.

A signature stands over the very bytes on the wire, so nothing here reads or re-writes a body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from billing_adapters.payment_kit.base64_text import from_base64
from billing_adapters.payment_kit.rsa_keys import sign, signed
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.platform_keys import PlatformKey
from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.system import Clock

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
FRESH_FOR: Final = timedelta(minutes=5)
"""A message this old, or this far ahead, is refused (P37)."""

PROBE_PREFIX: Final = "WECHATPAY/SIGNTEST/"
"""WeChat Pay sometimes signs wrongly on purpose, and stops paying whoever falls for it."""

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_NONCE: Final = re.compile(r"[!-~]{1,64}")


@attrs.frozen
class MerchantSigner:
    """Signs as the merchant."""

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
        """Return what the page hands to WeChat's bridge so that it asks for the payment."""
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
    """Tells WeChat Pay's messages from others."""

    keys: Mapping[str, PlatformKey]
    clock: Clock

    def check(self, headers: Mapping[str, str], body: bytes) -> None:
        """Return when a body is freshly signed by one of the keys.

        Raises NotificationRefusedError for `probe`, `stale` and, for all else, `signature`.
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
    """Return what was encrypted under the account's key; raise ValueError when it was not."""
    try:
        return AESGCM(api_v3_key.encode("ascii")).decrypt(
            nonce.encode("ascii"), from_base64(ciphertext), associated_data.encode("utf-8")
        )
    except InvalidTag:
        raise ValueError("not encrypted under this key, or altered") from None
