"""The reader of uploads, which asks a file's content, never its name, what it is."""

from __future__ import annotations

import sys
from typing import Final

import attrs

from adapters.documents.reading.csv_text import read_csv
from adapters.documents.reading.limits import refused
from adapters.documents.reading.xls_book import XlsLimits, read_xls
from adapters.documents.reading.xlsx_cells import read_xlsx
from billing_domain.model.sheet import SheetRefusal, SheetTable
from billing_domain.ports.documents import FILE_BYTES_MAX, SheetReader

_ZIP: Final = b"PK\x03\x04"
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@attrs.frozen
class DocumentSheetReader(SheetReader):
    """Reads csv, xls, xlsx and xlsm within limits of size, memory and time.

    xlsx and csv are read here in bounded memory; xls is read by a child process, for which
    `python` is started with `xls_limits`. Never runs a macro, follows a link or computes a
    formula.
    """

    python: str = sys.executable
    xls_limits: XlsLimits = attrs.field(factory=XlsLimits)

    def read(self, content: bytes) -> SheetTable:
        """Return the first visible sheet; raise SheetRefusedError with the reason."""
        if not content:
            raise refused(SheetRefusal.EMPTY)
        if len(content) > FILE_BYTES_MAX:
            raise refused(SheetRefusal.TOO_LARGE, str(len(content)))
        if content.startswith(_ZIP):
            return read_xlsx(content)
        if content.startswith(_COMPOUND_FILE):
            return read_xls(content, python=self.python, limits=self.xls_limits)
        return read_csv(content)
