"""Text that stays text in a spreadsheet: no formula, no lost digit, no invalid character."""

from __future__ import annotations

import re
from typing import Final

CELL_TEXT_MAX: Final = 32_767
WHOLE_MAX: Final = 10**15
"""From this number on, a spreadsheet loses the last digits, so numbers become text."""

_LINE_BREAK: Final = re.compile(r"\r\n?")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_LIKE: Final = re.compile(r"['=+@\t\n＝＋＠－]|-(?!-*$)")
_NUMBER_LIKE: Final = re.compile(r"(?=.*\d)[\d .,:/%eE年月日时分秒-]+")
_HARMLESS_NUMBER: Final = re.compile(r"[1-9][0-9]{0,10}")


def writable(text: str) -> str:
    """Return a text that any file can hold, cut to CELL_TEXT_MAX.

    Line breaks become line feeds; invalid characters become U+FFFD.
    """
    if not text.isprintable():
        text = _UNWRITABLE.sub("�", _LINE_BREAK.sub("\n", text))
    return text if len(text) <= CELL_TEXT_MAX else text[: CELL_TEXT_MAX - 1] + "…"


def escaped(text: str) -> str:
    """Escape a text for the XML of a workbook, where `_x0041_` means the letter A."""
    return _ESCAPE_LIKE.sub("_x005F_", text)


def csv_text(text: str) -> str:
    """Return a csv text that spreadsheet programs show unchanged.

    An apostrophe precedes text that looks like a formula, or like a number or date that would lose
    digits (OWASP). It also precedes text that starts with an apostrophe, so a reader can strip one
    apostrophe from every text. Dashes alone mean "none" and stay.
    """
    text = writable(text)
    if _FORMULA_LIKE.match(text):
        return "'" + text
    if _NUMBER_LIKE.fullmatch(text) and not _HARMLESS_NUMBER.fullmatch(text):
        return "'" + text
    return text
