"""The texts that the cells of an xlsx file share."""

from __future__ import annotations

import re
from typing import Final

from billing_adapters.documents.reading.limits import CELL_TEXT_MAX, TEXT_MAX, refused
from billing_adapters.documents.reading.xml_events import XmlEvents
from billing_adapters.documents.reading.zip_parts import ZipParts
from billing_domain.model.sheet import SheetRefusal

_STRINGS_MAX: Final = 200_000
_TAGS_MAX: Final = 2_000_000
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_strings(archive: ZipParts, part: str | None) -> list[str]:
    """Return the shared texts by number, formatting and pronunciation left out.

    Raises SheetRefusedError when one is longer than a cell or all are too long.
    """
    reader = _StringsReader(part or "")
    if part is not None and part in archive:
        reader.events.read(archive.pieces(part), part=part)
    return reader.strings


class _StringsReader:
    def __init__(self, part: str) -> None:
        self.strings: list[str] = []
        self.text = RichText()
        self._part = part
        self._characters = 0
        self.events = XmlEvents(
            {"si": self._start, **self.text.starts},
            {"si": self._end, **self.text.ends},
            tags_max=_TAGS_MAX,
        )

    def _start(self, _: dict[str, str]) -> None:
        self.text.clear()

    def _end(self, _: str) -> None:
        text = self.text.take()
        self._characters += len(text)
        if len(text) > CELL_TEXT_MAX:
            raise refused(SheetRefusal.DAMAGED, self._part)
        if len(self.strings) >= _STRINGS_MAX or self._characters > TEXT_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, self._part)
        self.strings.append(text)


class RichText:
    """The runs of a text, joined; what helps to pronounce it is left out."""

    def __init__(self) -> None:
        self._runs: list[str] = []
        self._aside = False
        self.starts = {"rPh": self._enter_aside}
        self.ends = {"t": self._end_run, "rPh": self._leave_aside}

    def clear(self) -> None:
        """Begin a new text."""
        self._runs.clear()
        self._aside = False

    def take(self) -> str:
        """Return the text so far, with `_x000A_` and the like read as characters."""
        text = "".join(self._runs)
        return unescaped(text) if "_x" in text else text

    def _enter_aside(self, _: dict[str, str]) -> None:
        self._aside = True

    def _leave_aside(self, _: str) -> None:
        self._aside = False

    def _end_run(self, text: str) -> None:
        if not self._aside:
            self._runs.append(text)


def unescaped(text: str) -> str:
    """Return a text of a workbook with its escapes `_xHHHH_` replaced by characters."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
