"""Texts for WeChat Pay: short in bytes, and safe in its statements."""

from __future__ import annotations

from typing import Final

from billing_adapters.payment_kit.texts import cut_text

DESCRIPTION_BYTES_MAX: Final = 127
REASON_BYTES_MAX: Final = 80

_UNSAFE: Final = {ord(","): "，", ord("`"): "'"}
"""A statement separates its columns by unquoted commas and backticks."""


def payable_text(text: str, bytes_max: int) -> str:
    """Return a text that is safe in statements and XML, cut to whole characters."""
    return cut_text(text, bytes_max, replaced=_UNSAFE)
