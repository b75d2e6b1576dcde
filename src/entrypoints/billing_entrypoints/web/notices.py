"""A sentence carried over a redirect in a signed cookie, shown once on the next page."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

import attrs


@attrs.frozen
class Notice:
    """What happened, for a toast; `kind` is `done` or `refused`."""

    text: str
    kind: str = "done"


def seal_notice(notice: Notice, secret: str) -> str:
    """Return a notice as a cookie value that only this deployment can have written."""
    body = base64.urlsafe_b64encode(f"{notice.kind}|{notice.text}".encode()).decode()
    return f"{body}.{_signature(body, secret)}"


def open_notice(value: str, secret: str) -> Notice | None:
    """Return the notice in a cookie, or None for one that we did not write."""
    body, _, signature = value.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, secret).encode()):
        return None
    try:
        kind, _, text = base64.urlsafe_b64decode(body).decode().partition("|")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return Notice(text, kind)


def _signature(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"notice:{body}".encode(), hashlib.sha256).hexdigest()
