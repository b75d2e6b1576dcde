"""Cells of openpyxl that hold what they were given and nothing else.

openpyxl takes text that begins with = for a formula and `#N/A` for an error, and it refuses
control characters; so text goes through here.
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
"""The number format under which a spreadsheet program leaves typed text alone."""

_DAY_FORMAT: Final = "yyyy-mm-dd"
_MOMENT_FORMAT: Final = "yyyy-mm-dd hh:mm:ss"
_FIRST_DAY: Final = date(1900, 1, 1)


def cell_at(sheet: Worksheet, row: int, column: int) -> OpenpyxlCell:
    """Return a cell by row and column from 1; give it its text before merging it."""
    return cast("OpenpyxlCell", sheet.cell(row, column))


def put_text(target: OpenpyxlCell, text: str) -> None:
    """Set a cell to a text that stays text, also when somebody edits it."""
    target.value = escaped(writable(text))
    target.data_type = "s"
    target.number_format = TEXT_FORMAT


def put_cell(target: OpenpyxlCell, cell: Cell) -> None:
    """Set a cell to a value of the same type; an empty one will take typed text as text.

    What a workbook can't hold as it is becomes text: infinite numbers, whole numbers of more
    than 15 digits, and days before 1900.
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
