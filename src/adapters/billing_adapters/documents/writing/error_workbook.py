"""The user's rows with one more column of error messages (rule 3.11)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell as OpenpyxlCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from billing_adapters.documents.writing.column_widths import column_width
from billing_adapters.documents.writing.openpyxl_cells import TEXT_FORMAT, put_cell
from billing_domain.model.sheet import SheetTable, cell_text

_MARK: Final = PatternFill("solid", fgColor="FFF2CC")
_MESSAGE_FONT: Final = Font(color="C00000")
_HEADER_FONT: Final = Font(bold=True, color="C00000")
_WRAPPED: Final = Alignment(wrap_text=True, vertical="top")
_MESSAGE_WIDTH: Final = 60.0
_ROWS_MEASURED: Final = 200


def error_workbook(
    table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
) -> bytes:
    """Return the rows as xlsx; cells keep their types, rows with messages are marked.

    The message column is the one named `header` in `header_row`, or a new last column. A message
    for `header_row` itself is left out. Rows count from 1.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    place = _message_place(table, header, header_row)
    for column, width in enumerate(_widths(table, place), 1):
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width, dimension.number_format = width, TEXT_FORMAT
    sheet.freeze_panes = f"A{header_row + 1}"
    for number, row in enumerate(table.rows, 1):
        message = header if number == header_row else messages.get(number, "")
        cells: list[OpenpyxlCell] = [WriteOnlyCell(sheet) for _ in range(max(place + 1, len(row)))]
        for column, target in enumerate(cells):
            own = row[column] if column < len(row) else None
            put_cell(target, (message or None) if column == place else own)
        if number == header_row:
            cells[place].font = _HEADER_FONT
        elif message:
            _mark(cells, place)
        sheet.append(cells)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _message_place(table: SheetTable, header: str, header_row: int) -> int:
    texts = [cell_text(cell) for cell in table.rows[header_row - 1]]
    if header in texts:
        return texts.index(header)
    return max(len(row) for row in table.rows)


def _widths(table: SheetTable, place: int) -> list[float]:
    rows = table.rows[:_ROWS_MEASURED]
    widths = [
        column_width(cell_text(row[column]) for row in rows if column < len(row))
        for column in range(max(place + 1, *map(len, table.rows)))
    ]
    widths[place] = _MESSAGE_WIDTH
    return widths


def _mark(cells: list[OpenpyxlCell], place: int) -> None:
    for cell in cells:
        cell.fill = _MARK
    cells[place].font, cells[place].alignment = _MESSAGE_FONT, _WRAPPED
