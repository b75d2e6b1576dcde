"""Texts that providers take and send: short, and harmless where they are shown."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Final

_DETAIL_LENGTH_MAX: Final = 200


def cut_text(
    text: str, bytes_max: int, *, replaced: Mapping[int, str | None], encoding: str = "utf-8"
) -> str:
    """Return a printable text of at most `bytes_max` bytes, cut to whole characters.

    `replaced` are the characters that the provider does not take, as for `str.translate`;
    characters that the encoding lacks are left out.
    """
    plain = "".join(char if char.isprintable() else " " for char in text.translate(replaced))
    content = plain.encode(encoding, "ignore")[:bytes_max]
    # The decoder holds back half a character at the end; "ignore" may keep its second byte.
    return codecs.getincrementaldecoder(encoding)().decode(content).strip()


def provider_words(value: object) -> str:
    """Return the provider's own words for staff and logs, whatever it sent."""
    text = value if isinstance(value, str) else ""
    return "".join(filter(str.isprintable, text))[:_DETAIL_LENGTH_MAX]
