"""How each cell style of an xlsx file shows a number."""

from __future__ import annotations

from functools import partial
from typing import Final

from billing_adapters.documents.reading.number_formats import Shown, shown_as
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_adapters.documents.reading.zip_parts import ZipParts

_TAGS_MAX: Final = 1_000_000


def read_styles(archive: ZipParts, part: str | None) -> list[Shown]:
    """Return what is shown by style number; a file without styles shows numbers."""
    reader = _StylesReader()
    if part is not None and part in archive:
        reader.events.read(archive.pieces(part), part=part)
    return [shown_as(format_id, reader.codes.get(format_id)) for format_id in reader.cells]


class _StylesReader:
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.cells: list[int] = []
        self._in_cells = self._in_formats = False
        self.events = XmlEvents(
            {
                "numFmts": partial(self._within, formats=True),
                "numFmt": self._format,
                "cellXfs": partial(self._within, cells=True),
                "xf": self._style,
            },
            {"numFmts": self._within, "cellXfs": self._within},
            tags_max=_TAGS_MAX,
        )

    def _within(self, _: object, *, cells: bool = False, formats: bool = False) -> None:
        self._in_cells, self._in_formats = cells, formats

    def _format(self, attributes: dict[str, str]) -> None:
        """Note a format of the workbook; one within a `dxf` is of a rule or a table alone."""
        if self._in_formats:
            self.codes[_number(attributes, "numFmtId")] = attributes.get("formatCode", "")

    def _style(self, attributes: dict[str, str]) -> None:
        """Note a cell's style; the `xf` elsewhere are named styles, which cells don't use."""
        if self._in_cells:
            self.cells.append(_number(attributes, "numFmtId"))


def _number(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "")
    return int(text) if text.isdecimal() and len(text) < len("1000000") else 0
