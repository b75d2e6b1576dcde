"""Pages of rows for screens: their sizes and what counts say."""

from __future__ import annotations

from typing import Final, Generic, TypeVar

import attrs

PAGE_ROWS: Final = 20


PAGE_ROWS_MAX: Final = 100


COUNT_MAX: Final = 10_000
"""Counts above this are shown as `10,000+`, since exact ones cost a whole scan."""


_Row = TypeVar("_Row")


@attrs.frozen
class PageKey:
    """Where a page starts: behind a row of the list, or before it when `backwards`."""

    row: str
    backwards: bool = False


@attrs.frozen
class Page(Generic[_Row]):
    """A page of rows with the keys of its neighbours, None where there is none.

    `next_key` is the key of the last row, `previous_key` that of the first; both are None on an
    empty page.
    """

    rows: tuple[_Row, ...]
    next_key: str | None
    previous_key: str | None
