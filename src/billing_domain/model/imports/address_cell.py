"""The cells of an address column, read alike for bills and for residents (rule 3.9)."""

from __future__ import annotations

from datetime import date
from typing import Final

from billing_domain.model.houses.house import AddressBook, House
from billing_domain.model.houses.no_address import kind_of_text
from billing_domain.model.imports.table_rows import RowFault
from billing_domain.model.sheet import Cell, cell_text

_NEVER: Final = frozenset({"date", "time", "error", "truth"})


def read_house(cell: Cell, book: AddressBook, *, may_be_new: bool) -> House | None:
    """Return the one house that a cell means, None for an address of no house.

    Raises RowFault for a cell that may mean several houses, and for one that is no address. A
    text that may be a new house's is looked at more closely.
    """
    kind, text = _kind_of_value(cell), cell_text(cell)
    matches = () if kind else book.matches(text)
    if len(matches) == 1:
        return matches[0]
    if matches:
        names = tuple(book.full_address(house) for house in matches)
        raise RowFault("house_ambiguous", candidates=names, text=text)
    kind = kind or kind_of_text(text)
    if kind and (may_be_new or kind in _NEVER):
        raise RowFault("address_is_value", kind=kind, text=text)
    return None


def _kind_of_value(cell: Cell) -> str:
    if isinstance(cell, date):
        return "date"
    return "truth" if isinstance(cell, bool) else ""
