"""Cells put into rows, wherever and in whatever order they come, and never too many."""

from __future__ import annotations

import re
from typing import Final

from billing_adapters.documents.reading.limits import (
    CELL_TEXT_MAX,
    CELLS_MAX,
    COLUMNS_MAX,
    MERGED_MAX,
    ROWS_MAX,
    SLOTS_MAX,
    TEXT_MAX,
    refused,
)
from billing_adapters.documents.reading.number_formats import Shown
from billing_adapters.documents.reading.numbers import cell_of_number, is_month_of_a_day
from billing_domain.model.sheet import (
    Cell,
    CellMark,
    CellRange,
    SheetRefusal,
    SheetTable,
    cell_name,
)

_LINE_BREAK: Final = re.compile(r"\r\n?")
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class TableBuilder:
    """Collects the cells of one sheet and counts what they use up."""

    def __init__(self, name: str = "", *, from_1904: bool = False) -> None:
        self.name = name
        self._from_1904 = from_1904
        self._rows: list[list[Cell]] = []
        self._cells = self._slots = self._characters = 0
        self._merged: list[CellRange] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._marks: dict[tuple[int, int], CellMark] = {}

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
        self._reach(row)
        cells = self._rows[row - 1]
        missing = column - len(cells)
        if missing > 0:
            cells.extend([None] * missing)
            self._slots += missing
        cells[column - 1] = cell
        self._cells += 1
        if self._cells > CELLS_MAX or self._slots > SLOTS_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(row, column))

    def put_number(
        self, row: int, column: int, number: float, shown: Shown, *, formula: bool = False
    ) -> None:
        """Set a cell to a number as it is shown; mark a 0 that may never have been calculated."""
        self.put(row, column, cell_of_number(number, shown, from_1904=self._from_1904))
        if shown is Shown.MONTH and is_month_of_a_day(number, from_1904=self._from_1904):
            self.mark(row, column, CellMark.MONTH_OF_A_DAY)
        elif formula and number == 0:
            self.mark(row, column, CellMark.NOT_CALCULATED)

    def mark(self, row: int, column: int, mark: CellMark) -> None:
        """Mark a cell; one beyond the limits, where no table is, says nothing."""
        if row <= ROWS_MAX and column <= COLUMNS_MAX:
            self._reach(row)
            self._marks[row, column] = mark
            if len(self._marks) > CELLS_MAX:
                raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(row, column))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note merged cells by rows and columns from 1."""
        if (bottom, right) != (top, left) and top <= ROWS_MAX and left <= COLUMNS_MAX:
            self._merged.append(CellRange(top, left, bottom, right))
            if len(self._merged) > MERGED_MAX:
                raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(top, left))

    def hide_row(self, row: int) -> None:
        """Note that a row is hidden."""
        if row <= ROWS_MAX:
            self._hidden_rows.add(row)

    def hide_columns(self, first: int, last: int) -> None:
        """Note that columns are hidden."""
        self._hidden_columns.update(range(first, min(last, COLUMNS_MAX) + 1))

    def table(self) -> SheetTable:
        """Return the rows down to the last with content; raise SheetRefusedError without any."""
        if self._marks and not self._cells:
            raise refused(SheetRefusal.FORMULA_WITHOUT_VALUE, cell_name(*min(self._marks)))
        if not self._cells:
            raise refused(SheetRefusal.EMPTY, sheet=self.name)
        return SheetTable(
            rows=tuple(tuple(row) for row in self._rows),
            name=self.name,
            merged=tuple(self._merged),
            hidden_rows=frozenset(self._hidden_rows),
            hidden_columns=frozenset(self._hidden_columns),
            marks=self._marks,
        )

    def _reach(self, row: int) -> None:
        while len(self._rows) < row:
            self._rows.append([])

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
