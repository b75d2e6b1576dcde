"""From one row of a bill sheet to the draft of a bill, or what is wrong with it (rule 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, TypeVar

import attrs

from billing_domain.errors import (
    AmountError,
    BillingError,
    FieldError,
    PeriodOrderError,
    SheetRefusedError,
)
from billing_domain.model.bills.bill import clean_remark
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.folding import fold_label
from billing_domain.model.houses.house import AddressBook, House, HouseId
from billing_domain.model.imports.address_cell import read_house
from billing_domain.model.imports.header import FoundHeader
from billing_domain.model.imports.profile import Column, ImportProfile
from billing_domain.model.imports.table_rows import RowFault, RowsBelow, TableRow
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod, DateForm, PeriodEdge, in_forms, parse_day
from billing_domain.model.sheet import (
    Cell,
    CellMark,
    RowProblem,
    Severity,
    SheetRefusal,
    cell_text,
    error_problem,
)

BillRow = TableRow[Column]

_EXAMPLE_ROWS_MAX: Final = 10
_UNFILLED: Final = frozenset({Column.HOUSE, Column.CUSTOMER})
_UNBILLED: Final = frozenset({Column.REMARK})
"""A remark merged over rows does not make them bills; one of their own does."""

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


def data_rows(
    below: RowsBelow[Column], header: FoundHeader[Column], profile: ImportProfile
) -> Iterator[BillRow]:
    """Yield the rows that bill: no blank, unfilled, hidden, example or totals rows.

    Raises SheetRefusedError when an example row was changed (rule 3.3).
    """
    for place, row in enumerate(below):
        if place < _EXAMPLE_ROWS_MAX and _is_example(row, header, profile, first=not place):
            continue
        if row.filled(beside=_UNFILLED, kept=_UNBILLED) and not below.leave_out(row):
            yield row


def _is_example(
    row: BillRow, header: FoundHeader[Column], profile: ImportProfile, *, first: bool
) -> bool:
    """Tell whether this is the example row; raise SheetRefusedError if it was changed.

    Below the first row its address is not enough: a real house may be spelled so.
    """
    if profile.example_row is None:
        return False
    example = dict(zip(profile.columns, profile.example_row, strict=False))
    if row.texts[Column.HOUSE] != example[Column.HOUSE]:
        return False
    changed = [
        column
        for column, cell in row.cells.items()
        if column in example and _meaning(column, cell) != _meaning(column, example[column])
    ]
    remark = Column.REMARK in row.cells and Column.REMARK not in changed
    if not first and not remark and set(changed) & set(_EDGES):
        return False
    if changed:
        raise SheetRefusedError(
            reason=SheetRefusal.EXAMPLE_CHANGED.value,
            detail=header.names[changed[0]],
            row=row.number,
        )
    return True


def _meaning(column: Column, cell: Cell) -> object:
    """Return what an example cell says, since programs rewrite `1300` and dates on saving."""
    try:
        if column is Column.AMOUNT:
            return _amount(cell)
        if column in _EDGES:
            return _day(cell, _EDGES[column], tuple(DateForm))
    except BillingError:
        return cell_text(cell)
    return fold_label(cell_text(cell))


class BillRowReader:
    """Reads one row after another, collecting all problems of all rows."""

    def __init__(
        self, profile: ImportProfile, header: FoundHeader[Column], book: AddressBook
    ) -> None:
        self._profile, self._header, self._book = profile, header, book
        self.problems: list[RowProblem] = []

    def read(self, row: BillRow) -> BillDraft | None:
        """Return the row's draft, or None after noting what is wrong with it."""
        house = self._take(row, Column.HOUSE, self._house)
        fee_type = self._take(row, Column.FEE_TYPE, self._fee_type)
        amount = self._take(row, Column.AMOUNT, self._amount)
        first_day = self._take(row, Column.FIRST_DAY, self._day_in(Column.FIRST_DAY))
        last_day = self._take(row, Column.LAST_DAY, self._day_in(Column.LAST_DAY))
        remark = self._take(row, Column.REMARK, self._remark)
        period = self._period(row, first_day, last_day)
        if house and fee_type and amount and period and remark is not None:
            return BillDraft(row.number, house, fee_type, amount, period, remark)
        return None

    def _take(
        self, row: BillRow, column: Column, read: Callable[[BillRow], _Value]
    ) -> _Value | None:
        try:
            row.calculated(column)
            if column is not Column.REMARK:
                _require(row, column)
            return read(row)
        except BillingError as error:
            name = self._header.names[column]
            self.problems.append(error_problem(row.number, name, error))
        except RowFault as fault:
            self._add(row, column, Severity.ERROR, fault.code, **fault.facts)
        return None

    def _house(self, row: BillRow) -> House:
        cell = row.cells[Column.HOUSE]
        house = read_house(cell, self._book, may_be_new=False)
        if house is None:
            text = cell_text(cell)
            near = tuple(map(self._book.full_address, self._book.nearest(text)))
            raise RowFault("house_not_found", candidates=near, text=text)
        return house

    def _fee_type(self, row: BillRow) -> FeeType:
        text = row.texts[Column.FEE_TYPE]
        known = self._profile.fee_type(text)
        if known is None:
            self._add(row, Column.FEE_TYPE, Severity.NOTE, "fee_type_other", text=text)
            return FeeType.OTHER
        return known

    def _amount(self, row: BillRow) -> Money:
        if Column.AMOUNT in row.merged:
            raise RowFault("amount_merged")
        try:
            return _amount(row.cells[Column.AMOUNT])
        except AmountError:
            if row.marks.get(Column.AMOUNT) is CellMark.NOT_CALCULATED:
                raise RowFault("formula_is_zero") from None
            raise

    def _day_in(self, column: Column) -> Callable[[BillRow], date]:
        """Return the reading of one end of the period, which notes foreign forms (rule 3.8)."""

        def read(row: BillRow) -> date:
            text, forms = row.texts[column], self._profile.date_forms
            day = _day(row.cells[column], _EDGES[column], forms)
            if row.marks.get(column) is CellMark.MONTH_OF_A_DAY:
                self._add(row, column, Severity.WARNING, "month_shown", text=text)
            elif isinstance(row.cells[column], str) and not in_forms(text, forms):
                self._add(row, column, Severity.NOTE, "date_form_other", text=text, day=day)
            return day

        return read

    def _remark(self, row: BillRow) -> str:
        return clean_remark(cell_text(row.cells.get(Column.REMARK)))

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


def _require(row: BillRow, column: Column) -> None:
    if not row.texts[column]:
        raise FieldError(field=column.value, reason="required")


def _amount(cell: Cell) -> Money:
    if isinstance(cell, date):
        raise AmountError(text=cell_text(cell), reason="date")
    if isinstance(cell, bool) or cell is None:
        return Money.parse(cell_text(cell))
    return Money.parse(cell)


def _day(cell: Cell, edge: PeriodEdge, forms: Sequence[DateForm]) -> date:
    value = cell if isinstance(cell, date) else cell_text(cell)
    return parse_day(value, edge=edge, forms=forms)
