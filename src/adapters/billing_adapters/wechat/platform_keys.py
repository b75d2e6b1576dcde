"""The keys that WeChat Pay signs with: public keys and platform certificates side by side.

While a merchant moves from certificates to a public key, messages come signed by either, so the
keys are kept by their serial and the message says which one it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from billing_adapters.payment_kit.rsa_keys import public_key, strong

PUBLIC_KEY_PREFIX: Final = "PUB_KEY_ID_"
"""How the id of a WeChat Pay public key begins; any other serial is a certificate's."""


@attrs.frozen
class PlatformKey:
    """One key of WeChat Pay's; a certificate's lasts until its end, a public key for good."""

    key: RSAPublicKey
    first: datetime | None = None
    last: datetime | None = None

    def valid(self, at: datetime) -> bool:
        """Tell whether a moment lies within the key's lifetime."""
        began = self.first is None or self.first <= at
        return began and (self.last is None or at <= self.last)


def load_platform_key(serial: str, pem: str) -> PlatformKey:
    """Read a public key or a certificate, as its serial says; raise ValueError for others.

    A certificate must carry the serial that it is listed under.
    """
    if serial.startswith(PUBLIC_KEY_PREFIX):
        return PlatformKey(public_key(pem))
    certificate = x509.load_pem_x509_certificate(pem.encode("ascii"))
    if certificate.serial_number != int(serial, 16):
        raise ValueError("the certificate has another serial")
    return PlatformKey(
        key=strong(certificate.public_key()),
        first=certificate.not_valid_before_utc,
        last=certificate.not_valid_after_utc,
    )


def load_platform_keys(pems: Mapping[str, str]) -> Mapping[str, PlatformKey]:
    """Read keys by serial; raise ValueError when one of them can't be used."""
    return {serial: load_platform_key(serial, pem) for serial, pem in pems.items()}
