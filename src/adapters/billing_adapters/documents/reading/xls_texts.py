"""Texts of xls files, which may break off and go on in the next record."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

from billing_adapters.documents.reading.limits import refused
from billing_domain.model.sheet import SheetRefusal

STRINGS_MAX: Final = 200_000

_WIDE, _ASIDE, _RICH = 0x01, 0x04, 0x08
_SHORT: Final = struct.Struct("<H")
_LONG: Final = struct.Struct("<I")
_HEAD: Final = struct.Struct("<HB")
_RUN_BYTES: Final = 4
_CODEPAGES: Final = {936: "gb18030", 1200: "utf-16-le", 10_000: "mac-roman", 32_768: "mac-roman"}


class TextReader:
    """Reads texts one after another from a record and those that continue it.

    Raises IndexError or struct.error where the data end too early.
    """

    def __init__(self, blocks: Sequence[bytes], place: int = 0) -> None:
        self._blocks, self._block = blocks, 0
        self._data, self._place = blocks[0], place

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to read."""
        return self._place >= len(self._data) and self._block + 1 >= len(self._blocks)

    def read(self) -> str:
        """Return the next text without its formatting and pronunciation."""
        length, flags = _HEAD.unpack(self._take(_HEAD.size))
        runs = _SHORT.unpack(self._take(_SHORT.size))[0] * _RUN_BYTES if flags & _RICH else 0
        aside = _LONG.unpack(self._take(_LONG.size))[0] if flags & _ASIDE else 0
        text = "".join(self._characters(length, wide=bool(flags & _WIDE)))
        self._skip(runs + aside)
        if text.isprintable():
            return text
        joined = text.encode("utf-16-le", "surrogatepass")  # halves that two records hold
        return joined.decode("utf-16-le", "replace")

    def _take(self, size: int) -> bytes:
        if self._place == len(self._data):
            self._next_block()
        taken = self._data[self._place : self._place + size]
        self._place += size
        return taken

    def _characters(self, length: int, *, wide: bool) -> Iterator[str]:
        """Yield the text in pieces; a record that goes on with it says anew how wide it is."""
        while True:
            size = length * 2 if wide else length
            piece = self._data[self._place : self._place + size]
            self._place += len(piece)
            yield _characters(piece, wide=wide)
            length -= len(piece) // 2 if wide else len(piece)
            if not length:
                return
            self._next_block()
            wide = bool(self._data[0] & _WIDE)
            self._place = 1

    def _skip(self, size: int) -> None:
        while size > len(self._data) - self._place:
            size -= len(self._data) - self._place
            self._next_block()
        self._place += size

    def _next_block(self) -> None:
        self._block += 1
        self._data, self._place = self._blocks[self._block], 0


def read_shared(blocks: Sequence[bytes]) -> list[str]:
    """Return the texts that the cells share, by number.

    How many there are is told by the data, since some programs state a wrong count. A cell
    that shows a text beyond the end is damaged, the texts before are not.
    """
    reader = TextReader(blocks, place=2 * _LONG.size)
    texts: list[str] = []
    with suppress(IndexError, struct.error):
        while not reader.ended:
            if len(texts) >= STRINGS_MAX:
                raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
            texts.append(reader.read())
    return texts


def byte_text(data: bytes, codepage: int) -> str:
    """Return a text of the time before Unicode."""
    encoding = _CODEPAGES.get(codepage, f"cp{codepage}")
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "gb18030"
    return data.decode(encoding, "replace")


def _characters(data: bytes, *, wide: bool) -> str:
    return data.decode("utf-16-le", "surrogatepass") if wide else data.decode("latin-1")
