"""Whole bill sheets with valid and invalid rows, and the expected result (rule 3)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from billing_domain.model.bills.bill import REMARK_LENGTH_MAX
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.imports.bill_row import BillDraft
from billing_domain.model.imports.profile import (
    OPTIONAL_COLUMNS,
    SHIPPED_PROFILES,
    Column,
    ImportProfile,
)
from billing_domain.model.period import BillingPeriod, PeriodEdge
from billing_domain.model.sheet import Cell, Severity, SheetTable
from .charges import billed_days
from .places import address_books
from .texts import remarks
from .written import (
    Written,
    edge_of_month,
    unknown_addresses,
    unreadable_amounts,
    unreadable_days,
    write_address,
    write_day,
    written_amounts,
    written_fee_types,
)


@attrs.frozen
class SheetLayout:
    """The columns of a sheet in order; None is a column that the profile does not know."""

    above: Sequence[Sequence[Cell]]
    header: Sequence[Cell]
    columns: Sequence[Column | None]

    @property
    def names(self) -> dict[Column, str]:
        """The file's header for each column."""
        pairs = zip(self.columns, self.header, strict=True)
        return {column: str(text).strip() for column, text in pairs if column is not None}

    @property
    def ignored(self) -> list[str]:
        """The headers that the profile does not know."""
        pairs = zip(self.columns, self.header, strict=True)
        return [str(text) for column, text in pairs if column is None and text]

    def placed(self, cells: Mapping[Column, Cell], draw: st.DrawFn) -> Sequence[Cell]:
        """Return a row with each cell in its column, and any content in unknown columns."""
        row = [
            draw(st.sampled_from([None, "", "x", 7])) if column is None else cells.get(column)
            for column in self.columns
        ]
        while row and row[-1] is None and draw(st.booleans()):
            row.pop()
        return row


@st.composite
def sheet_layouts(draw: st.DrawFn, profile: ImportProfile) -> SheetLayout:
    """Layouts for a profile, without some optional columns, with any header row."""
    columns = [
        column
        for column in profile.columns
        if column not in OPTIONAL_COLUMNS or draw(st.booleans())
    ]
    unknown = draw(st.lists(st.sampled_from(["", "楼层", "面积㎡", "错误说明"]), max_size=2))
    places: list[Column | int] = [*columns, *range(len(unknown))]
    slots = draw(st.permutations(places))
    spellings = ["{}", " {} ", "{}*", "* {}", "{}：", "{}（必填）", "{}\n(元)", "\u200b{}"]
    header = [
        draw(st.sampled_from(spellings)).format(draw(st.sampled_from(profile.columns[slot])))
        if isinstance(slot, Column)
        else unknown[slot]
        for slot in slots
    ]
    bands: list[Sequence[Cell]] = [[], [None], ["保留字段", "必填字段"]]
    above = draw(st.lists(st.sampled_from(bands), max_size=19))
    known = [slot if isinstance(slot, Column) else None for slot in slots]
    return SheetLayout(above, header, known)


_TWO_DAYS: Final = st.tuples(billed_days(), billed_days())
BREAKABLE: Final = (Column.HOUSE, Column.AMOUNT, Column.FIRST_DAY, Column.LAST_DAY)


@attrs.frozen(order=True)
class ExpectedProblem:
    """An expected problem: the spreadsheet's row number, the header, severity and code."""

    row: int
    column: str
    severity: str
    code: str


@attrs.frozen
class SheetRow:
    """One row: its cells, the draft's fields if valid, and (column, severity, code)s."""

    cells: Mapping[Column, Cell]
    draft: Mapping[str, Any] | None
    problems: tuple[tuple[Column, Severity, str], ...]


@attrs.frozen
class BillSheetCase:
    """A sheet with its profile and community, and the expected result of reading.

    `rows` counts data rows; `problems` are sorted.
    """

    table: SheetTable
    profile: ImportProfile
    book: AddressBook
    rows: int
    drafts: tuple[BillDraft, ...]
    problems: tuple[ExpectedProblem, ...]


@st.composite
def good_rows(
    draw: st.DrawFn, book: AddressBook, profile: ImportProfile, *, remarked: bool = True
) -> SheetRow:
    """Rows that become a draft, with a note if the fee type is none of the ten.

    `remarked` is False for a sheet without the remark column.
    """
    house = write_address(draw, draw(st.sampled_from(book.houses)), _name_of(book))
    fee = draw(written_fee_types())
    amount = draw(written_amounts())
    first, last = _write_period(draw, profile)
    remark = draw(remarks()) if remarked else ""
    notes = ((Column.FEE_TYPE, Severity.NOTE, "fee_type_other"),) if fee.means is None else ()
    return SheetRow(
        {
            Column.HOUSE: house.cell,
            Column.FEE_TYPE: fee.cell,
            Column.AMOUNT: amount.cell,
            Column.FIRST_DAY: first.cell,
            Column.LAST_DAY: last.cell,
            Column.REMARK: remark,
        },
        {
            "house": house.means,
            "fee_type": fee.means or FeeType.OTHER,
            "amount": amount.means,
            "period": BillingPeriod(first.means, last.means),
            "remark": remark,
        },
        notes,
    )


@st.composite
def broken_rows(
    draw: st.DrawFn, book: AddressBook, profile: ImportProfile, *, remarked: bool = True
) -> SheetRow:
    """Rows with one to three errors, each in its own column."""
    row = draw(good_rows(book, profile, remarked=remarked))
    cells = dict(row.cells)
    problems = list(row.problems)
    breakable = [*BREAKABLE, Column.REMARK] if remarked else BREAKABLE
    columns = draw(st.lists(st.sampled_from(breakable), min_size=1, max_size=3, unique=True))
    for column in columns:
        cells[column], code = draw(_broken_cells(column))
        problems.append((column, Severity.ERROR, code))
    return SheetRow(cells, None, tuple(problems))


