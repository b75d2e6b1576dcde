"""Texts in an address column that are no address (rule 3.9)."""

from __future__ import annotations

import re
from typing import Final

from billing_domain.model.folding import fold_label

_KINDS: Final = {
    "date": re.compile(
        r"(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?:[T0-9].*)?"
        r"|(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?|(?:19|20)[0-9]{2}年"
        r"|[0-9]{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    ),
    "time": re.compile(r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?"),
    "error": re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)"),
    "number": re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?%?"),
    "total": re.compile(".*(?:合计|小计|总计|共计|汇总).*"),
    "note": re.compile(r".*[:;。!?].*|(?:注|备注|说明|制表).*"),
}


def kind_of_text(text: str) -> str:
    """Return what a text is that is no address: `date`, `number`, `total` …; else nothing.

    A house may be stored so all the same: ask the houses first. A number may be an address where
    somebody says so, but is none by itself.
    """
    folded = fold_label(text)
    return next((kind for kind, form in _KINDS.items() if form.fullmatch(folded)), "")
