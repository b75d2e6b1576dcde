"""Breaks Chinese text into lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

# Latin words and numbers stay whole; no line ends with "（" or starts with "）" and the like.
_PIECE: Final = re.compile(
    r"[（《【“‘「『]*(?:[!-~¡-ɏ]+|.)[，。、；：？！）》】”’」』…％]*",
    re.DOTALL,
)


def broken_lines(text: str, width_max: float, width: Callable[[str], float]) -> list[str]:
    """Return the lines of a text, none wider than `width_max` by `width`.

    Line feeds stay breaks. A piece wider than a line breaks anywhere; a single character always
    fits.
    """
    return [
        line
        for paragraph in text.split("\n")
        for line in _paragraph_lines(paragraph, width_max, width)
    ]


def _paragraph_lines(text: str, width_max: float, width: Callable[[str], float]) -> Iterator[str]:
    if width(text) <= width_max:
        yield text.rstrip()
        return
    line, used = "", 0.0
    for piece in _fitting_pieces(text, width_max, width):
        needed = width(piece)
        if line and used + needed > width_max:
            yield line.rstrip()
            line, used = "", 0.0
            if piece.isspace():
                continue
        line, used = line + piece, used + needed
    yield line.rstrip()


def _fitting_pieces(text: str, width_max: float, width: Callable[[str], float]) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if width(piece) <= width_max:
            yield piece
        else:
            yield from piece
