"""Writes tables of any length row by row into a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final

from rustpy_xlsxwriter import FastExcel, Format

from billing_adapters.documents.writing.column_widths import column_width
from billing_adapters.documents.writing.safe_text import WHOLE_MAX, csv_text, writable
from billing_domain.model.money import Money
from billing_domain.ports.documents import ExportCell

_SHEET: Final = "Sheet1"
_DAY: Final = "yyyy-mm-dd"
_MOMENT: Final = "yyyy-mm-dd hh:mm:ss"
_YUAN: Final = "0.00"
_FIRST_DAY: Final = date(1900, 3, 1)
"""Earlier days are written as text: spreadsheets count them wrongly."""

_ROWS_LOOKED_AT: Final = 1_000


def write_xlsx(path: Path, header: Sequence[str], rows: Iterable[Sequence[ExportCell]]) -> None:
    """Write a workbook of one sheet; if `rows` raises, no file stays at `path`.

    Besides text, each column holds one kind of cell. The first rows set its format and width.
    """
    remaining = iter(rows)
    first = list(islice(remaining, _ROWS_LOOKED_AT)) or [[None] * len(header)]
    columns = dict(zip(header, zip(*first, strict=True), strict=True))
    day = Format().set_num_format(_DAY)
    records = (
        dict(zip(header, map(_xlsx_cell, row), strict=True)) for row in chain(first, remaining)
    )
    workbook = FastExcel(str(path)).format(
        float_format=_YUAN, datetime_format=_MOMENT, bold_headers=True
    )
    workbook.freeze(row=1).sheet(
        _SHEET,
        records,
        column_widths={
            title: column_width([title, *map(_csv_cell, cells)])
            for title, cells in columns.items()
        },
        column_formats={title: day for title, cells in columns.items() if _are_days(cells)},
    ).save()


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[ExportCell]]) -> None:
    """Write UTF-8 with a byte order mark; without the mark, Excel assumes another encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([csv_text(title) for title in header])
        writer.writerows(map(_csv_cell, row) for row in rows)


def _xlsx_cell(cell: ExportCell) -> str | float | date | None:
    match cell:
        case str():
            return writable(cell)
        case Money():
            return cell.fen / 100
        case datetime():
            return cell.replace(tzinfo=None) if cell.date() >= _FIRST_DAY else _moment_text(cell)
        case date():
            return cell if cell >= _FIRST_DAY else cell.isoformat()
        case int():
            return cell if abs(cell) < WHOLE_MAX else str(cell)
        case None:
            return None


def _csv_cell(cell: ExportCell) -> str:
    match cell:
        case str():
            return csv_text(cell)
        case Money():
            return str(cell.yuan)
        case datetime():
            return _moment_text(cell)
        case date():
            return cell.isoformat()
        case int():
            return str(cell) if cell < 0 else csv_text(str(cell))
        case None:
            return ""


def _moment_text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


def _are_days(cells: Sequence[ExportCell]) -> bool:
    return {type(cell) for cell in cells if cell is not None} == {date}
