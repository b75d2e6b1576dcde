"""RSA keys as platforms hand them out, and the signatures that most providers make with them."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

from billing_adapters.payment_kit.base64_text import from_base64

_KEY_BITS_MIN: Final = 2048
_PEM_MARK: Final = "-----BEGIN "


def private_key(text: str) -> RSAPrivateKey:
    """Read a private key, PKCS#1 or PKCS#8, in PEM or as the base64 between its lines.

    Raises ValueError, TypeError or UnsupportedAlgorithm, as cryptography does.
    """
    if _PEM_MARK in text:
        key: object = load_pem_private_key(text.encode("ascii"), password=None)
    else:
        key = load_der_private_key(_unlined(text), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("not an RSA key")
    return key


def public_key(text: str) -> RSAPublicKey:
    """Read a public key of 2048 bits or more, in PEM or as the base64 between its lines.

    Raises ValueError or UnsupportedAlgorithm.
    """
    if _PEM_MARK in text:
        return strong(load_pem_public_key(text.encode("ascii")))
    return strong(load_der_public_key(_unlined(text)))


def strong(key: object) -> RSAPublicKey:
    """Return an RSA key of 2048 bits or more; raise ValueError for any other."""
    if not isinstance(key, RSAPublicKey) or key.key_size < _KEY_BITS_MIN:
        raise ValueError("not an RSA key of 2048 bits")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Return a signature by SHA-256 and PKCS#1 v1.5, in base64."""
    return b64encode(key.sign(message, PKCS1v15(), SHA256())).decode("ascii")


def signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Tell whether a signature in base64 is the key's over a message."""
    try:
        key.verify(from_base64(signature), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _unlined(text: str) -> bytes:
    return from_base64("".join(text.split()))
