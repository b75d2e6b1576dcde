"""The reader of uploads, which asks a file's content, never its name, what it is."""

from __future__ import annotations

import attrs

from billing_adapters.documents.reading.csv_text import decoded, read_csv
from billing_adapters.documents.reading.file_kinds import COMPOUND_FILE, ZIP, other_kind
from billing_adapters.documents.reading.html_tables import looks_like_html, read_html
from billing_adapters.documents.reading.limits import refused
from billing_adapters.documents.reading.passwords import is_encrypted_package, unlocked_package
from billing_adapters.documents.reading.spreadsheet_xml import (
    looks_like_spreadsheet_xml,
    read_spreadsheet_xml,
)
from billing_adapters.documents.reading.xls_cells import read_xls
from billing_adapters.documents.reading.xls_container import Container
from billing_adapters.documents.reading.xlsx_cells import read_xlsx
from billing_domain.model.sheet import SheetRefusal, SheetTable
from billing_domain.ports.documents import FILE_BYTES_MAX, SheetReader


@attrs.frozen
class DocumentSheetReader(SheetReader):
    """Reads csv, xls, xlsx and xlsm, and html or XML that was named so, in bounded memory.

    Never runs a macro, follows a link or computes a formula.
    """

    def read(self, content: bytes) -> SheetTable:
        if not content:
            raise refused(SheetRefusal.EMPTY)
        if len(content) > FILE_BYTES_MAX:
            raise refused(SheetRefusal.TOO_LARGE, str(len(content)))
        if content.startswith(ZIP):
            return read_xlsx(content)
        if content.startswith(COMPOUND_FILE):
            return _read_compound(Container(content))
        kind = other_kind(content)
        if kind:
            raise refused(SheetRefusal.NOT_A_SPREADSHEET, kind)
        return _read_text(decoded(content))


def _read_compound(container: Container) -> SheetTable:
    if is_encrypted_package(container):
        return read_xlsx(unlocked_package(container))
    return read_xls(container)


def _read_text(text: str) -> SheetTable:
    if looks_like_spreadsheet_xml(text):
        return read_spreadsheet_xml(text)
    return read_html(text) if looks_like_html(text) else read_csv(text)
