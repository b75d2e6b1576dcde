"""The keys with which WeChat Pay signs: public keys and platform certificates.

While a merchant migrates from certificates to a public key, WeChat Pay signs with either. Keys are
stored by serial, and each message names the serial of its key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from billing_adapters.payment_kit.keys import public_key, strong

PUBLIC_KEY_PREFIX: Final = "PUB_KEY_ID_"
"""The prefix of a public key's id; any other serial belongs to a certificate."""


@attrs.frozen
class PlatformKey:
    """One key of WeChat Pay; a certificate's key expires, a public key does not."""

    key: RSAPublicKey
    first: datetime | None = None
    last: datetime | None = None

    def valid(self, at: datetime) -> bool:
        """Tell whether the key is valid at a moment."""
        began = self.first is None or self.first <= at
        return began and (self.last is None or at <= self.last)


def load_platform_key(serial: str, pem: str) -> PlatformKey:
    """Read a public key or a certificate, depending on the serial; raise ValueError.

    A certificate must have the given serial.
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
