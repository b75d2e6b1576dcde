"""The file within a file: streams of the container that old Office programs write."""

from __future__ import annotations

import struct
from collections.abc import Set as AbstractSet
from typing import Final

import attrs

from billing_adapters.documents.reading.limits import refused
from billing_domain.model.sheet import SheetRefusal

_HEADER: Final = struct.Struct("<30xH16xI4xII12x109I")
_ENTRY: Final = struct.Struct("<64sHBxIII36xII4x")
_LAST_SECTOR: Final = 0xFFFF_FFFA
"""From here on a sector number is a mark: end of a chain, free, or part of the table."""

_SECTOR_SHIFTS: Final = frozenset({9, 12})
_SMALL_SECTOR: Final = 64
_SMALL_STREAM_MAX: Final = 4_096
"""Streams of fewer bytes are kept in small sectors."""

_STREAM: Final = 2
_ROOT: Final = 5


@attrs.frozen
class _Entry:
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class Container:
    """A compound file, of which only the named streams are put together; case is no matter.

    Streams of embedded objects, which lie in storages of their own, are none of them. No chain
    of sectors is longer than the file, so none can go in circles. Raises SheetRefusedError for a
    file that is damaged.
    """

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER.size:
            raise refused(SheetRefusal.DAMAGED)
        shift, directory, cutoff, small_table, *fat = _HEADER.unpack_from(content)
        if shift not in _SECTOR_SHIFTS or cutoff != _SMALL_STREAM_MAX:
            raise refused(SheetRefusal.DAMAGED)
        self._content, self._sector = content, 1 << shift
        tables = b"".join(self._one(sector) for sector in fat if sector < _LAST_SECTOR)
        self._table = _numbers(tables)
        entries = _entries(self._chain(directory))
        self._root = next((one for one in entries if one.kind == _ROOT), None)
        own = _children(entries, self._root.child) if self._root else []
        self._streams = _streams(own) or _streams(entries)
        self._small_table = _numbers(self._chain(small_table))

    @property
    def names(self) -> AbstractSet[str]:
        """The names of all streams."""
        return {entry.name for entry in self._streams}

    def stream(self, name: str) -> bytes:
        """Return a stream, empty if there is none."""
        entry = self._find(name)
        if entry is None:
            return b""
        if entry.size >= _SMALL_STREAM_MAX:
            return self._chain(entry.start)[: entry.size]
        small = self._chain(self._root.start) if self._root else b""
        places = _places(entry.start, self._small_table, _SMALL_STREAM_MAX // _SMALL_SECTOR)
        pieces = (small[place * _SMALL_SECTOR : (place + 1) * _SMALL_SECTOR] for place in places)
        return b"".join(pieces)[: entry.size]

    def _find(self, name: str) -> _Entry | None:
        same = (entry for entry in self._streams if entry.name.lower() == name.lower())
        return next(same, None)

    def _chain(self, start: int) -> bytes:
        most = -(-len(self._content) // self._sector)
        return b"".join(self._one(sector) for sector in _places(start, self._table, most))

    def _one(self, sector: int) -> bytes:
        """Return a sector; the header takes the place of the one before the first."""
        return self._content[(sector + 1) * self._sector : (sector + 2) * self._sector]


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack_from(f"<{len(table) // 4}I", table)


def _places(start: int, table: tuple[int, ...], most: int) -> list[int]:
    """Return the sectors of a chain; raise SheetRefusedError when it is too long or broken."""
    places: list[int] = []
    while start < _LAST_SECTOR:
        if start >= len(table) or len(places) >= most:
            raise refused(SheetRefusal.DAMAGED)
        places.append(start)
        start = table[start]
    return places


def _entries(directory: bytes) -> list[_Entry]:
    whole = directory[: len(directory) // _ENTRY.size * _ENTRY.size]
    return [
        _Entry(name[: max(0, length - 2)].decode("utf-16-le", "replace"), kind, *numbers)
        for name, length, kind, *numbers in _ENTRY.iter_unpack(whole)
    ]


def _streams(entries: list[_Entry]) -> list[_Entry]:
    return [entry for entry in entries if entry.kind == _STREAM]


def _children(entries: list[_Entry], first: int) -> list[_Entry]:
    """Return the entries of one storage, whose numbers make a tree; each counts once."""
    found: dict[int, _Entry] = {}
    waiting = [first]
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in found:
            found[number] = entries[number]
            waiting += [entries[number].left, entries[number].right]
    return list(found.values())