@st.composite
def backward_rows(
    draw: st.DrawFn, book: AddressBook, profile: ImportProfile, *, remarked: bool = True
) -> SheetRow:
    """Rows whose period ends before it starts (rule 3.8)."""
    row = draw(good_rows(book, profile, remarked=remarked))
    last, first = sorted(draw(_TWO_DAYS.filter(lambda pair: pair[0] != pair[1])))
    cells = {**row.cells, Column.FIRST_DAY: first, Column.LAST_DAY: last}
    problem = (Column.LAST_DAY, Severity.ERROR, "period_order")
    return SheetRow(cells, None, (*row.problems, problem))


@st.composite
def bill_sheet_cases(
    draw: st.DrawFn, profiles: st.SearchStrategy[ImportProfile] | None = None
) -> BillSheetCase:
    """Sheets of any layout with any mix of valid, invalid, unfilled and blank rows."""
    profile = draw(st.sampled_from(SHIPPED_PROFILES) if profiles is None else profiles)
    book = draw(address_books())
    layout = draw(sheet_layouts(profile))
    kinds = (good_rows, good_rows, broken_rows, backward_rows)
    remarked = Column.REMARK in layout.columns
    anything = st.one_of(*(kind(book, profile, remarked=remarked) for kind in kinds))
    filled = draw(st.lists(anything, min_size=1, max_size=5))
    lines: list[Sequence[Cell]] = [*layout.above, layout.header]
    if profile.example_row is not None and draw(st.booleans()):
        example = dict(zip(profile.columns, profile.example_row, strict=False))
        lines.append(layout.placed(example, draw))
    numbered: list[tuple[int, SheetRow]] = []
    for row in filled:
        lines += draw(st.lists(_unfilled_rows(book, layout), max_size=2))
        lines.append(layout.placed(row.cells, draw))
        numbered.append((len(lines), row))
    return _case(SheetTable(lines), profile, book, layout, numbered)


def _write_period(draw: st.DrawFn, profile: ImportProfile) -> tuple[Written[date], Written[date]]:
    """Return both ends of a period, every second one at the edge of a month."""
    forms = tuple(profile.date_forms)
    first, last = sorted(draw(_TWO_DAYS))
    if draw(st.booleans()):
        first = edge_of_month(first, PeriodEdge.START)
    if draw(st.booleans()):
        last = edge_of_month(last, PeriodEdge.END)
    return (
        write_day(draw, first, PeriodEdge.START, forms),
        write_day(draw, last, PeriodEdge.END, forms),
    )


@st.composite
def _broken_cells(draw: st.DrawFn, column: Column) -> tuple[Cell, str]:
    """Return a cell that its column refuses, and the refusal's code."""
    if column is Column.REMARK:
        return "长" * draw(st.integers(REMARK_LENGTH_MAX + 1, 600)), "remark_too_long"
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from([None, "", " ", "\u3000"])), "field_invalid"
    if column is Column.HOUSE:
        return draw(unknown_addresses()), "house_not_found"
    if column is Column.AMOUNT:
        return draw(unreadable_amounts()), "amount_invalid"
    return draw(unreadable_days()), "date_invalid"


def _unfilled_rows(book: AddressBook, layout: SheetLayout) -> st.SearchStrategy[Sequence[Cell]]:
    """Blank rows, and rows with only an address (rule 3.2)."""

    def with_address(text: str) -> Sequence[Cell]:
        return [text if column is Column.HOUSE else None for column in layout.columns]

    addresses = [house.address.text for house in book.houses]
    blank: list[Sequence[Cell]] = [[], [None], [""] * len(layout.columns)]
    return st.sampled_from(blank) | st.sampled_from(addresses).map(with_address)


def _case(
    table: SheetTable,
    profile: ImportProfile,
    book: AddressBook,
    layout: SheetLayout,
    rows: Sequence[tuple[int, SheetRow]],
) -> BillSheetCase:
    """Compute the expected result independently of the reader."""
    drafts = [BillDraft(row=at, **row.draft) for at, row in rows if row.draft is not None]
    header_row = len(layout.above) + 1
    problems = [
        ExpectedProblem(header_row, name, Severity.NOTE.value, "column_ignored")
        for name in layout.ignored
        if name != "错误说明"  # our own column says nothing new
    ]
    problems += _unnamed(table, layout, [at for at, _ in rows])
    problems += [
        ExpectedProblem(at, layout.names[column], severity.value, code)
        for at, row in rows
        for column, severity, code in row.problems
    ]
    problems += [
        ExpectedProblem(
            draft.row, layout.names[Column.HOUSE], Severity.WARNING.value, "same_charge_in_file"
        )
        for place, draft in enumerate(drafts)
        if any(earlier.charge == draft.charge for earlier in drafts[:place])
    ]
    return BillSheetCase(table, profile, book, len(rows), tuple(drafts), tuple(sorted(problems)))


def _unnamed(
    table: SheetTable, layout: SheetLayout, rows: Sequence[int]
) -> Iterator[ExpectedProblem]:
    """Yield a warning for each column without a header, at its first row with content."""
    for place, header in enumerate(layout.header):
        cells = (
            at for at in rows if place < len(table.rows[at - 1]) and table.rows[at - 1][place]
        )
        first = None if header else next(cells, None)
        if first is not None:
            code = "content_without_header"
            yield ExpectedProblem(first, "", Severity.WARNING.value, code)


def _name_of(book: AddressBook) -> str:
    """Return the community's name, which starts every full address."""
    return book.full_address(book.houses[0]).partition("/")[0]
