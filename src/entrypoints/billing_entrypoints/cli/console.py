"""A command's output: text for people, or one JSON object for machines."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import TextIO

import attrs

from billing_domain.model.money import Money

_GAP = "  "


@attrs.frozen
class Console:
    """Answers go to stdout, refusals to stderr; with `as_json` all is JSON on stdout."""

    as_json: bool

    def answer(self, data: Mapping[str, object], text: str) -> None:
        """Say the result: `data` to machines, `text` to people on stdout."""
        self._say(data, text, sys.stdout)

    def refuse(self, data: Mapping[str, object], text: str) -> None:
        """Say why something was refused: `data` to machines, `text` to people on stderr."""
        self._say(data, text, sys.stderr)

    def _say(self, data: Mapping[str, object], text: str, to_people: TextIO) -> None:
        if self.as_json:
            print(json.dumps(data, ensure_ascii=False, default=_plain))
        else:
            print(_harmless(text), file=to_people)


def pick(thing: object, names: str) -> dict[str, object]:
    """Return some attributes of a thing by name, for JSON."""
    return {name: getattr(thing, name) for name in names.split()}


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return lines with aligned columns; Chinese characters are two columns wide."""
    lines = [[_one_line(cell) for cell in row] for row in (header, *rows)]
    widths = [max(display_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def facts(pairs: Mapping[str, str]) -> str:
    """Return one line per pair, the names in a column of their own."""
    width = max(display_width(name) for name in pairs)
    return "\n".join(f"{_padded(name, width)}{_GAP}{value}" for name, value in pairs.items())


def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0
        if unicodedata.combining(char)
        else 2
        if unicodedata.east_asian_width(char) in {"W", "F"}
        else 1
        for char in text
    )


def _plain(value: object) -> object:
    """Return what JSON has no form for: money in fen, enums by value, days and times as text."""
    if isinstance(value, Money):
        return value.fen
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    raise TypeError(type(value).__name__)


def _harmless(text: str) -> str:
    """Return a text without control characters: what users wrote must not steer a terminal."""
    return "\n".join(_one_line(line) for line in text.split("\n"))


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(_padded(*pair) for pair in zip(cells, widths, strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - display_width(text))
