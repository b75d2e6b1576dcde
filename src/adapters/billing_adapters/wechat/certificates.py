"""Downloading the platform certificates, for merchants without a WeChat Pay public key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from billing_adapters.payment_kit.json_fields import object_at, parse_object, text_at
from billing_adapters.payment_kit.malformed import MalformedMessageError, malformed_is_unknown
from billing_adapters.wechat.platform_keys import load_platform_keys
from billing_adapters.wechat.signing import PlatformVerifier, decrypt
from billing_adapters.wechat.v3_client import V3Client
from billing_domain.errors import NotificationRefusedError, ProviderUnavailableError

_PATH: Final = "/v3/certificates"


def download_certificates(client: V3Client) -> Mapping[str, str]:
    """Return the platform certificates in PEM by serial.

    They are encrypted under the account's key, which is what proves them; then one of them, or a
    key known before, must have signed the answer. Raises ProviderUnavailableError and
    ProviderRefusedError.
    """
    answer = client.fetch("GET", _PATH)
    with malformed_is_unknown():
        pems = _read(parse_object(answer.body), client.signer.account.api_v3_key)
        try:
            keys = load_platform_keys(pems)
        except ValueError:
            raise MalformedMessageError("certificate") from None
    verifier = PlatformVerifier({**client.verifier.keys, **keys}, client.clock)
    try:
        verifier.check(answer.headers, answer.body)
    except NotificationRefusedError as refused:
        raise ProviderUnavailableError(detail=f"answer's {refused.reason}") from refused
    return pems


def _read(document: dict[str, Any], api_v3_key: str) -> Mapping[str, str]:
    listed = document.get("data")
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise MalformedMessageError("data")
    return {text_at(item, "serial_no"): _opened(item, api_v3_key) for item in listed}


def _opened(item: dict[str, Any], api_v3_key: str) -> str:
    sealed = object_at(item, "encrypt_certificate")
    ciphertext = sealed.get("ciphertext")
    try:
        return decrypt(
            api_v3_key,
            nonce=text_at(sealed, "nonce"),
            ciphertext=ciphertext if isinstance(ciphertext, str) else "",
            associated_data=text_at(sealed, "associated_data"),
        ).decode("ascii")
    except ValueError:
        raise MalformedMessageError("ciphertext") from None
