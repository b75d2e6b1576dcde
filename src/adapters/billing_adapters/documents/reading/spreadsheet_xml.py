"""The XML that Excel 2002 and 2003 wrote for one workbook, which programs still export as .xls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from billing_adapters.documents.reading.limits import CELLS_MAX, ROWS_MAX, refused
from billing_adapters.documents.reading.number_formats import Shown, shown_as
from billing_adapters.documents.reading.numbers import EPOCH, NO_SUCH_DAY
from billing_adapters.documents.reading.table_builder import TableBuilder
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_domain.model.sheet import CellMark, SheetRefusal, SheetTable, cell_name

_NAMESPACE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_OPTIONS_NAMESPACE: Final = "urn:schemas-microsoft-com:office:excel"
_DECLARATION: Final = re.compile(r"\s*<\?xml[^<>]*>")
_LOOKED_AT: Final = 4_096
_TAGS_MAX: Final = 600_000
_ROW_TAGS_MAX: Final = 5 * ROWS_MAX
_PIECE: Final = 65_536
_PART: Final = "Workbook"
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NAMED_FORMATS: Final = {
    "percent": "0.00%",
    "short date": "yyyy/m/d",
    "long date": 'yyyy"年"m"月"d"日"',
    "medium date": "yyyy/m/d",
    "general date": "yyyy/m/d h:mm",
}


def looks_like_spreadsheet_xml(text: str) -> bool:
    """Tell whether a text begins as such a workbook does."""
    return _NAMESPACE in text[:_LOOKED_AT] and "Workbook" in text[:_LOOKED_AT]


def read_spreadsheet_xml(text: str) -> SheetTable:
    """Return the first visible sheet; raise SheetRefusedError with the reason."""
    reader = _SheetReader()
    reader.events.read(_pieces(_DECLARATION.sub("", text.lstrip("\ufeff"), count=1)), part=_PART)
    return reader.table()


def _pieces(text: str) -> Iterator[bytes]:
    """Yield the text as UTF-8, whatever its declaration said."""
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE].encode("utf-8", "replace")


class _SheetReader:
    """Follows the tags of the first sheet that is shown, else of the first."""

    def __init__(self) -> None:
        self._formats: dict[str, Shown] = {}
        self._style = ""
        self._builder: TableBuilder | None = None
        self._chosen: TableBuilder | None = None
        self._spare: TableBuilder | None = None
        self._is_hidden = False
        self._row = self._column = self._right = self._columns = 0
        self._shown = self._row_shown = Shown.NUMBER
        self._rows = self._cells = 0
        self._type = ""
        self._formula = self._has_data = False
        self.events = XmlEvents(
            {
                "Style": self._start_style,
                "NumberFormat": self._number_format,
                "Worksheet": self._start_sheet,
                "Column": self._start_column,
                "Row": self._start_row,
                "Cell": self._start_cell,
                "Data": self._start_data,
            },
            {
                "Data": self._end_data,
                "Cell": self._end_cell,
                "Visible": self._visible,
                "Worksheet": self._end_sheet,
            },
            tags_max=_TAGS_MAX,
            namespaces=(_NAMESPACE, _OPTIONS_NAMESPACE),
            foreign_inline=True,
        )

    def table(self) -> SheetTable:
        """Return the sheet that was read."""
        found = self._chosen or self._spare
        if found is None:
            raise refused(SheetRefusal.NOT_A_SPREADSHEET)
        return found.table()

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = _own(attributes).get("ID", "")

    def _number_format(self, attributes: dict[str, str]) -> None:
        code = _own(attributes).get("Format", "")
        self._formats[self._style] = shown_as(0, _NAMED_FORMATS.get(code.lower(), code))

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        name = _own(attributes).get("Name", "")
        self._builder = None if self._chosen else TableBuilder(name)
        self._is_hidden = False
        self._row = self._columns = 0

    def _visible(self, text: str) -> None:
        self._is_hidden = text.strip() in {"SheetHidden", "SheetVeryHidden"}

    def _end_sheet(self, _: str) -> None:
        if self._is_hidden:
            self._spare = self._spare or self._builder
        else:
            self._chosen = self._chosen or self._builder
        self._builder = None

    def _start_column(self, attributes: dict[str, str]) -> None:
        own = _own(attributes)
        first = _whole(own.get("Index", ""), self._columns + 1)
        self._columns = first + _whole(own.get("Span", ""), 0)
        if self._builder is not None and own.get("Hidden") == "1":
            self._builder.hide_columns(first, self._columns)

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._rows += 1
        if self._rows > _ROW_TAGS_MAX:
            raise refused(SheetRefusal.TOO_LONG, cell_name(self._rows, 1))
        own = _own(attributes)
        self._row = _whole(own.get("Index", ""), self._row + 1)
        self._right = 0
        self._row_shown = self._formats.get(own.get("StyleID", ""), Shown.NUMBER)
        if self._builder is not None and own.get("Hidden") == "1":
            self._builder.hide_row(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > CELLS_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, _PART)
        own = _own(attributes)
        self._column = _whole(own.get("Index", ""), self._right + 1)
        self._right = self._column + _whole(own.get("MergeAcross", ""), 0)
        bottom = self._row + _whole(own.get("MergeDown", ""), 0)
        self._shown = self._formats.get(own.get("StyleID", ""), self._row_shown)
        self._formula, self._has_data = "Formula" in own, False
        if self._builder is not None:
            self._builder.merge(self._row, self._column, bottom, self._right)

    def _start_data(self, attributes: dict[str, str]) -> None:
        self._type = _own(attributes).get("Type", "String")

    def _end_data(self, text: str) -> None:
        self._has_data = bool(text)
        if self._builder is None or not self._row:
            return
        number, shown = None, self._shown
        if self._type == "Number" and _NUMBER.fullmatch(text.strip()):
            number = float(text)
        elif self._type == "DateTime":
            number = _serial(text)
            shown = Shown.MOMENT if shown is Shown.NUMBER else shown
        if number is not None:
            self._builder.put_number(self._row, self._column, number, shown, formula=self._formula)
        elif self._type == "Boolean":
            self._builder.put(self._row, self._column, text.strip() == "1")
        else:
            self._builder.put(self._row, self._column, text)

    def _end_cell(self, _: str) -> None:
        if self._formula and not self._has_data and self._builder is not None:
            self._builder.mark(self._row, self._column, CellMark.NOT_CALCULATED)


def _own(attributes: dict[str, str]) -> dict[str, str]:
    """Return the attributes of the format itself, which stand with its prefix or without."""
    return {name.removeprefix(f"{_NAMESPACE} "): value for name, value in attributes.items()}


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < len("10000000") else otherwise


def _serial(text: str) -> float | None:
    """Return the number of an ISO moment, which counts as other workbooks count days."""
    try:
        moment = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return None
    days = (moment - EPOCH) / timedelta(days=1)
    return days if days > NO_SUCH_DAY else days - 1
