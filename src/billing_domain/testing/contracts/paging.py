"""How contracts walk through the pages of a list, both ways."""

from collections.abc import Callable
from typing import TypeVar

from billing_domain.ports.paging import Page, PageKey

_Row = TypeVar("_Row")


def walk(page_at: Callable[[PageKey | None], Page[_Row]], rows: int) -> list[_Row]:
    """Return a list page after page of so many rows; the way back shows the same again."""
    page = page_at(None)
    assert page.previous_key is None
    there = list(page.rows)
    while page.next_key is not None:
        assert len(page.rows) == rows
        page = page_at(PageKey(page.next_key))
        assert page.rows
        assert page.rows[0] not in there, "pages that repeat each other never end"
        there += page.rows
    back = list(page.rows)
    while page.previous_key is not None:
        page = page_at(PageKey(page.previous_key, backwards=True))
        assert len(page.rows) == rows
        back = [*page.rows, *back]
    assert back == there
    return there
