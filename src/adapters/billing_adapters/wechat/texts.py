"""Texts that WeChat Pay takes: short in bytes, and harmless in its statements."""

from __future__ import annotations

from typing import Final

from billing_adapters.payment_kit.texts import cut_text

DESCRIPTION_BYTES_MAX: Final = 127
REASON_BYTES_MAX: Final = 80

_UNSAFE: Final = {ord(","): "，", ord("`"): "'"}
"""A statement separates its columns by commas that it does not quote, and marks them by `."""


def payable_text(text: str, bytes_max: int) -> str:
    """Return a text without what breaks statements or XML, cut to whole characters."""
    return cut_text(text, bytes_max, replaced=_UNSAFE)
