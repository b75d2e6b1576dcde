"""The form in which searched texts and what is searched for are compared (rule 2.9)."""

from __future__ import annotations

import unicodedata


def fold_search_text(text: str) -> str:
    """Return a text in half width and lower case, without blanks around it.

    What can't be printed, as NUL or a line break, vanishes: no database could compare it.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isprintable()).strip()
