"""The form in which searched texts and what is searched for are compared (rule 2.9)."""

from __future__ import annotations

import unicodedata
from typing import Final

from billing_domain.errors import FieldError


def fold_search_text(text: str) -> str:
    """Return a text in half width and lower case, without blanks around it.

    What can't be printed, as NUL or a line break, vanishes: no database could compare it.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isprintable()).strip()


SEARCH_LENGTH_MAX: Final = 64
"""Lists cut longer search texts (promise P42); acts refuse them (`read_search_text`)."""


def search_needle(text: str) -> str:
    """Return a search text as it is compared: cut and folded, empty for no restriction.

    A thing is found when one of its texts, folded by `fold_search_text`, contains it.
    """
    return fold_search_text(text.strip()[:SEARCH_LENGTH_MAX])


def read_search_text(text: str) -> str:
    """Return a search text that restricts as much as it says (rule 2.4).

    Raises FieldError for one that would be cut or that has nothing to compare: an act on all
    results must not reach more than the text asks for.
    """
    if len(text.strip()) > SEARCH_LENGTH_MAX:
        raise FieldError(field="search_text", reason="too_long")
    if text.strip() and not search_needle(text):
        raise FieldError(field="search_text", reason="format", value=text[:40])
    return text


def community_search_name(name: str) -> str:
    """Return a community's name as it is compared: what stands before an address's slash."""
    return fold_search_text(f"{name}/").removesuffix("/")


def address_search_text(address: str) -> str:
    """Return an address as it is compared, with the slash in front that ends the name."""
    return fold_search_text(f"/{address}")
