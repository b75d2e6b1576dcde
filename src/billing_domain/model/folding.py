"""Texts as people see them: half width, and without the characters that nobody can see.

What a person can't tell apart must not be compared or read differently: a zero-width space
copied from a web page, a direction mark copied from a phone, the byte order mark of a file.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0001-\U000e007f]"
)
"""Default-ignorable characters of Unicode. Variants of ideographs stay: names use them."""

UNSEEN: Final = re.compile(f"{_INVISIBLE.pattern}|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffd]")
"""What shows nothing, and the mark for a control character that was read."""

_HALF_WIDTH: Final = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0xFFE5: 0xA5}


def without_invisible(text: str) -> str:
    """Return a text without zero-width characters, direction marks and byte order marks."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def half_width(text: str) -> str:
    """Return a text with full-width forms as ASCII, and nothing else changed.

    Normalising would go too far: it reads the square of `5²` as a digit.
    """
    return text if text.isascii() else text.translate(_HALF_WIDTH)


def fold_label(text: str) -> str:
    """Return a name in half width without blanks or invisible characters, to compare labels."""
    return "".join(without_invisible(unicodedata.normalize("NFKC", text)).split())
