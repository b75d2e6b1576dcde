"""Version 2: one shared key signs both directions and encrypts messages about refunds."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

import attrs
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.padding import PKCS7

from billing_adapters.payment_kit.keys import from_base64, same_text
from billing_adapters.wechat.accounts import V2SignType, WechatV2Account
from billing_domain.errors import NotificationRefusedError


def signature(fields: Mapping[str, str], api_key: str, sign_type: V2SignType) -> str:
    """Return the signature over all non-empty fields except `sign`, in upper-case hex."""
    signed = sorted((name, text) for name, text in fields.items() if text and name != "sign")
    message = "&".join([*(f"{name}={text}" for name, text in signed), f"key={api_key}"]).encode()
    if sign_type is V2SignType.HMAC_SHA256:
        return hmac.new(api_key.encode(), message, hashlib.sha256).hexdigest().upper()
    return hashlib.md5(message, usedforsecurity=False).hexdigest().upper()


@attrs.frozen
class V2Signer:
    """Signs and verifies with the account's key and sign type only."""

    account: WechatV2Account

    def signed(self, fields: Mapping[str, str]) -> dict[str, str]:
        """Return the fields with their signature."""
        return {**fields, "sign": self._signature(fields)}

    def check(self, fields: Mapping[str, str]) -> None:
        """Check the signature of fields; raise NotificationRefusedError for `signature`."""
        if not same_text(fields.get("sign", ""), self._signature(fields)):
            raise NotificationRefusedError(reason="signature")

    def bridge_parameters(self, prepay_id: str, *, at: datetime, nonce: str) -> dict[str, str]:
        """Return the signed parameters with which the page asks WeChat for the payment."""
        parameters = {
            "appId": self.account.appid,
            "timeStamp": str(int(at.timestamp())),
            "nonceStr": nonce,
            "package": f"prepay_id={prepay_id}",
            "signType": self.account.sign_type.value,
        }
        return {**parameters, "paySign": self._signature(parameters)}

    def _signature(self, fields: Mapping[str, str]) -> str:
        return signature(fields, self.account.api_key, self.account.sign_type)


def decrypt_refund(api_key: str, text: str) -> bytes:
    """Decrypt a message about a refund; raise ValueError for a wrong key or text.

    The mode is ECB, which does not prove that the message is unaltered.
    """
    key = hashlib.md5(api_key.encode(), usedforsecurity=False).hexdigest().encode()
    decryptor = Cipher(AES256(key), modes.ECB()).decryptor()  # noqa: S305 - the provider's choice
    padded = decryptor.update(from_base64(text)) + decryptor.finalize()
    unpadder = PKCS7(AES256.block_size).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
