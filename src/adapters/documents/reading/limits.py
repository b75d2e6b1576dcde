"""How much of an upload is read before it is refused, and the refusals themselves.

The limits hold the memory of reading below 64 MiB whatever a file claims about itself (promise
P30). They are counted while reading, since sizes that a file declares may be lies.
"""

from __future__ import annotations

from typing import Final

import attrs

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
TEXT_MAX: Final = 8_000_000
SLOTS_MAX: Final = 1_000_000


def refused(reason: SheetRefusal, detail: str = "") -> SheetRefusedError:
    """Return the error that refuses a file; `detail` names the cell or the part."""
    return SheetRefusedError(reason=reason.value, detail=detail)


@attrs.define
class CellBudget:
    """What the cells of one sheet have used up.

    Text counts at every cell that shows it, so that one long shared string can't be multiplied.
    """

    cells: int = 0
    characters: int = 0
    slots: int = 0

    def take_text(self, text: str, cell: str) -> None:
        """Count a text; raise SheetRefusedError when it or all of them are too long."""
        if len(text) > CELL_TEXT_MAX:
            raise refused(SheetRefusal.DAMAGED, cell)
        self.characters += len(text)
        if self.characters > TEXT_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell)

    def take_cell(self, row: int, column: int, slots: int) -> None:
        """Count a cell with content, at a row and column from 1, and the slots that it adds."""
        if row > ROWS_MAX:
            raise refused(SheetRefusal.TOO_LONG, cell_name(row, column))
        if column > COLUMNS_MAX:
            raise refused(SheetRefusal.TOO_WIDE, cell_name(row, column))
        self.cells += 1
        self.slots += slots
        if self.cells > CELLS_MAX or self.slots > SLOTS_MAX:
            raise refused(SheetRefusal.UNPACKS_TOO_LARGE, cell_name(row, column))


def cell_name(row: int, column: int) -> str:
    """Return the name that a spreadsheet shows for a row and a column from 1: `B7`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
