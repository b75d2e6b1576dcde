"""The parts of a zipped workbook, read in pieces and never beyond what they may unpack to.

Only asked-for parts are ever unpacked: macros, drawings, external links and archives within the
archive stay what they are, bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from billing_adapters.documents.reading.limits import UNPACKED_BYTES_MAX, refused
from billing_domain.model.sheet import SheetRefusal

ENTRIES_MAX: Final = 2_000

_PIECE_BYTES: Final = 64 * 1024
_CENTRAL_SIGNATURE: Final = b"PK\x01\x02"
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED_FLAG: Final = 0x1
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    UnicodeError,
    ValueError,
)


class ZipParts:
    """Parts by name, compared without case, backslashes and a leading slash.

    Raises SheetRefusedError for an archive that is damaged, encrypted, that names a part twice,
    or that says or turns out to unpack to more than 100 MB.
    """

    def __init__(self, content: bytes) -> None:
        if content.count(_CENTRAL_SIGNATURE) > ENTRIES_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise refused(SheetRefusal.DAMAGED) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._archive.infolist():
            name = _folded(entry.filename)
            if name in self._entries:
                raise refused(SheetRefusal.DAMAGED, entry.filename)
            self._entries[name] = entry
        if sum(entry.file_size for entry in self._entries.values()) > UNPACKED_BYTES_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE)
        self._unpacked = 0

    @property
    def names(self) -> AbstractSet[str]:
        """The names of all parts in lower case."""
        return self._entries.keys()

    def __contains__(self, name: str) -> bool:
        return _folded(name) in self._entries

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece; raise SheetRefusedError when it is missing."""
        entry = self._entries.get(_folded(name))
        if entry is None:
            raise refused(SheetRefusal.DAMAGED, name)
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise refused(SheetRefusal.ENCRYPTED)
        if entry.compress_type not in _METHODS:
            raise refused(SheetRefusal.DAMAGED, name)
        try:
            with self._archive.open(entry) as part:
                while piece := part.read(_PIECE_BYTES):
                    self._unpacked += len(piece)
                    if self._unpacked > UNPACKED_BYTES_MAX:
                        raise refused(SheetRefusal.UNPACKS_TOO_LARGE, name)
                    yield piece
        except _DAMAGE as error:
            raise refused(SheetRefusal.DAMAGED, name) from error


def _folded(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
