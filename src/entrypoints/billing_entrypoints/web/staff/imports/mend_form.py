"""What the form of a preview changes: cells, rows left out, candidates (rule 3.17)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Final

from billing_domain.model.imports.mends import Mends
from billing_entrypoints.web.forms import Form, whole_number

MEND_FIELDS: Final = (
    *("place", "was", "text"),
    *("row", "left_out", "pick", "skip_duplicates"),
    *("show", "page", "version"),
)
"""`place`, `was` and `text` come once for each cell, in the same order."""


def read_mends(form: Form, before: Mends, duplicates: Callable[[], Collection[int]]) -> Mends:
    """Return the mends with what the form changes; raise FieldError for a place that is none.

    `duplicates` returns the rows that charge again what is charged already.
    """
    left_out = {_row(text) for text in form.texts("left_out")}
    if form.has("skip_duplicates"):
        left_out |= set(duplicates())
    shown = {_row(text) for text in form.texts("row")}
    return before.revise(cells=dict(_typed(form)), shown=shown, left_out=left_out)


def _typed(form: Form) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield the cells that say something else than before, and the candidate that was pressed."""
    three = (form.texts("place"), form.texts("was"), form.texts("text"))
    for place, was, text in zip(*three, strict=False):
        if text.strip() != was:
            yield _place(place), text.strip()
    for pick in form.texts("pick"):
        row, column, text = (*pick.split(":", 2), "", "")[:3]
        yield _place(f"{row}:{column}"), text


def _place(text: str) -> tuple[int, int]:
    row, _, column = text.partition(":")
    return _row(row), _row(column)


def _row(text: str) -> int:
    return whole_number("row")(text)
