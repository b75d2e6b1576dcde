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

    `reason` is one of `SheetRefusal`; `detail` names the cell, the column or the size.
    """

    code: ClassVar[str] = "sheet_refused"
    reason: str
    detail: str = ""


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
