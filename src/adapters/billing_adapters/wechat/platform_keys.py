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
from cryptography.hazmat.primitives.serialization import load_pem_public_key

PUBLIC_KEY_PREFIX: Final = "PUB_KEY_ID_"
"""How the id of a WeChat Pay public key begins; any other serial is a certificate's."""

_KEY_BITS_MIN: Final = 2048


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
    content = pem.encode("ascii")
    if serial.startswith(PUBLIC_KEY_PREFIX):
        return PlatformKey(_rsa(load_pem_public_key(content)))
    certificate = x509.load_pem_x509_certificate(content)
    if certificate.serial_number != int(serial, 16):
        raise ValueError("the certificate has another serial")
    return PlatformKey(
        key=_rsa(certificate.public_key()),
        first=certificate.not_valid_before_utc,
        last=certificate.not_valid_after_utc,
    )


def load_platform_keys(pems: Mapping[str, str]) -> Mapping[str, PlatformKey]:
    """Read keys by serial; raise ValueError when one of them can't be used."""
    return {serial: load_platform_key(serial, pem) for serial, pem in pems.items()}


def _rsa(key: object) -> RSAPublicKey:
    if not isinstance(key, RSAPublicKey) or key.key_size < _KEY_BITS_MIN:
        raise ValueError("WeChat Pay signs with RSA keys of 2048 bits")
    return key
