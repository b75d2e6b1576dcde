"""The data rows below a header, and what the sheet says about them without words (rule 3.15)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, Generic

import attrs

from billing_domain.errors import SheetRefusedError, TooManyRowsError
from billing_domain.model.folding import fold_label
from billing_domain.model.imports.header import FoundHeader, Key
from billing_domain.model.sheet import (
    Cell,
    CellMark,
    RowProblem,
    Severity,
    SheetRefusal,
    SheetTable,
    cell_name,
    cell_text,
    column_letters,
    plain_text,
)

_TOTAL: Final = re.compile(
    r"(?:本页|本表|本月|本期|累计|应收|金额)?(?:合计|小计|总计|共计|汇总)(?:金额)?[::]?(?:\(.*\))?"
)
_TOTAL_OF_HOUSES: Final = re.compile(r"合计|小计|总计|共计")
_SHOWN_MAX: Final = 40
_CELLS_NAMED_MAX: Final = 10


class RowFault(Exception):  # noqa: N818 - becomes a row problem, never leaves the reading
    """Something wrong with a cell that is no error of the domain's own."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@attrs.frozen
class TableRow(Generic[Key]):
    """One row's cells by column, and what they say as text that people see.

    `number` counts as a spreadsheet shows it. A cell merged over several rows has its value in
    each of them; `merged` names such columns, `covered` those whose cell begins further up.
    """

    number: int
    cells: Mapping[Key, Cell]
    texts: Mapping[Key, str]
    merged: Collection[Key] = ()
    covered: Collection[Key] = ()
    marks: Mapping[Key, CellMark] = attrs.field(factory=dict)

    @property
    def blank(self) -> bool:
        """Whether no known column has a value."""
        return not any(self.texts.values()) and not self.marks

    @property
    def uncalculated(self) -> Iterator[Key]:
        """The columns whose formula has no result."""
        for key, mark in self.marks.items():
            if mark is CellMark.NOT_CALCULATED and not self.texts[key]:
                yield key

    def filled(self, *, beside: Collection[Key], kept: Collection[Key] = ()) -> bool:
        """Tell whether any column beside some has a value; of `kept` only one of its own."""
        return any(
            (self.texts[key] or key in self.marks)
            and key not in beside
            and not (key in kept and key in self.covered)
            for key in self.texts
        )


class RowsBelow(Generic[Key]):
    """Reads the rows below a header, and collects what is to be said of those left out.

    Totals are told by the column `house`, by one of `labels`, or by any further column where
    no house is named.
    """

    def __init__(
        self, table: SheetTable, header: FoundHeader[Key], *, house: Key, labels: Collection[Key]
    ) -> None:
        self._table, self._header = table, header
        self._house, self._labels = house, labels
        self._top = header.row + 1
        self._merged = {
            key: merged
            for key, place in header.places.items()
            if (merged := table.merged_over(place + 1, below=self._top))
        }
        keys = {place + 1: key for key, place in header.places.items()}
        self._marks: dict[int, dict[Key, CellMark]] = {}
        for (row, column), mark in table.marks.items():
            if column in keys:
                self._marks.setdefault(row, {})[keys[column]] = mark
        self._known = frozenset(header.places.values())
        self._unnamed: dict[int, list[tuple[int, str]]] = {}
        self._hidden: list[int] = []
        self._found: list[RowProblem] = []

    def __iter__(self) -> Iterator[TableRow[Key]]:
        """Yield every row in which a known column has a value, but those that staff left out."""
        for number in range(self._top + 1, len(self._table.rows) + 1):
            if number not in self._table.left_out and not (row := self.row(number)).blank:
                yield row

    def leave_out(self, row: TableRow[Key]) -> bool:
        """Tell whether a filled row is hidden or a total; remember what to say of the row."""
        if row.number in self._table.hidden_rows:
            self._hidden.append(row.number)
            return True
        label = self._total(row)
        if label:
            found = RowProblem(row.number, "", Severity.WARNING, "totals_row", {"text": label})
            self._found.append(found)
            return True
        for place, text in self._beside(row):
            if self._unheaded(place):
                self._unnamed.setdefault(place, []).append((row.number, text))
        return False

    def check(self, rows: Sequence[TableRow[Key]], *, rows_max: int) -> None:
        """Refuse a sheet that has no data rows, too many, or formulas without a result.

        Raises SheetRefusedError, or TooManyRowsError above `rows_max`.
        """
        if not rows:
            reason = SheetRefusal.ROWS_HIDDEN if self._hidden else SheetRefusal.NO_ROWS
            raise SheetRefusedError(reason=reason.value)
        if len(rows) > rows_max:
            raise TooManyRowsError(rows=len(rows), rows_max=rows_max)
        cells = [
            cell_name(row.number, self._header.places[key] + 1)
            for row in rows
            for key in row.uncalculated
        ]
        if cells:
            named = "、".join(cells[:_CELLS_NAMED_MAX]) + "…" * (len(cells) > _CELLS_NAMED_MAX)
            reason = SheetRefusal.FORMULA_WITHOUT_VALUE
            raise SheetRefusedError(reason=reason.value, detail=named, sheet=self._table.name)

    def problems(self) -> Iterator[RowProblem]:
        """Yield a warning for totals, hidden rows and content under no header."""
        yield from self._found
        if self._hidden:
            facts: dict[str, object] = {"rows": tuple(self._hidden)}
            yield RowProblem(self._hidden[0], "", Severity.WARNING, "rows_hidden", facts)
        for place, found in self._unnamed.items():
            facts = {
                "column": column_letters(place + 1),
                "text": found[0][1],
                "rows": tuple(number for number, _ in found),
            }
            yield RowProblem(found[0][0], "", Severity.WARNING, "content_without_header", facts)

    def row(self, number: int) -> TableRow[Key]:
        """Return a row by its number, whatever it says."""
        cells = self._table.rows[number - 1]
        known = {
            key: cells[place] if place < len(cells) else None
            for key, place in self._header.places.items()
        }
        merged, covered = [], []
        for key, rows in self._merged.items():
            if (number, self._header.places[key] + 1) in self._table.mended:
                continue
            if number in rows:
                merged.append(key)
            if rows.get(number, number) != number:
                covered.append(key)
                known[key] = self._table.cell(rows[number], self._header.places[key] + 1)
        texts = {key: plain_text(cell) for key, cell in known.items()}
        return TableRow(number, known, texts, merged, covered, self._marks.get(number, {}))

    def _total(self, row: TableRow[Key]) -> str:
        """Return the label that makes a row a total, empty for any other row."""
        house = row.texts[self._house]
        if _TOTAL_OF_HOUSES.search(fold_label(house)):
            return house[:_SHOWN_MAX]
        texts = [row.texts[key] for key in self._labels if key in row.texts]
        if not house:
            texts += [text for _, text in self._beside(row)]
        return next((text for text in texts if _TOTAL.fullmatch(fold_label(text))), "")

    def _beside(self, row: TableRow[Key]) -> Iterator[tuple[int, str]]:
        """Yield place and text of a row's cells in columns that are not known."""
        cells = self._table.rows[row.number - 1]
        if len(cells) > len(self._known) or not self._known.issuperset(range(len(cells))):
            for place, cell in enumerate(cells):
                if place not in self._known and (text := plain_text(cell)):
                    yield place, text[:_SHOWN_MAX]

    def _unheaded(self, place: int) -> bool:
        hidden = place + 1 in self._table.hidden_columns
        header = self._table.rows[self._header.row]
        return not hidden and (place >= len(header) or not cell_text(header[place]))
