"""What staff change of an uploaded table in its preview (rule 3.17)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import attrs

from billing_domain.model.sheet import SheetTable, cell_text


@attrs.frozen
class Mends:
    """Corrected cells by row and column from 1, and the rows that are left out."""

    cells: Mapping[tuple[int, int], str] = attrs.field(factory=dict)
    left_out: frozenset[int] = frozenset()

    def revise(
        self,
        *,
        cells: Mapping[tuple[int, int], str],
        shown: Collection[int] = (),
        left_out: Collection[int] = (),
    ) -> Mends:
        """Return the mends with further cells; of the rows `shown` exactly `left_out` are out.

        Rows that are left out without being shown stay so.
        """
        kept = self.left_out - set(shown)
        return Mends({**self.cells, **cells}, kept | frozenset(left_out))

    def apply(self, table: SheetTable) -> SheetTable:
        """Return the table as staff mended it; cells outside the table change nothing.

        A cell that says again what the file says is not mended.
        """
        if not (self.cells or self.left_out):
            return table
        rows = [list(row) for row in table.rows]
        mended = {
            (row, column): text
            for (row, column), text in self.cells.items()
            if 1 <= row <= len(rows) and 1 <= column <= table.width
            if text != cell_text(table.cell(row, column))
        }
        for (row, column), text in mended.items():
            cells = rows[row - 1]
            cells += [None] * (column - len(cells))
            cells[column - 1] = text
        return attrs.evolve(
            table,
            rows=rows,
            marks={place: mark for place, mark in table.marks.items() if place not in mended},
            left_out=frozenset(self.left_out & set(range(1, len(rows) + 1))),
            mended=frozenset(mended),
        )


NO_MENDS: Final = Mends()
