"""Key and certificate in one file under a password (.pfx, .p12), as banks hand them out."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from billing_adapters.payment_kit.account_checks import check_pair, readable
from billing_adapters.payment_kit.base64_text import from_base64
from billing_domain.errors import FieldError

_WRONG_PASSWORD = "Invalid password"  # noqa: S105 - how cryptography's words begin


def key_and_certificate(
    text: str, password: str, *, field: str, password_field: str
) -> tuple[RSAPrivateKey, x509.Certificate]:
    """Read a file that is kept in base64.

    Raises FieldError: `wrong` for the password; for the file `format` when it is none or holds
    no RSA key, and `wrong` when it holds no certificate over its key.
    """
    content = readable(field, lambda: from_base64(text))
    key, certificate, _ = readable(field, lambda: _opened(content, password, password_field))
    if not isinstance(key, RSAPrivateKey):
        raise FieldError(field=field, reason="format")
    if certificate is None:
        raise FieldError(field=field, reason="wrong")
    check_pair(key, certificate, field=field)
    return key, certificate


def _opened(
    content: bytes, password: str, password_field: str
) -> tuple[object, x509.Certificate | None, list[x509.Certificate]]:
    try:
        return load_key_and_certificates(content, password.encode("utf-8"))
    except ValueError as error:
        if str(error).startswith(_WRONG_PASSWORD):
            raise FieldError(field=password_field, reason="wrong") from None
        raise
