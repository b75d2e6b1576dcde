"""Text that stays text: no formula, no lost digit, no character that breaks the file."""

from __future__ import annotations

import re
from typing import Final

CELL_TEXT_MAX: Final = 32_767
WHOLE_MAX: Final = 10**15
"""From here on a spreadsheet drops the last digits of a number, so it is written as text."""

_LINE_BREAK: Final = re.compile(r"\r\n?")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_LIKE: Final = re.compile(r"['=+@\t\n＝＋＠－]|-(?!-*$)")
_NUMBER_LIKE: Final = re.compile(r"(?=.*\d)[\d .,:/%eE年月日时分秒-]+")
_HARMLESS_NUMBER: Final = re.compile(r"[1-9][0-9]{0,10}")


def writable(text: str) -> str:
    """Return a text as any file can hold it, cut at the most that a cell can hold.

    Line breaks become line feeds; what is no character becomes U+FFFD.
    """
    if not text.isprintable():
        text = _UNWRITABLE.sub("�", _LINE_BREAK.sub("\n", text))
    return text if len(text) <= CELL_TEXT_MAX else text[: CELL_TEXT_MAX - 1] + "…"


def escaped(text: str) -> str:
    """Return a text for the XML of a workbook, in which `_x0041_` would mean the letter A."""
    return _ESCAPE_LIKE.sub("_x005F_", text)


def csv_text(text: str) -> str:
    """Return a text that a spreadsheet program opening the csv file shows as it is.

    Text that would start a formula, or that would be taken for a number or a date and lose
    zeros or digits, gets an apostrophe in front, as OWASP advises; so does text that starts
    with one, so that a program may strip one apostrophe from whatever has it. Dashes alone
    mean "none" and stay.
    """
    text = writable(text)
    if _FORMULA_LIKE.match(text):
        return "'" + text
    if _NUMBER_LIKE.fullmatch(text) and not _HARMLESS_NUMBER.fullmatch(text):
        return "'" + text
    return text
