"""The cells of one sheet of an xlsx file."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Final

from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.number_formats import Shown
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_adapters.documents.reading.xlsx_parts import find_parts
from billing_adapters.documents.reading.xlsx_strings import RichText, read_strings, unescaped
from billing_adapters.documents.reading.xlsx_styles import read_styles
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_adapters.documents.reading.zip_parts import ZipParts
from billing_domain.model.sheet import Cell, CellMark, SheetRefusal, SheetTable, cell_name

_TAGS_MAX: Final = 2_000_000
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_RANGE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7}):\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_TRUE: Final = frozenset({"1", "true", "on"})
_DIGITS: Final = "0123456789"
_ROW_DIGITS_MAX: Final = 7
_COLUMN_LETTERS_MAX: Final = 3


def read_xlsx(content: bytes) -> SheetTable:
    """Return the first sheet of an xlsx or xlsm file.

    A formula counts as its stored value, an error as its text: `#REF!`. Raises
    SheetRefusedError with the reason.
    """
    archive = ZipParts(content)
    parts = find_parts(archive)
    styles = read_styles(archive, parts.styles)
    strings = read_strings(archive, parts.strings)
    builder = TableBuilder(parts.sheet_name, from_1904=parts.from_1904)
    reader = _CellsReader(parts.sheet, builder, strings, styles)
    reader.events.read(archive.pieces(parts.sheet), part=parts.sheet)
    return builder.table()


class _CellsReader:
    """Follows the tags of a sheet; a cell without an address is right of the one before."""

    def __init__(
        self, part: str, builder: TableBuilder, strings: list[str], styles: list[Shown]
    ) -> None:
        self._part, self._builder = part, builder
        self._strings, self._styles = strings, styles
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula = False
        self._text = RichText()
        self.events = XmlEvents(
            {
                "col": self._start_columns,
                "row": self._start_row,
                "mergeCell": self._merge,
                "c": self._start_cell,
                "f": self._start_formula,
                **self._text.starts,
            },
            {"v": self._end_value, "c": self._end_cell, **self._text.ends},
            tags_max=_TAGS_MAX,
        )

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        self._row = self._row + 1 if number is None else self._row_number(number)
        self._column = 0
        if attributes.get("hidden") in _TRUE:
            self._builder.hide_row(self._row)

    def _start_columns(self, attributes: dict[str, str]) -> None:
        first = _whole(attributes.get("min", ""), _ROW_DIGITS_MAX)
        last = _whole(attributes.get("max", ""), _ROW_DIGITS_MAX)
        if first and last and attributes.get("hidden") in _TRUE:
            self._builder.hide_columns(first, last)

    def _merge(self, attributes: dict[str, str]) -> None:
        """Note a merged range; one that can't be read is none."""
        range_ = _RANGE.fullmatch(attributes.get("ref", ""))
        if range_ is not None:
            left, right = self._column_number(range_[1]), self._column_number(range_[3])
            self._builder.merge(int(range_[2]), left, int(range_[4]), right)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        address = attributes.get("r")
        if address is None:
            self._column += 1
        else:
            letters = address.rstrip(_DIGITS)
            column = self._columns.get(letters)
            self._column = self._column_number(letters) if column is None else column
            self._row = self._row_number(address[len(letters) :])
        self._cell, self._value, self._formula = attributes, None, False
        self._text.clear()

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _end_value(self, text: str) -> None:
        self._value = text

    def _end_cell(self, _: str) -> None:
        kind = self._cell.get("t", "n")
        value = self._value or ""
        if kind == "inlineStr" or not value:
            text = self._text.take()
            kind, value = ("str", text) if text else (kind, value)
            self._builder.put(self._row, self._column, text)
        elif kind == "n" and _NUMBER.fullmatch(value.strip()):
            style = _whole(self._cell.get("s", "0"), len("100000")) or 0
            shown = self._styles[style] if style < len(self._styles) else Shown.NUMBER
            self._builder.put_number(
                self._row, self._column, float(value), shown, formula=self._formula
            )
        else:
            self._builder.put(self._row, self._column, self._read(kind, value))
        if self._formula and not value and (kind != "str" or self._value is None):
            self._builder.mark(self._row, self._column, CellMark.NOT_CALCULATED)

    def _read(self, kind: str, value: str) -> Cell:
        match kind:
            case "s":
                return self._shared(value)
            case "b":
                return value.strip() in _TRUE
            case "d":
                return _iso_cell(value)
            case "n":
                return value.strip()
            case _:
                return unescaped(value)

    def _shared(self, value: str) -> str:
        place = _whole(value.strip(), len("1000000"))
        if place is None or place >= len(self._strings):
            raise refused(SheetRefusal.DAMAGED, cell_name(self._row, self._column))
        return self._strings[place]

    def _row_number(self, text: str) -> int:
        number = _whole(text, _ROW_DIGITS_MAX)
        if not number:
            raise refused(SheetRefusal.DAMAGED, self._part)
        return number

    def _column_number(self, letters: str) -> int:
        if not (letters.isascii() and letters.isalpha() and len(letters) <= _COLUMN_LETTERS_MAX):
            raise refused(SheetRefusal.DAMAGED, self._part)
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - ord("A") + 1
        self._columns[letters] = number
        return number


def _whole(text: str, digits_max: int) -> int | None:
    if text.isascii() and text.isdecimal() and len(text) <= digits_max:
        return int(text)
    return None


def _iso_cell(value: str) -> Cell:
    """Return an ISO date of the strict format as a date, a datetime, or else its text."""
    try:
        moment = datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return value
    return moment if moment.time() != time.min else moment.date()
