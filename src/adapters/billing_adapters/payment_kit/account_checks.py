"""Checks of what a company entered about its account: each names the field that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import attrs
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from billing_domain.errors import FieldError

_Value = TypeVar("_Value")


def matches(
    pattern: re.Pattern[str], length_max: int = 255, *, secret: bool = False
) -> Callable[..., None]:
    """Return an attrs validator that raises FieldError, a secret's without its value."""

    def check(_account: object, field: attrs.Attribute[str], value: str) -> None:
        if not value:
            raise FieldError(field=field.name, reason="required")
        if len(value) > length_max or pattern.fullmatch(value) is None:
            shown = "" if secret else value
            raise FieldError(field=field.name, reason="format", value=shown)

    return check


def readable(field: str, read: Callable[[], _Value]) -> _Value:
    """Return what a key or certificate holds; raise FieldError for `format`.

    The library's own words may quote it, so the cause is left out.
    """
    try:
        return read()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise FieldError(field=field, reason="format") from None


def check_pair(key: PrivateKeyTypes, certificate: x509.Certificate, *, field: str) -> None:
    """Raise FieldError for `wrong` when a certificate is not over a key."""
    if key.public_key() != certificate.public_key():
        raise FieldError(field=field, reason="wrong")
