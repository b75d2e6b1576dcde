"""Texts for and from providers: short, and safe to show."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final

_DETAIL_LENGTH_MAX: Final = 200


def cut_text(
    text: str, bytes_max: int, *, replaced: Mapping[int, str | None], encoding: str = "utf-8"
) -> str:
    """Return a printable text of at most `bytes_max` bytes, cut to whole characters.

    `replaced` maps characters that the provider refuses, as for `str.translate`. Characters that
    the encoding lacks are removed.
    """
    plain = "".join(char if char.isprintable() else " " for char in text.translate(replaced))
    content = plain.encode(encoding, "ignore")[:bytes_max]
    # The incremental decoder drops half a character at the end; "ignore" may keep a byte of it.
    return codecs.getincrementaldecoder(encoding)().decode(content).strip()


def provider_words(value: object) -> str:
    """Return a provider's text for staff and logs, printable and short; empty for no text."""
    text = value if isinstance(value, str) else ""
    return "".join(filter(str.isprintable, text))[:_DETAIL_LENGTH_MAX]
