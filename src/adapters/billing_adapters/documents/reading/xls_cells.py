"""The cells of the first sheet of an xls file."""

from __future__ import annotations

import struct
from typing import Final

from billing_adapters.documents.reading.file_kinds import kind_of_container
from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.number_formats import Shown
from billing_adapters.documents.reading.passwords import unlocked_stream
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_adapters.documents.reading.xls_container import Container
from billing_adapters.documents.reading.xls_records import CONTINUE, records
from billing_adapters.documents.reading.xls_texts import TextReader
from billing_adapters.documents.reading.xls_workbook import XlsWorkbook, read_workbook
from billing_domain.model.sheet import SheetRefusal, SheetTable, cell_name

_SHARED_TEXT, _TEXT, _RICH_TEXT, _FORMULA_TEXT = 0xFD, 0x204, 0xD6, 0x207
_FORMULAS: Final = (0x06, 0x206, 0x406)
"""Some programs write the number that a formula had in an older format."""

_NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _TRUTH_OR_ERROR = 0x203, 0x27E, 0xBD, 0x205

_ROW, _COLUMNS, _MERGED = 0x208, 0x7D, 0xE5
_ROW_HEAD: Final = struct.Struct("<H10xH")
_ROW_HIDDEN: Final = 0x20
_COLUMNS_HEAD: Final = struct.Struct("<HH4xH")
_RANGE: Final = struct.Struct("<HHHH")

_PLACE: Final = struct.Struct("<HHH")
_ROW_COLUMN: Final = struct.Struct("<HH")
_SHARED: Final = struct.Struct("<HHHI")
_DOUBLE: Final = struct.Struct("<HHHd")
_SHORT: Final = struct.Struct("<HHHi")
_STYLED: Final = struct.Struct("<Hi")
_TWO_BYTES: Final = struct.Struct("<HHHBB")
_LAST_COLUMN_BYTES: Final = 2

_RESULT: Final = struct.Struct("<HHHBxB3xH")
_NO_NUMBER: Final = 0xFFFF
_RESULT_TEXT, _RESULT_TRUTH, _RESULT_ERROR = 0, 1, 2

_IS_HUNDREDTHS, _IS_WHOLE = 1, 2
_FLOAT: Final = struct.Struct("<d")
_PACKED: Final = struct.Struct("<i")
_LOW_HALF: Final = b"\0\0\0\0"

_ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def read_xls(container: Container) -> SheetTable:
    """Return the first sheet of an xls file of 1993 or later.

    A formula counts as its stored value, an error as its text: `#REF!`. Raises
    SheetRefusedError with the reason.
    """
    stream = container.stream("Workbook") or container.stream("Book")
    if not stream:
        raise refused(SheetRefusal.NOT_A_SPREADSHEET, kind_of_container(container.names))
    try:
        stream = unlocked_stream(stream)
        book = read_workbook(stream)
        if book.sheet is None:
            raise refused(SheetRefusal.EMPTY)
        return _CellsReader(stream, book).read(book.sheet)
    except (ValueError, IndexError, struct.error) as error:
        raise refused(SheetRefusal.DAMAGED) from error


