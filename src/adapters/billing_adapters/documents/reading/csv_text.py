"""Rows of a text whose cells are separated by commas, tabs, semicolons or vertical bars."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_domain.model.sheet import SheetRefusal, SheetTable, cell_name

_SEPARATORS: Final = ",\t;|"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CONTROLS_MAX, _CONTROLS_SHARE_MAX = 2, 0.01
_QUOTED: Final = re.compile(r'"[^"]*"')
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_SEPARATOR_LINE: Final = re.compile(r'"?sep=([^\r\n"])"?(?:\r\n?|\n|$)', re.IGNORECASE)
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
_LINES_MAX: Final = 1_048_576
_LINE_CELLS_MAX: Final = 32_768
_SNIFFED: Final = 262_144
_CELLS_SWALLOWED: Final = 4
"""Cells of a line within quotes that make it a row: text has fewer separators in a line."""

_ROW_SEPARATORS_MIN: Final = 2
"""Separators of a row from which on their number tells rows from text."""


def read_csv(text: str) -> SheetTable:
    """Return the rows of a text, every cell as text.

    A line break within quotes stays in its row, as spreadsheets count; a line `sep=;` is no row.
    Raises SheetRefusedError when the text is no table, or when a quotation mark swallows rows.
    """
    text = text.lstrip("\ufeff").rstrip("\x1a")
    sample = text[:_SNIFFED]
    controls = len(_CONTROL.findall(sample))
    allowed = _CONTROLS_MAX + len(sample) * _CONTROLS_SHARE_MAX
    if controls > min(allowed, len(sample) / 2):
        raise refused(SheetRefusal.NOT_A_SPREADSHEET)
    told = _SEPARATOR_LINE.match(text)
    if told is not None:
        text = text[told.end() :]
    character, usual = separator(text, told[1] if told else _SEPARATORS)
    builder = TableBuilder()
    pending: list[str] = []
    rows = csv.reader(_lines(text, character, pending), delimiter=character)
    number = 0
    try:
        for number, row in enumerate(rows, 1):
            if len(pending) > 1:
                _check_quotes(number, pending, character, usual)
            pending.clear()
            for column, cell in enumerate(row, 1):
                formula = _TEXT_FORMULA.fullmatch(cell) if cell.startswith("=") else None
                builder.put(number, column, formula[1] if formula else cell)
    except csv.Error as error:
        _check_quotes(number + 1, pending, character, usual)
        raise refused(SheetRefusal.DAMAGED, cell_name(number + 1, 1)) from error
    return builder.table()


def _lines(text: str, character: str, pending: list[str]) -> Iterator[str]:
    """Yield line by line, so that neither many lines nor a wide one is held as objects.

    `pending` gets the lines of the row that is being read.
    """
    for number, line in enumerate(_LINE.finditer(text), 1):
        if number > _LINES_MAX:
            raise refused(SheetRefusal.TOO_LONG, cell_name(number, 1))
        if text.count(character, *line.span()) > _LINE_CELLS_MAX:
            raise refused(SheetRefusal.TOO_WIDE, cell_name(number, _LINE_CELLS_MAX + 1))
        pending.append(line[0])
        yield line[0]


def _check_quotes(number: int, lines: list[str], character: str, usual: int) -> None:
    """Raise SheetRefusedError if a quotation mark made several rows one.

    Lines that together have as many separators as so many rows usually have are rows.
    """
    row = "".join(lines)
    quoted = re.compile(rf'(?:\A|(?<={re.escape(character)}))"((?:[^"]++|"")*+)("?)')
    fields = list(quoted.finditer(row))
    like_rows = usual >= _ROW_SEPARATORS_MIN and row.count(character) == usual * len(lines)
    are_rows = like_rows and any(character in field[1] for field in fields)
    if are_rows or not all(_is_one_cell(field, row, character) for field in fields):
        raise refused(SheetRefusal.QUOTE_UNCLOSED, str(number))


def _is_one_cell(field: re.Match[str], row: str, character: str) -> bool:
    """Tell whether quotes of several lines are closed where a cell ends, and hold no rows."""
    inner = field[1].splitlines()
    if len(inner) <= 1:
        return bool(field[2])
    behind = row[field.end() : field.end() + 1]
    if not field[2] or behind not in {"", "\r", "\n", character}:
        return False
    return all(line.count(character) < _CELLS_SWALLOWED for line in inner[1:])


def decoded(content: bytes) -> str:
    """Return a text by its byte order mark, else as UTF-8, else as GB18030.

    Text of one encoding is next to never valid in the one tried before it. Raises
    SheetRefusedError for an encoding that nobody knows.
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


def separator(text: str, candidates: str = _SEPARATORS) -> tuple[str, int]:
    """Return what separates the cells of most lines alike, and how often it stands in them.

    A title may have commas of its own, and some programs write a tab before every separator to
    keep numbers as text: such a tab separates nothing.
    """
    alike: Counter[tuple[str, int]] = Counter()
    for line in _QUOTED.sub("", text[:_SNIFFED]).splitlines():
        for character in candidates:
            count = line.count(character)
            if character == "\t":
                count -= sum(line.count(f"\t{other}") for other in ",;|")
            if count:
                alike[character, count] += 1
    nothing = (candidates[0], 0)
    return max(alike, key=lambda each: (alike[each] * each[1], each[0] == ","), default=nothing)
