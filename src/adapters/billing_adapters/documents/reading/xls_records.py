"""The records that the stream of an xls file is made of."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

HEAD: Final = struct.Struct("<HH")

BEGIN: Final = 0x809
END: Final = 0x0A
CONTINUE: Final = 0x3C


def records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and data of the records of one part of a stream, from beginning to end.

    Parts within the part, as charts are, are passed over. Raises ValueError where no part
    begins, struct.error where the stream breaks off.
    """
    kind, _ = HEAD.unpack_from(stream, start)
    if kind != BEGIN:
        raise ValueError("no part begins here")
    place, depth = start, 0
    while True:
        kind, size = HEAD.unpack_from(stream, place)
        place += HEAD.size
        if kind == BEGIN:
            depth += 1
        if depth == 1:
            yield kind, stream[place : place + size]
        if kind == END:
            depth -= 1
            if not depth:
                return
        place += size
