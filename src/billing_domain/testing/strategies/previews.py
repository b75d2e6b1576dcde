"""The steps between a file and its import: profiles, tables, drafts and problems."""

from datetime import date, datetime
from functools import cache

import attrs
from hypothesis import strategies as st

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.folding import fold_label
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.header import FoundHeader, Template, find_header, fold_header
from billing_domain.model.imports.mends import Mends
from billing_domain.model.imports.profile import (
    OPTIONAL_COLUMNS,
    SHIPPED_PROFILES,
    STANDARD,
    Column,
    ImportProfile,
)
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.imports.resident_sheet import ResidentDraft, ResidentSheet
from billing_domain.model.imports.table_rows import TableRow
from billing_domain.model.period import DateForm
from billing_domain.model.sheet import (
    Cell,
    CellMark,
    CellRange,
    RowProblem,
    SheetTable,
    plain_text,
)
from .built import built
from .places import company_ids, house_addresses, houses
from .sheets import BillSheetCase, bill_sheet_cases
from .texts import lines, place_names, remarks


@cache
def cells() -> st.SearchStrategy[Cell]:
    """Cells of every kind in spreadsheets."""
    return st.one_of(
        st.none(),
        st.booleans(),
        remarks(),
        st.integers(-(10**15), 10**15),
        st.floats(),
        st.decimals(places=3, min_value=-(10**12), max_value=10**12),
        st.dates(date(1900, 1, 1)),
        st.datetimes(datetime(1900, 1, 1)),  # noqa: DTZ001 - cells have no time zone
    )


@cache
def sheet_tables() -> st.SearchStrategy[SheetTable]:
    """Tables of anything, whose rows need not be of one length."""
    return st.builds(
        SheetTable,
        rows=st.lists(st.lists(cells(), max_size=8), max_size=12),
        name=st.just("") | lines(12),
        merged=st.lists(cell_ranges(), max_size=3),
        hidden_rows=st.frozensets(st.integers(1, 12), max_size=2),
        hidden_columns=st.frozensets(st.integers(1, 8), max_size=2),
        marks=st.dictionaries(
            st.tuples(st.integers(1, 12), st.integers(1, 8)), st.sampled_from(CellMark), max_size=2
        ),
    )


@cache
def cell_ranges() -> st.SearchStrategy[CellRange]:
    """Rectangles of cells, from one cell on."""
    sizes = st.tuples(st.integers(0, 3), st.integers(0, 3))

    def place(top: int, left: int, size: tuple[int, int]) -> CellRange:
        return CellRange(top, left, top + size[0], left + size[1])

    return st.builds(place, st.integers(1, 12), st.integers(1, 8), sizes)


@cache
def sheet_templates() -> st.SearchStrategy[Template[Column]]:
    """The columns of a profile."""
    return import_profiles().map(lambda profile: profile.template)


@cache
@st.composite
def import_profiles(draw: st.DrawFn) -> ImportProfile:
    """The built-in profiles, and companies' valid profiles with other headers."""
    if draw(st.booleans()):
        return draw(st.sampled_from(SHIPPED_PROFILES))
    count = len(Column)
    label = lines(12, without="*").filter(fold_header)
    labels = draw(st.lists(label, min_size=count, max_size=count, unique_by=fold_header))
    columns = {
        column: (label, f"{label}*")
        for column, label in zip(Column, labels, strict=True)
        if column not in OPTIONAL_COLUMNS or draw(st.booleans())
    }
    return draw(
        built(
            ImportProfile,
            name=place_names(),
            columns=st.just(columns),
            date_forms=st.sets(st.sampled_from(DateForm), min_size=1).map(tuple),
            fee_types=st.dictionaries(
                lines(8).map(fold_label), st.sampled_from(FeeType), max_size=4
            ),
            example_row=st.none() | st.just(STANDARD.example_row),
            company_id=company_ids(),
            verified=st.just(value=False),
        )
    )


found_headers = cache(
    lambda: bill_sheet_cases().map(lambda case: find_header(case.table, case.profile.template))
)
"""Headers as they are found in sheets."""


@cache
def sheet_bill_rows() -> st.SearchStrategy[TableRow[Column]]:
    """Rows of a sheet by column."""

    def row(number: int, known: dict[Column, Cell]) -> TableRow[Column]:
        return TableRow(
            number, known, {column: plain_text(cell) for column, cell in known.items()}
        )

    known = st.fixed_dictionaries({column: cells() for column in Column})
    return st.builds(row, st.integers(2, 620), known)


@cache
def bill_sheets() -> st.SearchStrategy[BillSheet]:
    """Bill sheets with valid and invalid rows."""

    def read(case: BillSheetCase) -> BillSheet:
        return read_bill_sheet(case.table, case.profile, case.book)

    return bill_sheet_cases().map(read)


@cache
def row_problems() -> st.SearchStrategy[RowProblem]:
    """Problems of every severity."""
    return built(
        RowProblem,
        code=st.from_regex(r"[a-z]+(_[a-z]+)?", fullmatch=True),
        facts=st.dictionaries(lines(8), st.integers() | lines(8), max_size=2),
    )


@cache
def mends() -> st.SearchStrategy[Mends]:
    """Corrected cells and rows left out."""
    rows = st.integers(1, 620)
    texts = st.dictionaries(st.tuples(rows, st.integers(1, 9)), lines(12), max_size=3)
    return st.builds(Mends, texts, st.frozensets(rows, max_size=3))


@cache
def import_requests() -> st.SearchStrategy[ImportRequest]:
    """Requests to import a file."""
    return built(ImportRequest, table=bill_sheet_cases().map(lambda case: case.table))


@cache
def import_previews() -> st.SearchStrategy[ImportPreview[BillSheet]]:
    """Previews, including those of files imported before."""
    return built(ImportPreview, sheet=bill_sheets())


@cache
@st.composite
def resident_drafts(draw: st.DrawFn) -> ResidentDraft:
    """Drafts of valid rows of a resident sheet, for existing and new houses."""
    house = draw(st.none() | houses())
    address = house.address if house is not None else draw(house_addresses())
    return draw(built(ResidentDraft, address=st.just(address), house=st.just(house)))


@cache
@st.composite
def resident_sheets(draw: st.DrawFn) -> ResidentSheet:
    """Resident sheets."""
    drafts = draw(st.lists(resident_drafts(), max_size=4))
    numbered = tuple(attrs.evolve(draft, row=row) for row, draft in enumerate(drafts, 2))
    problems = tuple(draw(st.lists(row_problems(), max_size=3)))
    vacant = draw(st.lists(house_addresses(), max_size=2))
    new = [draft.address for draft in numbered if draft.house is None] + vacant
    once = tuple({address.key: address for address in new}.values())
    header = FoundHeader[str](0, {}, {})
    return ResidentSheet(len(numbered) + len(problems), numbered, once, problems, header)
