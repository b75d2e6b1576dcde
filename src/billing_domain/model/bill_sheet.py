"""From the rows of a bill sheet to drafts of bills, and every problem of every row (rule 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

import attrs

from billing_domain.errors import (
    BillingError,
    FieldError,
    PeriodOrderError,
    SheetRefusedError,
    TooManyRowsError,
)
from billing_domain.model.bill import clean_remark
from billing_domain.model.fee_type import FeeType
from billing_domain.model.house import AddressBook, House, HouseId
from billing_domain.model.import_profile import Column, FoundHeader, ImportProfile, find_header
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod, PeriodEdge, parse_day
from billing_domain.model.sheet import (
    Cell,
    ProblemCounts,
    RowProblem,
    Severity,
    SheetRefusal,
    SheetTable,
    cell_text,
    error_problem,
    is_blank,
)

ROWS_MAX: Final = 600
"""How many data rows one import takes (rule 3.5)."""

_Value = TypeVar("_Value")


@attrs.frozen
class ChargeKey:
    """What makes two rows or bills the same charge (rule 3.12)."""

    house_id: HouseId
    fee_type: FeeType
    period: BillingPeriod


@attrs.frozen
class BillDraft:
    """One good row: a bill before it has a number. `row` counts as a spreadsheet shows it."""

    row: int
    house: House
    fee_type: FeeType
    amount: Money
    period: BillingPeriod
    remark: str

    @property
    def charge(self) -> ChargeKey:
        """What the draft charges for."""
        return ChargeKey(self.house.id, self.fee_type, self.period)


@attrs.frozen
class BillSheet:
    """What a sheet would import: drafts in row order, and every problem by row and column.

    `rows` counts data rows, good and bad; `names` is what the file calls each column.
    """

    rows: int
    drafts: tuple[BillDraft, ...]
    problems: tuple[RowProblem, ...]
    header: FoundHeader

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""
        return ProblemCounts.of(self.rows, self.problems)

    @property
    def total(self) -> Money:
        """The sum of the good rows."""
        return Money.total(draft.amount for draft in self.drafts)

    @property
    def importable(self) -> bool:
        """Whether there is something to import and no row error (rule 3.11)."""
        return bool(self.drafts) and self.counts.errors == 0

    def with_problems(self, problems: Sequence[RowProblem]) -> BillSheet:
        """Return the sheet with further problems, all in row order."""
        merged = sorted((*self.problems, *problems), key=lambda problem: problem.row)
        return attrs.evolve(self, problems=tuple(merged))


def read_bill_sheet(table: SheetTable, profile: ImportProfile, book: AddressBook) -> BillSheet:
    """Read a sheet into drafts and problems (rules 3.2-3.10, 3.12 within the file).

    The example row and rows with only an address are left out. Raises SheetRefusedError when
    the sheet as a whole can't be read, and TooManyRowsError above 600 data rows.
    """
    header = find_header(table.rows, profile)
    rows = list(_data_rows(table, header, profile))
    if not rows:
        raise SheetRefusedError(reason=SheetRefusal.NO_ROWS.value)
    if len(rows) > ROWS_MAX:
        raise TooManyRowsError(rows=len(rows), rows_max=ROWS_MAX)
    reader = _RowReader(profile, header, book)
    drafts = [draft for row, cells in rows if (draft := reader.read(row, cells)) is not None]
    problems = [*_header_notes(header), *reader.problems, *_repeated(drafts, header)]
    return BillSheet(
        rows=len(rows),
        drafts=tuple(drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        header=header,
    )


def _data_rows(
    table: SheetTable, header: FoundHeader, profile: ImportProfile
) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Yield (row number, cells) without blank, unfilled and example rows (rules 3.2, 3.3)."""
    first = True
    for index, row in enumerate(table.rows[header.row + 1 :], header.row + 2):
        if is_blank(row):
            continue
        if first and _is_example(row, header, profile):
            first = False
            continue
        first = False
        if _is_filled(row, header):
            yield index, row


def _is_example(row: Sequence[Cell], header: FoundHeader, profile: ImportProfile) -> bool:
    """Tell whether this is the example row; raise SheetRefusedError if it was changed."""
    if profile.example_row is None:
        return False
    wanted = dict(zip(profile.columns, profile.example_row, strict=False))
    if _text(row, header, Column.HOUSE) != wanted[Column.HOUSE]:
        return False
    for column in header.places:
        if column in wanted and _text(row, header, column) != wanted[column]:
            raise SheetRefusedError(
                reason=SheetRefusal.EXAMPLE_CHANGED.value, detail=header.names[column]
            )
    return True


def _is_filled(row: Sequence[Cell], header: FoundHeader) -> bool:
    """Tell whether a known column other than the address and the customer has a value."""
    unfilled = {Column.HOUSE, Column.CUSTOMER}
    return any(_text(row, header, column) for column in header.places if column not in unfilled)


