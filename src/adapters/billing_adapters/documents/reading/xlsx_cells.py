"""The cells of one sheet of an xlsx file."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Final

from billing_adapters.documents.reading.limits import cell_name, refused
from billing_adapters.documents.reading.number_formats import Shown
from billing_adapters.documents.reading.numbers import cell_of_number
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_adapters.documents.reading.xlsx_parts import find_parts
from billing_adapters.documents.reading.xlsx_strings import RichText, read_strings, unescaped
from billing_adapters.documents.reading.xlsx_styles import read_styles
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_adapters.documents.reading.zip_parts import ZipParts
from billing_domain.model.sheet import Cell, SheetRefusal, SheetTable

_TAGS_MAX: Final = 2_000_000
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DIGITS: Final = "0123456789"
_ROW_DIGITS_MAX: Final = 7
_COLUMN_LETTERS_MAX: Final = 3


def read_xlsx(content: bytes) -> SheetTable:
    """Return the first sheet of an xlsx or xlsm file.

    A formula counts as its stored value, an error as its text: `#REF!`. Raises
    SheetRefusedError with the reason, naming the cell of a formula that has no value.
    """
    archive = ZipParts(content)
    parts = find_parts(archive)
    styles = read_styles(archive, parts.styles)
    strings = read_strings(archive, parts.strings)
    reader = _CellsReader(parts.sheet, strings, styles, from_1904=parts.from_1904)
    reader.events.read(archive.pieces(parts.sheet), part=parts.sheet)
    return reader.builder.table()


class _CellsReader:
    """Follows the tags of a sheet; a cell without an address is right of the one before."""

    def __init__(
        self, part: str, strings: list[str], styles: list[Shown], *, from_1904: bool
    ) -> None:
        self._part, self._strings, self._styles = part, strings, styles
        self._from_1904 = from_1904
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._value: str | None = None
        self._formula = False
        self._text = RichText()
        self.builder = TableBuilder()
        self.events = XmlEvents(
            {
                "row": self._start_row,
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
        if self._formula and not self._value and (kind != "str" or self._value is None):
            name = cell_name(self._row, self._column)
            raise refused(SheetRefusal.FORMULA_WITHOUT_VALUE, name)
        if kind == "inlineStr":
            self.builder.put(self._row, self._column, self._text.take())
        elif self._value:
            self.builder.put(self._row, self._column, self._read(kind, self._value))

    def _read(self, kind: str, value: str) -> Cell:
        match kind:
            case "s":
                return self._shared(value)
            case "b":
                return value.strip() in {"1", "true"}
            case "d":
                return _iso_cell(value)
            case "n":
                return self._number(value.strip())
            case _:
                return unescaped(value)

    def _shared(self, value: str) -> str:
        place = _whole(value.strip(), len("1000000"))
        if place is None or place >= len(self._strings):
            raise refused(SheetRefusal.DAMAGED, cell_name(self._row, self._column))
        return self._strings[place]

    def _number(self, value: str) -> Cell:
        if not _NUMBER.fullmatch(value):
            return value
        style = _whole(self._cell.get("s", "0"), len("100000")) or 0
        shown = self._styles[style] if style < len(self._styles) else Shown.NUMBER
        return cell_of_number(float(value), shown, from_1904=self._from_1904)

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
