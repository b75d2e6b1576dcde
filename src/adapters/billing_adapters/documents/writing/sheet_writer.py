"""The writer of everything that users download as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import attrs

from billing_adapters.documents.writing.error_workbook import error_workbook
from billing_adapters.documents.writing.table_files import write_csv, write_xlsx
from billing_adapters.documents.writing.template_workbook import template_workbook
from billing_domain.model.sheet import SheetTable
from billing_domain.ports.documents import ExportCell, FileFormat, SheetTemplate, SheetWriter


@attrs.frozen
class DocumentSheetWriter(SheetWriter):
    """Writes templates and error workbooks as xlsx, tables as xlsx or csv."""

    def template(self, template: SheetTemplate) -> bytes:
        return template_workbook(template)

    def with_errors(
        self, table: SheetTable, messages: Mapping[int, str], *, header: str, header_row: int
    ) -> bytes:
        return error_workbook(table, messages, header=header, header_row=header_row)

    def table(
        self,
        path: Path,
        file_format: FileFormat,
        header: Sequence[str],
        rows: Iterable[Sequence[ExportCell]],
    ) -> None:
        """Write many rows in bounded memory; titles of the header are distinct."""
        if file_format is FileFormat.CSV:
            write_csv(path, header, rows)
        else:
            write_xlsx(path, header, rows)
