"""Cells put into rows, wherever and in whatever order they come."""

from __future__ import annotations

import re
from typing import Final

from adapters.documents.reading.limits import CellBudget, cell_name, refused
from billing_domain.model.sheet import Cell, SheetRefusal, SheetTable

_LINE_BREAK: Final = re.compile(r"\r\n?")
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class TableBuilder:
    """Collects the cells of one sheet within a budget."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._budget = CellBudget()

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell by row and column from 1; a later cell at the same place wins.

        Blank text is no cell. Raises SheetRefusedError when the sheet gets too large.
        """
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            cell = readable(cell)
            self._budget.take_text(cell, cell_name(row, column))
        width = len(self._rows[row - 1]) if row <= len(self._rows) else 0
        self._budget.take_cell(row, column, max(0, column - width))
        while len(self._rows) < row:
            self._rows.append([])
        cells = self._rows[row - 1]
        cells.extend([None] * (column - len(cells)))
        cells[column - 1] = cell

    def table(self) -> SheetTable:
        """Return the rows down to the last with content; raise SheetRefusedError without any."""
        if not self._budget.cells:
            raise refused(SheetRefusal.EMPTY)
        return SheetTable(tuple(tuple(row) for row in self._rows))


def readable(text: str) -> str:
    """Return a text with plain line feeds and with marks for what nobody can read.

    Control characters and halves of surrogate pairs become U+FFFD: neither a database nor a
    workbook takes them, and dropping them silently would join what they kept apart.
    """
    if text.isprintable():
        return text
    return _UNREADABLE.sub("�", _LINE_BREAK.sub("\n", text))
