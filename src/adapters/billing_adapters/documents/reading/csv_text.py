"""Rows of a text file whose cells are separated by commas, tabs or semicolons."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from billing_adapters.documents.reading.limits import cell_name, refused
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_domain.model.sheet import SheetRefusal, SheetTable

_SEPARATORS: Final = ",\t;"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_MARKUP: Final = re.compile(r"\s*(?:<[!?/a-zA-Z]|%PDF-|\{\\rtf|MIME-Version:)")
_QUOTED: Final = re.compile(r'"[^"]*"')
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_LINES_MAX: Final = 1_048_576
_LINE_CELLS_MAX: Final = 32_768
_SNIFFED: Final = 65_536


def read_csv(content: bytes) -> SheetTable:
    """Return the rows of a csv file, every cell as text.

    A line break within quotes stays in its row, as spreadsheets count. Raises
    SheetRefusedError when the text is no table or its encoding is unknown.
    """
    text = decoded(content)
    if _CONTROL.search(text) or _MARKUP.match(text):
        raise refused(SheetRefusal.NOT_A_SPREADSHEET)
    builder = TableBuilder()
    character = separator(text)
    rows = csv.reader(_lines(text, character), delimiter=character)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                builder.put(number, column, cell)
    except csv.Error as error:
        raise refused(SheetRefusal.DAMAGED, cell_name(number + 1, 1)) from error
    return builder.table()


def _lines(text: str, character: str) -> Iterator[str]:
    """Yield line by line, so that neither many lines nor a wide one is held as objects."""
    for number, line in enumerate(_LINE.finditer(text), 1):
        if number > _LINES_MAX:
            raise refused(SheetRefusal.TOO_LONG, cell_name(number, 1))
        if text.count(character, *line.span()) > _LINE_CELLS_MAX:
            raise refused(SheetRefusal.TOO_WIDE, cell_name(number, _LINE_CELLS_MAX + 1))
        yield line[0]


def decoded(content: bytes) -> str:
    """Return a text by its byte order mark, else as UTF-8, else as GB18030.

    Text of one encoding is next to never valid in the one tried before it.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    binary = b"\x00" in content
    raise refused(SheetRefusal.NOT_A_SPREADSHEET if binary else SheetRefusal.UNKNOWN_ENCODING)


def separator(text: str) -> str:
    """Return what separates the cells of the first line that separates anything."""
    for line in _QUOTED.sub("", text[:_SNIFFED]).splitlines():
        found = Counter(character for character in line if character in _SEPARATORS)
        if found:
            return max(_SEPARATORS, key=lambda one: found[one])
    return ","