class _CellsReader:
    """Follows the records of a sheet; their rows and columns count from 0."""

    def __init__(self, stream: bytes, book: XlsWorkbook) -> None:
        self._stream, self._book = stream, book
        self._builder = TableBuilder(book.sheet_name, from_1904=book.from_1904)
        self._formula_place = (0, 0)
        self._formula_texts: list[bytes] = []
        self._take = {
            _SHARED_TEXT: self._shared_text,
            _NUMBER: self._double,
            _SHORT_NUMBER: self._short_number,
            _SHORT_NUMBERS: self._short_numbers,
            _TEXT: self._text,
            _RICH_TEXT: self._text,
            _TRUTH_OR_ERROR: self._truth_or_error,
            **dict.fromkeys(_FORMULAS, self._formula),
            _FORMULA_TEXT: self._formula_text,
            _ROW: self._row,
            _COLUMNS: self._columns,
            _MERGED: self._merge,
        }

    def read(self, start: int) -> SheetTable:
        """Read the sheet that begins at a place of the stream."""
        for kind, data in records(self._stream, start):
            if self._formula_texts:
                if kind == CONTINUE:
                    self._formula_texts.append(data)
                    continue
                self._end_formula_text()
            handle = self._take.get(kind)
            if handle is not None:
                handle(data)
        return self._builder.table()

    def _row(self, data: bytes) -> None:
        number, flags = _ROW_HEAD.unpack_from(data)
        if flags & _ROW_HIDDEN:
            self._builder.hide_row(number + 1)

    def _columns(self, data: bytes) -> None:
        first, last, flags = _COLUMNS_HEAD.unpack_from(data)
        if flags & 1:
            self._builder.hide_columns(first + 1, last + 1)

    def _merge(self, data: bytes) -> None:
        whole = (len(data) - 2) // _RANGE.size * _RANGE.size
        for top, bottom, left, right in _RANGE.iter_unpack(data[2 : 2 + max(whole, 0)]):
            self._builder.merge(top + 1, left + 1, bottom + 1, right + 1)

    def _shared_text(self, data: bytes) -> None:
        row, column, _style, text = _SHARED.unpack_from(data)
        if text >= len(self._book.strings):
            raise refused(SheetRefusal.DAMAGED, cell_name(row + 1, column + 1))
        self._builder.put(row + 1, column + 1, self._book.strings[text])

    def _text(self, data: bytes) -> None:
        row, column, _style = _PLACE.unpack_from(data)
        text = self._book.text(data[_PLACE.size :])
        self._builder.put(row + 1, column + 1, text)

    def _double(self, data: bytes) -> None:
        row, column, style, number = _DOUBLE.unpack_from(data)
        self._put_number(row, column, style, number)

    def _short_number(self, data: bytes) -> None:
        row, column, style, packed = _SHORT.unpack_from(data)
        self._put_number(row, column, style, _unpacked(packed))

    def _short_numbers(self, data: bytes) -> None:
        row, column = _ROW_COLUMN.unpack_from(data)
        packed = data[_ROW_COLUMN.size : -_LAST_COLUMN_BYTES]
        for offset, (style, number) in enumerate(_STYLED.iter_unpack(packed)):
            self._put_number(row, column + offset, style, _unpacked(number))

    def _truth_or_error(self, data: bytes) -> None:
        row, column, _style, value, is_error = _TWO_BYTES.unpack_from(data)
        self._put_coded(row, column, value, is_error=bool(is_error))

    def _formula(self, data: bytes) -> None:
        row, column, _style, kind, value, mark = _RESULT.unpack_from(data)
        if mark != _NO_NUMBER:
            _, _, style, number = _DOUBLE.unpack_from(data)
            self._put_number(row, column, style, number, formula=True)
        elif kind == _RESULT_TEXT:
            self._formula_place = (row, column)
        elif kind in {_RESULT_TRUTH, _RESULT_ERROR}:
            self._put_coded(row, column, value, is_error=kind == _RESULT_ERROR)

    def _formula_text(self, data: bytes) -> None:
        """Begin the text of the formula before; further records may go on with it."""
        self._formula_texts.append(data)

    def _end_formula_text(self) -> None:
        row, column = self._formula_place
        if self._book.unicode:
            text = TextReader(self._formula_texts).read()
        else:
            text = self._book.text(b"".join(self._formula_texts))
        self._formula_texts.clear()
        self._builder.put(row + 1, column + 1, text)

    def _put_number(
        self, row: int, column: int, style: int, number: float, *, formula: bool = False
    ) -> None:
        styles = self._book.styles
        shown = styles[style] if style < len(styles) else Shown.NUMBER
        self._builder.put_number(row + 1, column + 1, number, shown, formula=formula)

    def _put_coded(self, row: int, column: int, value: int, *, is_error: bool) -> None:
        cell = _ERRORS.get(value, "#N/A") if is_error else bool(value)
        self._builder.put(row + 1, column + 1, cell)


def _unpacked(packed: int) -> float:
    """Return the number that four bytes hold: a whole one or half a float, maybe hundredths."""
    if packed & _IS_WHOLE:
        number = float(packed >> 2)
    else:
        number = _FLOAT.unpack(_LOW_HALF + _PACKED.pack(packed & ~3))[0]
    return number / 100 if packed & _IS_HUNDREDTHS else number
