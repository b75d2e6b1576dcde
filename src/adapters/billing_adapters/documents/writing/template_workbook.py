"""The import template that staff fill in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from billing_adapters.documents.writing.column_widths import column_width
from billing_adapters.documents.writing.openpyxl_cells import TEXT_FORMAT, cell_at, put_text
from billing_domain.ports.documents import SheetTemplate

_BAND_ROW: Final = 1
_HEADER_ROW: Final = 2
_FIRST_ROW: Final = 3
_LAST_ROW: Final = 1_048_576
_NOTES_WIDTH: Final = 90
_CHOICES_COLUMN: Final = 3
_FILLS: Final = ("E7E6E6", "FCE4D6", "DDEBF7")
_EDGE: Final = Side(style="thin", color="BFBFBF")


def template_workbook(template: SheetTemplate) -> bytes:
    """Return the template as xlsx: band, header, example, a row per house; notes on a sheet.

    The choices of the drop-downs are on the sheet of the notes, so lists may have any length.
    Other values stay allowed (rule 3.6).
    """
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = template.title
    _write_head(sheet, template)
    rows = [*([template.example_row] if template.example_row else []), *template.rows]
    for number, row in enumerate(rows, _FIRST_ROW):
        for column, text in enumerate(row, 1):
            if text:
                put_text(cell_at(sheet, number, column), text)
    if template.example_row:
        for column in range(1, len(template.example_row) + 1):
            cell_at(sheet, _FIRST_ROW, column).font = Font(italic=True, color="7F7F7F")
    _set_columns(sheet, [*rows, [column.header for column in template.columns]])
    _write_notes(workbook.create_sheet(template.notes_title), sheet, template)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _write_head(sheet: Worksheet, template: SheetTemplate) -> None:
    """Write the band of groups, each merged over its columns, and the header below."""
    place = 1
    bands = groupby(template.columns, key=lambda column: column.group)
    for number, (group, columns) in enumerate(bands):
        fill = PatternFill("solid", fgColor=_FILLS[number % len(_FILLS)])
        first = place
        for column in columns:
            for row, text in ((_BAND_ROW, group), (_HEADER_ROW, column.header)):
                cell = cell_at(sheet, row, place)
                cell.fill, cell.font = fill, Font(bold=True)
                cell.alignment = Alignment(horizontal="center")
                cell.border = Border(_EDGE, _EDGE, _EDGE, _EDGE)
                if row == _HEADER_ROW or place == first:
                    put_text(cell, text)
            place += 1
        if place - 1 > first:  # a single merged cell makes Excel call the file damaged
            sheet.merge_cells(
                start_row=_BAND_ROW, end_row=_BAND_ROW, start_column=first, end_column=place - 1
            )
    sheet.freeze_panes = f"A{_FIRST_ROW}"


def _set_columns(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    """Set column widths, and the text format for empty cells.

    Otherwise a spreadsheet program turns `2019年1月` into a day and drops leading zeros.
    """
    for place in range(1, max(map(len, rows)) + 1):
        dimension = sheet.column_dimensions[get_column_letter(place)]
        dimension.width = column_width(row[place - 1] for row in rows if len(row) >= place)
        dimension.number_format = TEXT_FORMAT


def _write_notes(notes: Worksheet, sheet: Worksheet, template: SheetTemplate) -> None:
    """Write notes in the first column and the choices of drop-downs from the third on."""
    notes.column_dimensions["A"].width = _NOTES_WIDTH
    for number, text in enumerate(template.notes, 1):
        note = cell_at(notes, number, 1)
        put_text(note, text)
        note.alignment = Alignment(wrap_text=True, vertical="top")
    headers = [column.header for column in template.columns]
    for place, (header, choices) in enumerate(template.choices.items(), _CHOICES_COLUMN):
        for number, text in enumerate([header, *choices], 1):
            put_text(cell_at(notes, number, place), text)
        letter, target = get_column_letter(place), get_column_letter(headers.index(header) + 1)
        validation = DataValidation(
            type="list",
            formula1=f"{quote_sheetname(notes.title)}!${letter}$2:${letter}${len(choices) + 1}",
            allow_blank=True,
            showErrorMessage=False,
        )
        validation.add(f"{target}{_FIRST_ROW}:{target}{_LAST_ROW}")
        sheet.add_data_validation(validation)
