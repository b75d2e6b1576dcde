"""Base64 without leniency."""

from __future__ import annotations

from base64 import b64decode, b64encode


def from_base64(text: str) -> bytes:
    """Decode the one text that encoding gives, not one of those that decode to the same.

    Raises ValueError.
    """
    content = b64decode(text, validate=True)
    if b64encode(content).decode("ascii") != text:
        raise ValueError("base64 is not written like this")
    return content
