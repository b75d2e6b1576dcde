"""What an xls file says for all its sheets: texts, formats, where the first sheet begins."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Final

import attrs

from billing_adapters.documents.reading.number_formats import Shown, shown_as
from billing_adapters.documents.reading.xls_records import BEGIN, CONTINUE, records
from billing_adapters.documents.reading.xls_texts import TextReader, byte_text, read_shared

_VERSION_8: Final = 0x600
_CODEPAGE, _DATE_MODE = 0x42, 0x22
_FORMAT, _STYLE, _SHEET, _STRINGS = 0x41E, 0xE0, 0x85, 0xFC
_WORKSHEET: Final = 0
_SHEET_HEAD: Final = struct.Struct("<IBB")
_SHORT: Final = struct.Struct("<H")
_STYLE_HEAD: Final = struct.Struct("<2xH")


@attrs.define
class XlsWorkbook:
    """What comes before the sheets of a stream.

    `unicode` is False for files of before 1997, whose texts are bytes in `codepage`. `styles`
    says what is shown by style number; `sheet` is where the first sheet begins.
    """

    unicode: bool = True
    codepage: int = 936
    from_1904: bool = False
    strings: list[str] = attrs.field(factory=list)
    styles: list[Shown] = attrs.field(factory=list)
    sheet: int | None = None
    sheet_name: str = ""

    def text(self, data: bytes) -> str:
        """Return the text that a record of its own holds, after its length in two bytes.

        An empty text may lack the byte of its options.
        """
        if self.unicode and data[:2] == b"\0\0":
            return ""
        if self.unicode:
            return TextReader([data]).read()
        (length,) = _SHORT.unpack_from(data)
        return byte_text(data[_SHORT.size : _SHORT.size + length], self.codepage)


def read_workbook(stream: bytes) -> XlsWorkbook:
    """Read the beginning of a stream; raise SheetRefusedError for one under a password.

    The first sheet that is shown counts, else the first. Raises ValueError, IndexError or
    struct.error for a stream that is damaged.
    """
    reader = _WorkbookReader()
    for kind, data in records(stream, 0):
        reader.take(kind, data)
    return reader.finished()


class _WorkbookReader:
    def __init__(self) -> None:
        self._book = XlsWorkbook()
        self._codes: dict[int, str] = {}
        self._format_ids: list[int] = []
        self._strings: list[bytes] = []
        self._is_shown = False
        self._kind = 0
        self._take = {
            BEGIN: self._begin,
            _CODEPAGE: self._codepage,
            _DATE_MODE: self._date_mode,
            _FORMAT: self._format,
            _STYLE: self._style,
            _SHEET: self._sheet,
            _STRINGS: self._strings.append,
        }

    def take(self, kind: int, data: bytes) -> None:
        """Note what a record says; one that continues shared texts belongs to them."""
        if kind == CONTINUE and self._kind == _STRINGS:
            self._strings.append(data)
            return
        self._kind = kind
        handle = self._take.get(kind)
        if handle is not None:
            handle(data)

    def finished(self) -> XlsWorkbook:
        """Return what was noted, put together."""
        if self._strings:
            self._book.strings = read_shared(self._strings)
        self._book.styles = [shown_as(one, self._codes.get(one)) for one in self._format_ids]
        return self._book

    def _begin(self, data: bytes) -> None:
        self._book.unicode = _SHORT.unpack_from(data)[0] == _VERSION_8

    def _codepage(self, data: bytes) -> None:
        (self._book.codepage,) = _SHORT.unpack_from(data)

    def _date_mode(self, data: bytes) -> None:
        self._book.from_1904 = bool(_SHORT.unpack_from(data)[0])

    def _format(self, data: bytes) -> None:
        """Note a format; one that breaks off is left out, its cells show numbers."""
        with suppress(IndexError, struct.error):
            (number,) = _SHORT.unpack_from(data)
            if self._book.unicode:
                self._codes[number] = self._book.text(data[_SHORT.size :])
            else:
                length = data[_SHORT.size]
                self._codes[number] = byte_text(data[3 : 3 + length], self._book.codepage)

    def _style(self, data: bytes) -> None:
        self._format_ids.append(_STYLE_HEAD.unpack_from(data)[0])

    def _sheet(self, data: bytes) -> None:
        start, hidden, kind = _SHEET_HEAD.unpack_from(data)
        if kind != _WORKSHEET:
            return
        if self._book.sheet is None or (not self._is_shown and not hidden & 3):
            self._book.sheet = start
            self._book.sheet_name = self._short_text(data[_SHEET_HEAD.size :])
            self._is_shown = not hidden & 3

    def _short_text(self, data: bytes) -> str:
        """Return a text after its length in one byte; one that breaks off is as good as none."""
        with suppress(IndexError, struct.error):
            if self._book.unicode:
                return TextReader([data[:1] + b"\0" + data[1:]]).read()
            return byte_text(data[1 : 1 + data[0]], self._book.codepage)
        return ""
