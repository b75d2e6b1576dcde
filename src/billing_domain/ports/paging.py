"""Pages of rows for screens, and the limit of counts."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import attrs

PAGE_ROWS: Final = 20


PAGE_ROWS_MAX: Final = 100


COUNT_MAX: Final = 10_000
"""Larger counts are shown as `10,000+`, because an exact count scans all rows."""


_Row = TypeVar("_Row")


@attrs.frozen
class PageKey:
    """Where a page starts: behind a row of the list, or before it when `backwards`."""

    row: str
    backwards: bool = False


@attrs.frozen
class Page(Generic[_Row]):
    """A page of rows with the keys of the next and previous pages, None if there is no such page.

    `next_key` is the key of the last row, `previous_key` that of the first; both are None on an
    empty page.
    """

    rows: tuple[_Row, ...]
    next_key: str | None
    previous_key: str | None
