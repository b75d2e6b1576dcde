"""Widths of columns that fit their texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_NARROWEST: Final = 10
_WIDEST: Final = 50
_MARGIN: Final = 2


def column_width(texts: Iterable[str]) -> float:
    """Return the width of a column of texts, in digits, the unit of spreadsheets."""
    widest = max(map(shown_width, texts), default=0)
    return min(max(widest + _MARGIN, _NARROWEST), _WIDEST)


def shown_width(text: str) -> int:
    """Return the width of a text in digits: a Chinese character counts two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
