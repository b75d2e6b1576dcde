"""Texts that WeChat Pay takes: short in bytes, and harmless in its statements."""

from __future__ import annotations

from typing import Final

DESCRIPTION_BYTES_MAX: Final = 127
REASON_BYTES_MAX: Final = 80
_DETAIL_LENGTH_MAX: Final = 200

_UNSAFE: Final = {ord(","): "，", ord("`"): "'"}
"""A statement separates its columns by commas that it does not quote, and marks them by `."""


def payable_text(text: str, bytes_max: int) -> str:
    """Return a text without what breaks statements or XML, cut to whole characters."""
    plain = "".join(char if char.isprintable() else " " for char in text.translate(_UNSAFE))
    return plain.encode("utf-8")[:bytes_max].decode("utf-8", "ignore").strip()


def provider_words(value: object) -> str:
    """Return the provider's own words for staff and logs, whatever it sent."""
    text = value if isinstance(value, str) else ""
    return "".join(filter(str.isprintable, text))[:_DETAIL_LENGTH_MAX]