def _text(row: Sequence[Cell], header: FoundHeader, column: Column) -> str:
    return cell_text(_cell(row, header, column))


def _cell(row: Sequence[Cell], header: FoundHeader, column: Column) -> Cell:
    place = header.places.get(column)
    return row[place] if place is not None and place < len(row) else None


def _header_notes(header: FoundHeader) -> Iterator[RowProblem]:
    """Yield a note for each column that the profile does not know (rule 3.4)."""
    for name in header.ignored:
        yield RowProblem(header.row + 1, name, Severity.NOTE, "column_ignored", {"column": name})


def _repeated(drafts: Sequence[BillDraft], header: FoundHeader) -> Iterator[RowProblem]:
    """Yield a warning for each row that charges the same as an earlier one (rule 3.12)."""
    seen: dict[ChargeKey, int] = {}
    for draft in drafts:
        first = seen.setdefault(draft.charge, draft.row)
        if first != draft.row:
            yield RowProblem(
                draft.row,
                header.names[Column.HOUSE],
                Severity.WARNING,
                "same_charge_in_file",
                {"other_row": first},
            )


class _RowReader:
    """Reads one row after another, collecting all problems of all rows."""

    def __init__(self, profile: ImportProfile, header: FoundHeader, book: AddressBook) -> None:
        self._profile, self._header, self._book = profile, header, book
        self.problems: list[RowProblem] = []

    def read(self, row: int, cells: Sequence[Cell]) -> BillDraft | None:
        """Return the row's draft, or None after noting what is wrong with it."""
        house = self._take(row, cells, Column.HOUSE, self._house)
        fee_type = self._take(row, cells, Column.FEE_TYPE, self._fee_type)
        amount = self._take(row, cells, Column.AMOUNT, _amount)
        first_day = self._take(row, cells, Column.FIRST_DAY, self._day(PeriodEdge.START))
        last_day = self._take(row, cells, Column.LAST_DAY, self._day(PeriodEdge.END))
        remark = self._take(row, cells, Column.REMARK, lambda cell: clean_remark(cell_text(cell)))
        period = self._period(row, first_day, last_day)
        self._note_other_fee_type(row, cells, fee_type)
        if house and fee_type and amount and period and remark is not None:
            return BillDraft(row, house, fee_type, amount, period, remark)
        return None

    def _take(
        self,
        row: int,
        cells: Sequence[Cell],
        column: Column,
        read: Callable[[Cell], _Value],
    ) -> _Value | None:
        cell = _cell(cells, self._header, column)
        name = self._header.names.get(column, "")
        if column is not Column.REMARK and not cell_text(cell):
            self.problems.append(
                error_problem(row, name, FieldError(field=column.value, reason="required"))
            )
            return None
        try:
            return read(cell)
        except BillingError as error:
            self.problems.append(error_problem(row, name, error))
        except _HouseNotFound as miss:
            self.problems.append(
                RowProblem(row, name, Severity.ERROR, miss.code, {"candidates": miss.candidates})
            )
        return None

    def _house(self, cell: Cell) -> House:
        found = self._book.find(cell_text(cell))
        if isinstance(found, House):
            return found
        code = "house_ambiguous" if found.ambiguous else "house_not_found"
        raise _HouseNotFound(code, found.candidates)

    def _fee_type(self, cell: Cell) -> FeeType:
        return self._profile.fee_type(cell_text(cell)) or FeeType.OTHER

    def _day(self, edge: PeriodEdge) -> Callable[[Cell], date]:
        forms = self._profile.date_forms

        def read(cell: Cell) -> date:
            value = cell if isinstance(cell, date) else cell_text(cell)
            return parse_day(value, edge=edge, forms=forms)

        return read

    def _period(self, row: int, first: date | None, last: date | None) -> BillingPeriod | None:
        if first is None or last is None:
            return None
        try:
            return BillingPeriod(first, last)
        except PeriodOrderError as error:
            name = self._header.names[Column.LAST_DAY]
            self.problems.append(error_problem(row, name, error))
            return None

    def _note_other_fee_type(
        self, row: int, cells: Sequence[Cell], fee_type: FeeType | None
    ) -> None:
        text = _text(cells, self._header, Column.FEE_TYPE)
        if fee_type is FeeType.OTHER and self._profile.fee_type(text) is None:
            name = self._header.names[Column.FEE_TYPE]
            self.problems.append(
                RowProblem(row, name, Severity.NOTE, "fee_type_other", {"text": text})
            )


class _HouseNotFound(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, code: str, candidates: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code, self.candidates = code, candidates


def _amount(cell: Cell) -> Money:
    if isinstance(cell, bool | date) or cell is None:
        return Money.parse(cell_text(cell))
    return Money.parse(cell)
