"""Cells of an address column that are no address, whatever houses there are (rule 3.9)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from billing_domain.model.folding import half_width
from billing_domain.model.houses.house import NoHouse
from billing_domain.model.sheet import Cell

NO_HOUSE: Final = NoHouse((), ambiguous=False)

_KINDS: Final = {
    "date": re.compile(
        r"(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?:[ T].*)?"
        r"|(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    ),
    "time": re.compile(r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?"),
    "error": re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)"),
    "number": re.compile(r"[0-9]+(?:\.[0-9]+)?%?"),
}


def kind_of_value(cell: Cell) -> str:
    """Return what a cell is that can be no address: a date or a truth value; else nothing."""
    if isinstance(cell, date):
        return "date"
    return "truth" if isinstance(cell, bool) else ""


def kind_of_text(text: str) -> str:
    """Return what a text is that is no address unless a house has it: `date`, `number`, `time`."""
    folded = half_width(text)
    return next((kind for kind, form in _KINDS.items() if form.fullmatch(folded)), "")
