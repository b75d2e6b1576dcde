"""Version 3's messages about payments and refunds, and our answers (rule 5.5, P37)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from billing_adapters.payment_kit.answers import answer_status
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_refused,
    object_at,
    parse_object,
    text_at,
)
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.signing import PlatformVerifier, decrypt
from billing_adapters.wechat.v3_reports import read_order, read_refund
from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.payments.gateway import Acknowledgement, Notification

MESSAGE_BYTES_MAX: Final = 256 * 1024
"""Messages have a few kilobytes; longer ones are refused before hashing."""

_NONCE_BYTES: Final = 12


def read_notification(
    headers: Mapping[str, str],
    body: bytes,
    *,
    account: WechatV3Account,
    verifier: PlatformVerifier,
) -> Notification:
    """Return a verified message; raise NotificationRefusedError for any other."""
    if len(body) > MESSAGE_BYTES_MAX:
        raise NotificationRefusedError(reason="format")
    verifier.check(headers, body)
    with malformed_is_refused():
        message = parse_object(body)
        resource = _opened(object_at(message, "resource"), account.api_v3_key)
        return _notification(message, resource, account)


def acknowledgement(*, settled: bool, reason: str) -> Acknowledgement:
    """Return the answer to a message; see answer_status for its status."""
    failure = json.dumps({"code": "FAIL", "message": reason or "later"}).encode("ascii")
    return Acknowledgement(
        status=answer_status(settled=settled, reason=reason),
        content_type="application/json",
        body=b"" if settled else failure,
    )


def _notification(
    message: dict[str, Any], resource: dict[str, Any], account: WechatV3Account
) -> Notification:
    number, event = text_at(message, "id"), text_at(message, "event_type")
    if event.startswith("TRANSACTION."):
        return Notification(number, order=read_order(resource, account))
    if not event.startswith("REFUND."):
        raise MalformedMessageError("event_type")
    if text_at(resource, "mchid") != account.mchid:
        raise NotificationRefusedError(reason="merchant")
    return Notification(number, refund=read_refund(resource, state_name="refund_status"))


def _opened(resource: dict[str, Any], key: str) -> dict[str, Any]:
    nonce, associated = text_at(resource, "nonce"), resource.get("associated_data", "")
    if text_at(resource, "algorithm") != "AEAD_AES_256_GCM" or len(nonce) != _NONCE_BYTES:
        raise MalformedMessageError("algorithm")
    ciphertext = resource.get("ciphertext")
    if not isinstance(ciphertext, str) or not isinstance(associated, str):
        raise MalformedMessageError("ciphertext")
    try:
        content = decrypt(key, nonce=nonce, ciphertext=ciphertext, associated_data=associated)
    except ValueError:
        raise MalformedMessageError("ciphertext") from None
    return parse_object(content)
