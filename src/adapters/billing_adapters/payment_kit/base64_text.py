"""Strict base64."""

from __future__ import annotations

from base64 import b64decode, b64encode


def from_base64(text: str) -> bytes:
    """Decode base64; raise ValueError unless encoding the result returns the same text."""
    content = b64decode(text, validate=True)
    if b64encode(content).decode("ascii") != text:
        raise ValueError("base64 is not written like this")
    return content
