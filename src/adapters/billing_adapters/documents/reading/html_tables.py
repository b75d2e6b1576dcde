"""Tables of an html page, which many programs export under the name .xls.

A page is read by its tags alone, in one pass: no script runs, nothing is fetched, and what is
not closed costs nothing. All tables count as one sheet, one below another.
"""

from __future__ import annotations

import html
import re
from typing import Final

from billing_adapters.documents.reading.limits import (
    CELL_TEXT_MAX,
    CELLS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    refused,
)
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_domain.model.sheet import SheetRefusal, SheetTable, cell_name

_LOOKS: Final = re.compile(
    r"\s*+(?:<\?xml[^<>]*>\s*+)?(?:<!--(?:(?!-->).)*+-->\s*+)*+<\s*+(?:!doctype\s+html|html|head|meta|body|style|"
    r"table|div|title|script|center|font|p\b)",
    re.IGNORECASE | re.DOTALL,
)
_LOOKED_AT: Final = 65_536
_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<\s*+(?P<end>/?)\s*+(?P<tag>[a-zA-Z][a-zA-Z0-9:]*)(?P<attributes>[^<>]*)>"
    r"|<[!?/][^<>]*>?|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>colspan|rowspan|span|style|hidden)(?:\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?",
    re.IGNORECASE,
)
_NOT_SHOWN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\r\n\f]+")
_SILENT: Final = frozenset({"script", "style", "head", "title", "xml"})
_STRUCTURE: Final = frozenset({"table", "tr", "td", "th"})
_BREAKS: Final = frozenset({"br", "p", "div", "li"})
_TAGS_MAX: Final = 1_000_000


def looks_like_html(text: str) -> bool:
    """Tell whether a text begins as an html page or as a piece of one does."""
    return _LOOKS.match(text.lstrip("\ufeff"), 0, _LOOKED_AT) is not None


def read_html(text: str) -> SheetTable:
    """Return the tables of a page; raise SheetRefusedError when it has none or is too large."""
    if text.count("<") > _TAGS_MAX:
        raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
    reader = _TablesReader()
    for token in _TOKEN.finditer(text):
        if token["text"]:
            reader.text(token["text"])
        elif token["tag"]:
            reader.tag(token["tag"].lower(), bool(token["end"]), token["attributes"])
    return reader.table()


class _TablesReader:
    """Follows tags; what is not closed is closed by what comes next, as browsers do."""

    def __init__(self) -> None:
        self._builder = TableBuilder()
        self._row = self._column = 0
        self._spanned: dict[int, int] = {}
        self._texts: list[str] | None = None
        self._length = 0
        self._silent = ""
        self._tables = self._cells = self._columns = 0

    def text(self, text: str) -> None:
        """Add a text to the cell that is open, if any."""
        if self._texts is not None and not self._silent:
            self._length += len(text)
            if self._length > 2 * CELL_TEXT_MAX:
                raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
            self._texts.append(_BLANKS.sub(" ", text))

    def tag(self, name: str, end: bool, attributes: str) -> None:  # noqa: FBT001 - a tag's parts
        """Open or close an element."""
        if name in _SILENT or self._silent:
            self._be_silent(name, end=end, empty=attributes.endswith("/"))
        elif name in _STRUCTURE:
            self._end_cell()
            if name == "table":
                self._tables, self._columns = self._tables + 1, 0
            if not end and name != "table":
                start = self._start_row if name == "tr" else self._start_cell
                start(_read_attributes(attributes))
        elif name == "col" and not end:
            self._add_columns(_read_attributes(attributes))
        elif name in _BREAKS and self._texts:
            self._texts.append("\n")

    def _be_silent(self, name: str, *, end: bool, empty: bool) -> None:
        """Leave out what an element holds that pages do not show, until its own end."""
        if not self._silent:
            self._silent = "" if end or empty else name
        elif end and name == self._silent:
            self._silent = ""

    def table(self) -> SheetTable:
        """Return what was read."""
        self._end_cell()
        if not self._tables:
            raise refused(SheetRefusal.NOT_A_SPREADSHEET, "html")
        return self._builder.table()

    def _add_columns(self, attributes: dict[str, str]) -> None:
        """Note columns that a page describes before its rows, as Excel hides them."""
        first = self._columns + 1
        self._columns += _span(attributes.get("span", ""), COLUMNS_MAX)
        if _is_hidden(attributes):
            self._builder.hide_columns(first, self._columns)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row += 1
        self._column = 0
        if _is_hidden(attributes):
            self._builder.hide_row(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        """Place a cell right of those before it and beside those that reach down to its row."""
        if _is_hidden(attributes):
            return
        self._row = self._row or 1
        self._cells += 1
        if self._row > ROWS_MAX:
            raise refused(SheetRefusal.TOO_LONG, cell_name(self._row, 1))
        if self._cells > CELLS_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
        self._column += 1
        while self._spanned.get(self._column, 0) >= self._row:
            self._column += 1
        width = _span(attributes.get("colspan", ""), COLUMNS_MAX)
        height = _span(attributes.get("rowspan", ""), ROWS_MAX)
        right, bottom = self._column + width - 1, self._row + height - 1
        self._builder.merge(self._row, self._column, bottom, right)
        if height > 1:
            last = min(right, COLUMNS_MAX)
            self._spanned |= dict.fromkeys(range(self._column, last + 1), bottom)
        self._texts, self._length = [], 0
        self._place, self._column = self._column, right

    def _end_cell(self) -> None:
        if self._texts is not None:
            text = html.unescape("".join(self._texts))
            lines = (_BLANKS.sub(" ", line).strip(" ") for line in text.split("\n"))
            self._builder.put(self._row, self._place, "\n".join(lines).strip())
        self._texts = None


def _read_attributes(text: str) -> dict[str, str]:
    return {
        match["name"].lower(): (match["value"] or "").strip("\"'")
        for match in _ATTRIBUTE.finditer(text)
    }


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style", "")) is not None


def _span(text: str, most: int) -> int:
    """Return how many rows or columns a cell spans; what is no number spans one."""
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < len("10000000") else 1
