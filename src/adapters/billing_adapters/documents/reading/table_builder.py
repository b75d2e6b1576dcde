"""Cells put into rows, wherever and in whatever order they come, and never too many."""

from __future__ import annotations

import re
from typing import Final

from billing_adapters.documents.reading.limits import (
    CELL_TEXT_MAX,
    CELLS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    SLOTS_MAX,
    TEXT_MAX,
    cell_name,
    refused,
)
from billing_domain.model.sheet import Cell, SheetRefusal, SheetTable

_LINE_BREAK: Final = re.compile(r"\r\n?")
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class TableBuilder:
    """Collects the cells of one sheet and counts what they use up."""

    def __init__(self) -> None:
        self._rows: list[list[Cell]] = []
        self._cells = self._slots = self._characters = 0

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Set a cell by row and column from 1; a later cell at the same place wins.

        Blank text is no cell. Raises SheetRefusedError when the sheet gets too large.
        """
        if cell is None or cell == "":
            return
        if row > ROWS_MAX or column > COLUMNS_MAX:
            reason = SheetRefusal.TOO_LONG if row > ROWS_MAX else SheetRefusal.TOO_WIDE
            raise refused(reason, cell_name(row, column))
        if isinstance(cell, str):
            cell = readable(cell)
            self._count_text(len(cell), row, column)
        rows = self._rows
        while len(rows) < row:
            rows.append([])
        cells = rows[row - 1]
        missing = column - len(cells)
        if missing > 0:
            cells.extend([None] * missing)
            self._slots += missing
        cells[column - 1] = cell
        self._cells += 1
        if self._cells > CELLS_MAX or self._slots > SLOTS_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(row, column))

    def table(self) -> SheetTable:
        """Return the rows down to the last with content; raise SheetRefusedError without any."""
        if not self._cells:
            raise refused(SheetRefusal.EMPTY)
        return SheetTable(tuple(tuple(row) for row in self._rows))

    def _count_text(self, length: int, row: int, column: int) -> None:
        """Count a text at every cell that shows it: a shared one can't multiply unseen."""
        self._characters += length
        if length > CELL_TEXT_MAX:
            raise refused(SheetRefusal.DAMAGED, cell_name(row, column))
        if self._characters > TEXT_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(row, column))


def readable(text: str) -> str:
    """Return a text with plain line feeds and with marks for what nobody can read.

    Control characters and halves of surrogate pairs become U+FFFD: neither a database nor a
    workbook takes them, and dropping them silently would join what they kept apart.
    """
    if text.isprintable():
        return text
    return _UNREADABLE.sub("�", _LINE_BREAK.sub("\n", text))
