"""From the rows of a resident sheet to drafts of houses and residents (rule 3.14)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final, TypeVar

import attrs

from billing_domain.errors import (
    BillingError,
    FieldError,
)
from billing_domain.model.folding import fold_label
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.houses.house_folding import fold_address, numbers_of
from billing_domain.model.houses.resident import Relation, Resident, clean_person_name, clean_phone
from billing_domain.model.imports.address_cell import read_house
from billing_domain.model.imports.header import FoundHeader, Template, find_header
from billing_domain.model.imports.profile import SHIPPED_PROFILES
from billing_domain.model.imports.table_rows import RowFault, RowsBelow, TableRow
from billing_domain.model.period import LIFETIME_YEARS, DateForm, PeriodEdge, parse_day
from billing_domain.model.sheet import (
    Cell,
    CellMark,
    ProblemCounts,
    RowProblem,
    Severity,
    SheetTable,
    cell_text,
    error_problem,
)

RESIDENT_ROWS_MAX: Final = 5000
RESIDENT_HEADERS: Final[tuple[str, ...]] = ("房屋地址", "姓名", "电话", "关系", "入住日期")
RESIDENTS: Final = Template(
    "住户模板", {name: (name,) for name in RESIDENT_HEADERS}, RESIDENT_HEADERS[2:]
)
"""The columns of a resident sheet; those whose values are optional may be absent."""

_OTHERS: Final = tuple(profile.template for profile in SHIPPED_PROFILES)
_ADDRESS, _NAME, _PHONE, _RELATION, _MOVED_IN = RESIDENT_HEADERS

_Value = TypeVar("_Value")
Registered = tuple[HouseId, str, str]
"""House, name and phone of a present resident."""


@attrs.frozen
class ResidentDraft:
    """One good row; `house` is None where the address is a new house of the community."""

    row: int
    address: HouseAddress
    house: House | None
    name: str
    phone: str
    relation: Relation
    moved_in_on: date | None

    @property
    def registered_as(self) -> Registered | None:
        """What a resident of a known house is registered as."""
        return (self.house.id, self.name, self.phone) if self.house else None


@attrs.frozen
class ResidentSheet:
    """What a resident sheet would add; residents already registered are noted, not added.

    `new_addresses` are the houses to be added, each once, in row order; a house without residents
    is one, too.
    """

    rows: int
    drafts: tuple[ResidentDraft, ...]
    new_addresses: tuple[HouseAddress, ...]
    problems: tuple[RowProblem, ...]
    header: FoundHeader[str]

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""
        return ProblemCounts.of(self.rows, self.problems)

    @property
    def named_houses(self) -> AbstractSet[HouseId]:
        """The existing houses whose residents would be added."""
        return {draft.house.id for draft in self.drafts if draft.house}

    def without(self, registered: AbstractSet[Registered]) -> ResidentSheet:
        """Return the sheet without residents who are registered already; each gets a note."""
        rows = {draft.row for draft in self.drafts if draft.registered_as in registered}
        name = self.header.names.get(_NAME, _NAME)
        note = RowProblem(0, name, Severity.NOTE, "resident_registered")
        problems = [*self.problems, *(attrs.evolve(note, row=row) for row in rows)]
        return attrs.evolve(
            self,
            drafts=tuple(draft for draft in self.drafts if draft.row not in rows),
            problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        )

    @property
    def importable(self) -> bool:
        """Whether no row has an error and something would be added."""
        return bool(self.drafts or self.new_addresses) and self.counts.errors == 0


def read_resident_sheet(
    table: SheetTable, book: AddressBook, residents: Collection[Resident] = ()
) -> ResidentSheet:
    """Read a sheet into drafts and problems, `without` the given present residents.

    A row with only an address is a vacant house: one that exists already is left out, since the
    template has a row for each. Raises SheetRefusedError when the sheet can't be read,
    TooManyRowsError above 5,000 rows.
    """
    header = find_header(table, RESIDENTS, _OTHERS)
    below = RowsBelow(table, header, house=_ADDRESS, labels=(_NAME,))
    reader = _ResidentReader(header, book)
    rows = [row for row in below if not reader.knows_vacant(row) and not below.leave_out(row)]
    below.check(rows, rows_max=RESIDENT_ROWS_MAX)
    drafts = [draft for row in rows if (draft := reader.read(row)) is not None]
    problems = [*header.problems(), *below.problems(), *reader.problems]
    sheet = ResidentSheet(
        len(rows),
        tuple(drafts),
        tuple(reader.new.values()),
        tuple(sorted(problems, key=lambda problem: problem.row)),
        header,
    )
    return sheet.without({(each.house_id, each.name, each.phone) for each in residents})


class _ResidentReader:
    """Reads one row after another, collecting new houses, and all problems of all rows."""

    def __init__(self, header: FoundHeader[str], book: AddressBook) -> None:
        self._header, self._book = header, book
        self._seen: dict[tuple[str, str, str], int] = {}
        self._numbered: dict[str, HouseAddress] = {}
        self.new: dict[str, HouseAddress] = {}
        self.problems: list[RowProblem] = []

    def knows_vacant(self, row: TableRow[str]) -> bool:
        """Tell whether a row has nothing but the address of a house that exists."""
        known = self._book.matches(row.texts[_ADDRESS]) if _is_vacant(row) else ()
        return len(known) == 1

    def read(self, row: TableRow[str]) -> ResidentDraft | None:
        """Return the row's draft, or None when it is wrong, vacant or already registered."""
        if _is_vacant(row):
            if self._take(row, _ADDRESS, self._vacant):
                self._add(row.number, _ADDRESS, Severity.NOTE, "house_vacant", {})
            return None
        address = self._take(row, _ADDRESS, self._address)
        name = self._take(row, _NAME, lambda cell: clean_person_name(cell_text(cell)))
        phone = self._take(row, _PHONE, lambda cell: clean_phone(cell_text(cell)))
        relation = self._take(row, _RELATION, _relation)
        moved_in = self._take(row, _MOVED_IN, _moved_in)
        if row.marks.get(_MOVED_IN) is CellMark.MONTH_OF_A_DAY:
            facts = {"text": row.texts[_MOVED_IN]}
            self._add(row.number, _MOVED_IN, Severity.WARNING, "month_shown", facts)
        if address and name and phone is not None and relation and moved_in:
            place, house = address
            draft = ResidentDraft(row.number, place, house, name, phone, relation, moved_in.on)
            return draft if self._is_new(draft) else None
        return None

    def _take(
        self, row: TableRow[str], column: str, read: Callable[[Cell], _Value]
    ) -> _Value | None:
        name = self._header.names.get(column, column)
        try:
            return read(row.cells.get(column))
        except BillingError as error:
            self.problems.append(error_problem(row.number, name, error))
        except RowFault as fault:
            self._add(row.number, name, Severity.ERROR, fault.code, fault.facts)
        return None

    def _address(self, cell: Cell) -> tuple[HouseAddress, House | None]:
        house = read_house(cell, self._book, may_be_new=True)
        if house is not None:
            return house.address, house
        return self._new_address(" ".join(cell_text(cell).split())), None

    def _new_address(self, text: str) -> HouseAddress:
        """Return the address of a new house; raise RowFault for bare numbers of another one."""
        address = self._book.new_address(text)
        twin = self._numbered.setdefault(numbers_of(address.key), address)
        if twin != address and numbers_of(address.key) in (address.key, twin.key):
            raise RowFault("house_ambiguous", candidates=(twin.text, address.text), text=text)
        return self.new.setdefault(address.key, address)

    def _vacant(self, cell: Cell) -> HouseAddress:
        """Return the address of a new house; raise RowFault for words without a number."""
        text = cell_text(cell)
        if isinstance(cell, str) and not any(map(str.isdigit, fold_address(text))):
            raise RowFault("address_is_value", kind="note", text=text)
        return self._address(cell)[0]

    def _is_new(self, draft: ResidentDraft) -> bool:
        """Note a resident who stands in the file twice."""
        key = (draft.address.key, draft.name, draft.phone)
        first = self._seen.setdefault(key, draft.row)
        if first == draft.row:
            return True
        self._add(draft.row, _NAME, Severity.NOTE, "resident_repeated", {"other_row": first})
        return False

    def _add(
        self, row: int, column: str, severity: Severity, code: str, facts: Mapping[str, object]
    ) -> None:
        name = self._header.names.get(column, column)
        self.problems.append(RowProblem(row, name, severity, code, facts))


def _is_vacant(row: TableRow[str]) -> bool:
    return not row.filled(beside=(_ADDRESS,))


@attrs.frozen
class _MovedIn:
    """A moving-in day that was read, None where the cell is empty."""

    on: date | None


def _relation(cell: Cell) -> Relation:
    text = fold_label(cell_text(cell))
    if not text:
        return Relation.OWNER
    try:
        return Relation(text)
    except ValueError as error:
        raise FieldError(field="relation", reason="unknown", value=text) from error


def _moved_in(cell: Cell) -> _MovedIn:
    if not cell_text(cell):
        return _MovedIn(None)
    value = cell if isinstance(cell, date) else cell_text(cell)
    return _MovedIn(parse_moving_day(value))


def parse_moving_day(value: str | date) -> date:
    """Read the day somebody moved in: any form of a day, from 1900 on (rule 3.14)."""
    return parse_day(value, edge=PeriodEdge.START, forms=tuple(DateForm), years=LIFETIME_YEARS)
