"""Addresses of our own pages, and how texts from outside are kept from leading elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode, urlsplit

START: Final = "/staff/bills"
SIGN_IN: Final = "/sign-in"
_LENGTH_MAX: Final = 2_000


def own_path(text: str, *, default: str = START) -> str:
    """Return the path and query of an address of a staff page, else the default.

    Only `/staff/...` counts, so that a link to the sign-in page can't send anybody away.
    """
    if len(text) > _LENGTH_MAX or not text.isprintable() or "\\" in text:
        return default
    try:
        parts = urlsplit(text)
    except ValueError:
        return default
    if parts.scheme or parts.netloc or not parts.path.startswith("/staff/"):
        return default
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def path_of(address: str) -> str:
    """Return path and query of a whole address, as browsers send it in headers."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def with_query(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return the path with a query, leaving empty values out."""
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}?{query}" if query else path
