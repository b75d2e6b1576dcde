"""RSA keys as platforms issue them, the signatures of most providers, and secrets compared."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
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

_KEY_BITS_MIN: Final = 2048
_PEM_MARK: Final = "-----BEGIN "


def private_key(text: str) -> RSAPrivateKey:
    """Read a private key, PKCS#1 or PKCS#8, in PEM or in the base64 of PEM without its marks.

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
    """Read a public key of 2048 bits or more, in PEM or in the base64 of PEM without its marks.

    Raises ValueError or UnsupportedAlgorithm.
    """
    if _PEM_MARK in text:
        return strong(load_pem_public_key(text.encode("ascii")))
    return strong(load_der_public_key(_unlined(text)))


def strong(key: object) -> RSAPublicKey:
    """Return the key if it is RSA with 2048 bits or more; raise ValueError."""
    if not isinstance(key, RSAPublicKey) or key.key_size < _KEY_BITS_MIN:
        raise ValueError("not an RSA key of 2048 bits")
    return key


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Return a signature by SHA-256 and PKCS#1 v1.5, in base64."""
    return b64encode(key.sign(message, PKCS1v15(), SHA256())).decode("ascii")


def signed(key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Tell whether a base64 signature of a message was made with the key."""
    try:
        key.verify(from_base64(signature), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def same_text(given: str, expected: str) -> bool:
    """Compare two texts in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def from_base64(text: str) -> bytes:
    """Decode base64; raise ValueError unless encoding the result returns the same text."""
    content = b64decode(text, validate=True)
    if b64encode(content).decode("ascii") != text:
        raise ValueError("base64 is not written like this")
    return content


def _unlined(text: str) -> bytes:
    return from_base64("".join(text.split()))
