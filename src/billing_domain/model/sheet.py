"""What a spreadsheet is to the domain: rows of cells, and problems found in them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import attrs

from billing_domain.errors import BillingError
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
    FORMULA_WITHOUT_VALUE = "formula_without_value"
    UNKNOWN_ENCODING = "unknown_encoding"
    TOO_SLOW = "too_slow"
    HEADER_NOT_FOUND = "header_not_found"
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    EXAMPLE_CHANGED = "example_changed"
    NO_ROWS = "no_rows"


class Severity(Enum):
    """What a problem means for the import: errors forbid, warnings ask, notes inform."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@attrs.frozen
class SheetTable:
    """The first sheet of a file; `rows[0]` is the row that a spreadsheet shows as 1."""

    rows: Sequence[Sequence[Cell]]


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


def error_texts(
    problems: Iterable[RowProblem], words: Callable[[RowProblem], str]
) -> dict[int, str]:
    """Return what an error workbook says about each row; notes are left out (rule 3.11)."""
    found: dict[int, list[str]] = {}
    for problem in problems:
        if problem.severity is not Severity.NOTE:
            found.setdefault(problem.row, []).append(words(problem))
    return {row: "；".join(texts) for row, texts in found.items()}


def fold_label(text: str) -> str:
    """Return a name without blanks and in half width, for comparing labels."""
    return "".join(unicodedata.normalize("NFKC", text).split())
