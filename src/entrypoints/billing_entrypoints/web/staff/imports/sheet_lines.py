"""The rows of an uploaded sheet as its preview shows them, problems first (rule 3.17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs

from billing_domain.model.imports.profile import Column
from billing_domain.model.imports.request import Sheet
from billing_domain.model.imports.table_rows import RowsBelow
from billing_domain.model.sheet import RowProblem, Severity, SheetTable

LINES_SHOWN: Final = 50
DUPLICATES: Final = frozenset({"same_charge_before", "same_charge_in_file"})
"""The problems of rows that charge again what is charged already."""

_OTHER_CELL: Final = {"period_order": Column.FIRST_DAY}
"""A second cell that may be the wrong one, by the code of the problem."""

_ORDER: Final = list(Severity)
_KINDS: Final = ("", *(severity.value for severity in Severity), "left_out")
_MENDABLE: Final = frozenset({Severity.ERROR, Severity.WARNING})
Show = Callable[[Any], Mapping[Any, str]]


@attrs.frozen
class LineCell:
    """One cell: `text` is what the table says, `shown` what it means once it is read.

    `doubted` means that a problem of another cell may be mended here.
    """

    place: str
    label: str
    text: str
    shown: str
    problems: tuple[RowProblem, ...]
    doubted: bool = False

    @property
    def candidates(self) -> tuple[str, ...]:
        """The houses that the cell may mean, by their full addresses."""
        return tuple(
            house for each in self.problems for house in _texts(each.facts.get("candidates"))
        )

    @property
    def refused(self) -> bool:
        """Whether the cell forbids the import."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def wrong(self) -> bool:
        """Whether a problem waits to be mended here."""
        return self.doubted or any(each.severity in _MENDABLE for each in self.problems)


@attrs.frozen
class SheetLine:
    """One row of the sheet; `left_out` by staff, `chosen` when all its cells are fields."""

    row: int
    cells: tuple[LineCell, ...]
    problems: tuple[RowProblem, ...]
    left_out: bool
    chosen: bool = False

    @property
    def others(self) -> tuple[RowProblem, ...]:
        """The problems of the whole row, or of a column that the file lacks."""
        labels = {cell.label for cell in self.cells}
        return tuple(each for each in self.problems if each.column not in labels)

    @property
    def severities(self) -> frozenset[Severity]:
        """The severities of its problems."""
        return frozenset(problem.severity for problem in self.problems)

    @property
    def rank(self) -> tuple[int, int]:
        """Where it stands: graver problems first, rows that are left out last."""
        gravest = min(map(_ORDER.index, self.severities), default=len(_ORDER))
        return (len(_ORDER) + 1 if self.left_out else gravest, self.row)


@attrs.frozen
class Shown:
    """What of the lines an address asks for: a severity, those left out, or all; and one page."""

    kind: str = ""
    page: int = 1
    row: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Shown:
        """Read an address; what can't be read means all lines, the first page, no row."""
        kind = query.get("show", "")
        kind = kind if kind in _KINDS else ""
        return cls(kind, _number(query, "page") or 1, _number(query, "row"))

    def has(self, line: SheetLine) -> bool:
        """Tell whether a line is asked for."""
        if self.kind == "left_out":
            return line.left_out
        return not self.kind or any(each.value == self.kind for each in line.severities)


@attrs.frozen
class LinePage:
    """One page of the lines, how many lines of each kind there are, and problems of no row."""

    shown: Shown
    lines: tuple[SheetLine, ...]
    total: int
    counts: Mapping[str, int]
    about_all: tuple[RowProblem, ...]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // LINES_SHOWN))


def line_page(table: SheetTable, sheet: Sheet, shown: Shown, show: Show) -> LinePage:
    """Return the asked page of a sheet's lines."""
    lines = sorted(_lines(table, sheet, shown, show), key=lambda line: line.rank)
    counts = {kind: sum(map(Shown(kind).has, lines)) for kind in _KINDS}
    chosen = [line for line in lines if shown.has(line) or line.chosen]
    pages = max(1, -(-len(chosen) // LINES_SHOWN))
    page = min(shown.page, pages)
    start = (page - 1) * LINES_SHOWN
    return LinePage(
        attrs.evolve(shown, page=page),
        tuple(chosen[start : start + LINES_SHOWN]),
        len(chosen),
        counts,
        tuple(problem for problem in sheet.problems if _about_all(problem, sheet.header.row)),
    )


def duplicate_rows(problems: Sequence[RowProblem]) -> set[int]:
    """Return the rows that charge again what is charged already."""
    return {problem.row for problem in problems if problem.code in DUPLICATES}


def _lines(table: SheetTable, sheet: Sheet, shown: Shown, show: Show) -> list[SheetLine]:
    header, below = sheet.header, RowsBelow(table, sheet.header, house=None, labels=())
    columns = sorted(header.places.items(), key=lambda item: item[1])
    drafts = {draft.row: show(draft) for draft in sheet.drafts}
    problems: dict[int, list[RowProblem]] = defaultdict(list)
    for problem in sheet.problems:
        if not _about_all(problem, header.row):
            problems[problem.row].append(problem)
    lines = []
    for number in drafts.keys() | problems.keys() | table.left_out:
        texts, read, found = below.row(number).texts, drafts.get(number, {}), problems[number]
        cells = tuple(
            LineCell(
                f"{number}:{place + 1}",
                header.names[key],
                texts[key],
                read.get(key, texts[key]),
                tuple(each for each in found if each.column == header.names[key]),
                any(_OTHER_CELL.get(each.code) == key for each in found),
            )
            for key, place in columns
        )
        left_out = number in table.left_out
        lines.append(
            SheetLine(number, cells, tuple(found), left_out, number == shown.row and not left_out)
        )
    return lines


def _about_all(problem: RowProblem, header_row: int) -> bool:
    """Tell whether a problem is one of the header or of many rows at once (rule 3.15)."""
    return problem.row <= header_row + 1 or "rows" in problem.facts


def _texts(fact: object) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else ()


def _number(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004
