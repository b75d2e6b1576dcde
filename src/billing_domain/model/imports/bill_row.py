"""From one row of a bill sheet to the draft of a bill, or what is wrong with it (rule 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

import attrs

from billing_domain.errors import BillingError, FieldError, PeriodOrderError, SheetRefusedError
from billing_domain.model.bills.bill import clean_remark
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import AddressBook, House, HouseId
from billing_domain.model.imports.profile import Column, FoundHeader, ImportProfile
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod, PeriodEdge, parse_day
from billing_domain.model.sheet import (
    Cell,
    RowProblem,
    Severity,
    SheetRefusal,
    SheetTable,
    cell_text,
    error_problem,
    fold_label,
)

_UNFILLED: Final = frozenset({Column.HOUSE, Column.CUSTOMER})
_EDGES: Final = {Column.FIRST_DAY: PeriodEdge.START, Column.LAST_DAY: PeriodEdge.END}
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
class BillRow:
    """One row's cells by column, and what they say as text without blanks around it.

    `number` counts as a spreadsheet shows it.
    """

    number: int
    cells: Mapping[Column, Cell]
    texts: Mapping[Column, str]

    @property
    def filled(self) -> bool:
        """Whether anything but the address and the customer has a value (rule 3.2)."""
        return any(text for column, text in self.texts.items() if column not in _UNFILLED)

    @property
    def blank(self) -> bool:
        """Whether no known column has a value."""
        return not any(self.texts.values())


def data_rows(table: SheetTable, header: FoundHeader, profile: ImportProfile) -> Iterator[BillRow]:
    """Yield the rows below the header without blank, unfilled and example rows.

    Raises SheetRefusedError when the first row is the example and was changed (rule 3.3).
    """
    first = True
    for number, cells in enumerate(table.rows[header.row + 1 :], header.row + 2):
        row = _read_row(number, cells, header)
        if row.blank:
            continue
        if first and _is_example(row, header, profile):
            first = False
            continue
        first = False
        if row.filled:
            yield row


def _read_row(number: int, cells: Sequence[Cell], header: FoundHeader) -> BillRow:
    known = {
        column: cells[place] if place < len(cells) else None
        for column, place in header.places.items()
    }
    return BillRow(number, known, {column: cell_text(cell) for column, cell in known.items()})


def _is_example(row: BillRow, header: FoundHeader, profile: ImportProfile) -> bool:
    """Tell whether this is the example row; raise SheetRefusedError if it was changed."""
    if profile.example_row is None:
        return False
    example = dict(zip(profile.columns, profile.example_row, strict=False))
    if row.texts[Column.HOUSE] != example[Column.HOUSE]:
        return False
    for column, cell in row.cells.items():
        if column in example and _meaning(column, cell) != _meaning(column, example[column]):
            raise SheetRefusedError(
                reason=SheetRefusal.EXAMPLE_CHANGED.value, detail=header.names[column]
            )
    return True


def _meaning(column: Column, cell: Cell) -> object:
    """Return what an example cell says, since programs rewrite `1300` and dates on saving."""
    try:
        if column is Column.AMOUNT:
            return _amount(cell)
        if column in _EDGES:
            return _day(cell, _EDGES[column])
    except BillingError:
        return cell_text(cell)
    return fold_label(cell_text(cell))


class BillRowReader:
    """Reads one row after another, collecting all problems of all rows."""

    def __init__(self, profile: ImportProfile, header: FoundHeader, book: AddressBook) -> None:
        self._profile, self._header, self._book = profile, header, book
        self.problems: list[RowProblem] = []

    def read(self, row: BillRow) -> BillDraft | None:
        """Return the row's draft, or None after noting what is wrong with it."""
        house = self._take(row, Column.HOUSE, self._house)
        fee_type = self._take(row, Column.FEE_TYPE, self._fee_type)
        amount = self._take(row, Column.AMOUNT, self._amount)
        first_day = self._take(row, Column.FIRST_DAY, self._first_day)
        last_day = self._take(row, Column.LAST_DAY, self._last_day)
        remark = self._take(row, Column.REMARK, self._remark)
        period = self._period(row, first_day, last_day)
        if house and fee_type and amount and period and remark is not None:
            return BillDraft(row.number, house, fee_type, amount, period, remark)
        return None

    def _take(
        self, row: BillRow, column: Column, read: Callable[[BillRow], _Value]
    ) -> _Value | None:
        try:
            if column is not Column.REMARK and not row.texts[column]:
                raise FieldError(field=column.value, reason="required")
            return read(row)
        except BillingError as error:
            name = self._header.names[column]
            self.problems.append(error_problem(row.number, name, error))
        except _HouseNotFound as miss:
            self._add(row, Column.HOUSE, Severity.ERROR, miss.code, candidates=miss.candidates)
        return None

    def _house(self, row: BillRow) -> House:
        found = self._book.find(row.texts[Column.HOUSE])
        if isinstance(found, House):
            return found
        code = "house_ambiguous" if found.ambiguous else "house_not_found"
        raise _HouseNotFound(code, found.candidates)

    def _fee_type(self, row: BillRow) -> FeeType:
        text = row.texts[Column.FEE_TYPE]
        known = self._profile.fee_type(text)
        if known is None:
            self._add(row, Column.FEE_TYPE, Severity.NOTE, "fee_type_other", text=text)
            return FeeType.OTHER
        return known

    def _amount(self, row: BillRow) -> Money:
        return _amount(row.cells[Column.AMOUNT])

    def _first_day(self, row: BillRow) -> date:
        cell = row.cells[Column.FIRST_DAY]
        return _day(cell, PeriodEdge.START, self._profile)

    def _last_day(self, row: BillRow) -> date:
        return _day(row.cells[Column.LAST_DAY], PeriodEdge.END, self._profile)

    def _remark(self, row: BillRow) -> str:
        return clean_remark(row.texts.get(Column.REMARK, ""))

    def _period(self, row: BillRow, first: date | None, last: date | None) -> BillingPeriod | None:
        if first is None or last is None:
            return None
        try:
            return BillingPeriod(first, last)
        except PeriodOrderError as error:
            name = self._header.names[Column.LAST_DAY]
            self.problems.append(error_problem(row.number, name, error))
            return None

    def _add(
        self, row: BillRow, column: Column, severity: Severity, code: str, **facts: object
    ) -> None:
        name = self._header.names[column]
        self.problems.append(RowProblem(row.number, name, severity, code, facts))


class _HouseNotFound(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, code: str, candidates: tuple[str, ...]) -> None:
        super().__init__(code)
        self.code, self.candidates = code, candidates


def _amount(cell: Cell) -> Money:
    if isinstance(cell, bool | date) or cell is None:
        return Money.parse(cell_text(cell))
    return Money.parse(cell)


def _day(cell: Cell, edge: PeriodEdge, profile: ImportProfile | None = None) -> date:
    value = cell if isinstance(cell, date) else cell_text(cell)
    if profile is None:
        return parse_day(value, edge=edge)
    return parse_day(value, edge=edge, forms=profile.date_forms)
