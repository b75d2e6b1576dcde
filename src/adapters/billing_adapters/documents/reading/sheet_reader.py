"""The reader of uploads, which asks a file's content, never its name, what it is."""

from __future__ import annotations

from typing import Final

import attrs

from billing_adapters.documents.reading.csv_text import read_csv
from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.xls_cells import read_xls
from billing_adapters.documents.reading.xlsx_cells import read_xlsx
from billing_domain.model.sheet import SheetRefusal, SheetTable
from billing_domain.ports.documents import FILE_BYTES_MAX, SheetReader

_ZIP: Final = b"PK\x03\x04"
_COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@attrs.frozen
class DocumentSheetReader(SheetReader):
    """Reads csv, xls, xlsx and xlsm in bounded memory and time.

    Never runs a macro, follows a link or computes a formula.
    """

    def read(self, content: bytes) -> SheetTable:
        if not content:
            raise refused(SheetRefusal.EMPTY)
        if len(content) > FILE_BYTES_MAX:
            raise refused(SheetRefusal.TOO_LARGE, str(len(content)))
        if content.startswith(_ZIP):
            return read_xlsx(content)
        if content.startswith(_COMPOUND_FILE):
            return read_xls(content)
        return read_csv(content)
