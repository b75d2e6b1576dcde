"""What a spreadsheet is to the domain: rows of cells, and problems found in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import attrs

from billing_domain.errors import BillingError
from billing_domain.model.folding import without_invisible
from billing_domain.model.money import decimal_text

Cell = str | int | float | Decimal | bool | date | datetime | None
"""A cell's value; None and blank text are empty. A formula is its last computed value."""


class SheetRefusal(Enum):
    """Why a file is refused whole (rule 3.4)."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    TOO_LONG = "too_long"
    TOO_WIDE = "too_wide"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NOT_A_SPREADSHEET = "not_a_spreadsheet"
    UNKNOWN_ENCODING = "unknown_encoding"
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    QUOTE_UNCLOSED = "quote_unclosed"
    TOO_SLOW = "too_slow"
    HEADER_NOT_FOUND = "header_not_found"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    COLUMN_HIDDEN = "column_hidden"
    OTHER_TEMPLATE = "other_template"
    EXAMPLE_CHANGED = "example_changed"
    NO_ROWS = "no_rows"
    ROWS_HIDDEN = "rows_hidden"


class Severity(Enum):
    """What a problem means for the import: errors forbid, warnings ask, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class CellMark(Enum):
    """What a cell's value does not say about it."""

    NOT_CALCULATED = "not_calculated"
    """A formula without a result, or with the 0 that programs write before calculating."""

    MONTH_OF_A_DAY = "month_of_a_day"
    """A date shown by its month that is not the first of that month."""


@attrs.frozen
class CellRange:
    """A rectangle of cells; rows and columns count from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@attrs.frozen
class SheetTable:
    """The first sheet of a file; `rows[0]` is the row that a spreadsheet shows as 1.

    `name` is the sheet's, empty for a text file. What the cells do not say stands beside them:
    merged ranges, whose value is in their first cell, hidden rows and columns from 1, and marks
    by row and column from 1. `left_out` are rows that staff leave out, `mended` cells that staff
    corrected; a mended cell belongs to no merged range (rule 3.17).
    """

    rows: Sequence[Sequence[Cell]]
    name: str = ""
    merged: Sequence[CellRange] = ()
    hidden_rows: AbstractSet[int] = frozenset()
    hidden_columns: AbstractSet[int] = frozenset()
    marks: Mapping[tuple[int, int], CellMark] = attrs.field(factory=dict)
    left_out: AbstractSet[int] = frozenset()
    mended: AbstractSet[tuple[int, int]] = frozenset()

    def merged_over(self, column: int, *, below: int) -> dict[int, int]:
        """Return the rows below `below` that a cell of a column is merged over, by its own row.

        `{3: 3, 4: 3}` says that rows 3 and 4 of the column are one cell. Where ranges overlap,
        as no program writes them, the upper one counts.
        """
        found: dict[int, int] = {}
        free = below + 1
        for each in sorted(self.merged, key=lambda each: each.top):
            if each.left <= column <= each.right and free <= each.top < each.bottom:
                free = min(each.bottom, len(self.rows)) + 1
                found |= dict.fromkeys(range(each.top, free), each.top)
        return found

    def without_left_out(self) -> SheetTable:
        """Return the table with blank rows where staff left rows out."""
        rows = [() if at in self.left_out else row for at, row in enumerate(self.rows, 1)]
        return attrs.evolve(self, rows=rows)

    @property
    def width(self) -> int:
        """The number of columns of the longest row."""
        return max(map(len, self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell by row and column from 1, None where the row is shorter."""
        cells = self.rows[row - 1]
        return cells[column - 1] if column <= len(cells) else None


def cell_name(row: int, column: int) -> str:
    """Return the name that a spreadsheet shows for a row and a column from 1: `B7`."""
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """Return the name that a spreadsheet shows for a column from 1: `AA`."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


@attrs.frozen
class RowProblem:
    """One thing found in one cell: a coded fact that entrypoints put into words.

    `row` counts from 1 as a spreadsheet shows it; `column` is the header's name, empty where
    the whole row is meant.
    """

    row: int
    column: str
    severity: Severity
    code: str
    facts: Mapping[str, object] = attrs.field(factory=dict)


@attrs.frozen
class ProblemCounts:
    """How many rows and problems a preview has."""

    rows: int
    errors: int
    warnings: int
    notes: int

    @classmethod
    def of(cls, rows: int, problems: Iterable[RowProblem]) -> ProblemCounts:
        """Count the problems by severity."""
        found = [problem.severity for problem in problems]
        return cls(
            rows=rows,
            errors=found.count(Severity.ERROR),
            warnings=found.count(Severity.WARNING),
            notes=found.count(Severity.NOTE),
        )


def error_problem(row: int, column: str, error: BillingError) -> RowProblem:
    """Return the row error that a refused value is."""
    return RowProblem(row, column, Severity.ERROR, error.code, dict(error.facts))


def cell_text(cell: Cell) -> str:
    """Return a cell as the text that a spreadsheet shows, without blanks around it."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return decimal_text(cell)


def plain_text(cell: Cell) -> str:
    """Return a cell's text without the characters that nobody sees."""
    return without_invisible(cell_text(cell)).strip()


def error_texts(
    problems: Iterable[RowProblem], words: Callable[[RowProblem], str]
) -> dict[int, str]:
    """Return what an error workbook says about each row; notes are left out (rule 3.11)."""
    found: dict[int, list[str]] = {}
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            found.setdefault(problem.row, []).append(words(problem))
    return {row: "；".join(texts) for row, texts in found.items()}
