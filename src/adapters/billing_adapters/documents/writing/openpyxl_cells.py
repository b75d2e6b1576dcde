"""Sets cells of openpyxl to exactly the given value.

openpyxl reads text that begins with = as a formula and `#N/A` as an error, and refuses control
characters. This module writes text as text.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Final, cast

from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.worksheet.worksheet import Worksheet

from billing_adapters.documents.writing.safe_text import WHOLE_MAX, escaped, writable
from billing_domain.model.sheet import Cell

TEXT_FORMAT: Final = "@"
"""The number format with which a spreadsheet program keeps typed text unchanged."""

_DAY_FORMAT: Final = "yyyy-mm-dd"
_MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm:ss"
_FIRST_DAY: Final = date(1900, 1, 1)


def cell_at(sheet: Worksheet, row: int, column: int) -> OpenpyxlCell:
    """Return a cell by row and column from 1; set its text before merging the cell."""
    return cast("OpenpyxlCell", sheet.cell(row, column))


def put_text(target: OpenpyxlCell, text: str) -> None:
    """Set a cell to a text that stays text, even after editing."""
    target.value = escaped(writable(text))
    target.data_type = "s"
    target.number_format = TEXT_FORMAT


def put_cell(target: OpenpyxlCell, cell: Cell) -> None:
    """Set a cell to a value of the same type; an empty cell gets TEXT_FORMAT.

    Values that a workbook can't hold become text: infinite numbers, whole numbers of more than 15
    digits, and days before 1900.
    """
    match cell:
        case None:
            target.number_format = TEXT_FORMAT
        case bool():
            target.value = cell
        case datetime() if cell.date() >= _FIRST_DAY:
            target.value = cell.replace(tzinfo=None)
            target.number_format = _MOMENT_FORMAT
        case date() if not isinstance(cell, datetime) and cell >= _FIRST_DAY:
            target.value = cell
            target.number_format = _DAY_FORMAT
        case int() | float() | Decimal() if math.isfinite(cell) and _keeps_digits(cell):
            target.value = cell
        case _:
            put_text(target, str(cell))


def _keeps_digits(number: float | Decimal) -> bool:
    return isinstance(number, float) or abs(number) < WHOLE_MAX
