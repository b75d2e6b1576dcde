"""Errors about sheets and imports."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    InvalidInputError,
    RefusedError,
)


@attrs.frozen(str=False)
class SheetRefusedError(InvalidInputError):
    """The file can't be read as a bill sheet (rule 3.4).

    `reason` is one of `SheetRefusal`; `detail` names the cell, the column, the kind of file or
    the size. Where a header was looked for, `sheet` is the sheet's name, empty for a text file,
    and `read` what stands in its row `row`.
    """

    code: ClassVar[str] = "sheet_refused"
    reason: str
    detail: str = ""
    sheet: str = ""
    read: str = ""
    row: int = 0


@attrs.frozen(str=False)
class TooManyRowsError(InvalidInputError):
    """The sheet has more data rows than one import accepts (rule 3.5)."""

    code: ClassVar[str] = "too_many_rows"
    rows: int
    rows_max: int


@attrs.frozen(str=False)
class ImportRefusedError(RefusedError):
    """The sheet has row errors, so no row was imported (rule 3.11)."""

    code: ClassVar[str] = "import_refused"
    errors: int


@attrs.frozen(str=False)
class ImportUnconfirmedError(RefusedError):
    """The sheet has warnings that nobody confirmed (rule 3.12)."""

    code: ClassVar[str] = "import_unconfirmed"
    warnings: int


@attrs.frozen(str=False)
class FileImportedBeforeError(RefusedError):
    """The same file was already imported into this community (rule 3.12)."""

    code: ClassVar[str] = "file_imported_before"
    batch_id: str
    imported_at: datetime


@attrs.frozen(str=False)
class ImportInUseError(RefusedError):
    """Bills of the import are paid, or none is left, so it can't be withdrawn (rule 3.16)."""

    code: ClassVar[str] = "import_in_use"
    paid: int
    left: int
