"""Folding of searched texts and search texts, so that they compare equal (rule 2.9)."""

from __future__ import annotations

import unicodedata
from typing import Final

from billing_domain.errors import FieldError


def fold_search_text(text: str) -> str:
    """Return a text in half width and lower case, without surrounding blanks.

    Unprintable characters, e.g. NUL or a line break, are removed: no database could compare them.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isprintable()).strip()


SEARCH_LENGTH_MAX: Final = 64
"""The maximal length: lists cut longer search texts (P42); acts refuse them."""


def search_needle(text: str) -> str:
    """Return a search text cut and folded for comparison; empty means no restriction.

    A thing matches when one of its texts, folded by `fold_search_text`, contains the result.
    """
    return fold_search_text(text.strip()[:SEARCH_LENGTH_MAX])


def read_search_text(text: str) -> str:
    """Return a search text that is safe for acts on all results (rule 2.4).

    Raises FieldError for a text that would be cut or has nothing to compare: an act must not reach
    more than the text asks for.
    """
    if len(text.strip()) > SEARCH_LENGTH_MAX:
        raise FieldError(field="search_text", reason="too_long")
    if text.strip() and not search_needle(text):
        raise FieldError(field="search_text", reason="format", value=text[:40])
    return text


def community_search_name(name: str) -> str:
    """Return a community's folded name: the part of an address before the slash."""
    return fold_search_text(f"{name}/").removesuffix("/")


def address_search_text(address: str) -> str:
    """Return a folded address, with a slash in front that ends the community's name."""
    return fold_search_text(f"/{address}")
