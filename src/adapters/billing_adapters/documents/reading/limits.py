"""How much of an upload is read before it is refused, and the refusals themselves.

The limits hold the memory of reading below 64 MiB whatever a file claims about itself (promise
P30). They are counted while reading, since sizes that a file declares may be lies.
"""

from __future__ import annotations

from typing import Final

from billing_domain.errors import SheetRefusedError
from billing_domain.model.sheet import SheetRefusal

UNPACKED_BYTES_MAX: Final = 100 * 1024 * 1024
"""What all parts of a workbook may unpack to (rule 3.4)."""

ROWS_MAX: Final = 20_000
"""The last row that may have content: a row per house of a large community fits."""

COLUMNS_MAX: Final = 256
"""The last column that may have content, as many as an xls sheet has."""

CELL_TEXT_MAX: Final = 32_767
"""Characters of one cell, as many as a spreadsheet program allows."""

CELLS_MAX: Final = 200_000
"""Cells with content in one sheet."""

SLOTS_MAX: Final = 1_000_000
"""Cells with content and the empty ones left of them."""

MERGED_MAX: Final = 20_000
"""Merged ranges of one sheet, as many as rows."""

TEXT_MAX: Final = 8_000_000
"""Characters of all cells together, counted wherever a shared text is shown."""


def refused(reason: SheetRefusal, detail: str = "", *, sheet: str = "") -> SheetRefusedError:
    """Return the error that refuses a file; `detail` names the cell, the part or the kind."""
    return SheetRefusedError(reason=reason.value, detail=detail, sheet=sheet)
