"""From the rows of a resident sheet to drafts of houses and residents (rule 3.14)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Final, TypeVar

import attrs

from billing_domain.errors import (
    BillingError,
    FieldError,
    SheetRefusedError,
    TooManyRowsError,
)
from billing_domain.model.houses.house import AddressBook, House, HouseAddress
from billing_domain.model.houses.resident import Relation, Resident, clean_person_name, clean_phone
from billing_domain.model.imports.profile import HEADER_ROWS_MAX
from billing_domain.model.period import LIFETIME_YEARS, DateForm, PeriodEdge, parse_day
from billing_domain.model.sheet import (
    Cell,
    ProblemCounts,
    RowProblem,
    Severity,
    SheetRefusal,
    SheetTable,
    cell_text,
    error_problem,
    fold_label,
)

RESIDENT_ROWS_MAX: Final = 5000
RESIDENT_HEADERS: Final[tuple[str, ...]] = ("房屋地址", "姓名", "电话", "关系", "入住日期")
_ADDRESS, _NAME, _PHONE, _RELATION, _MOVED_IN = RESIDENT_HEADERS

_Value = TypeVar("_Value")


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


@attrs.frozen
class ResidentSheet:
    """What a resident sheet would add; residents already registered are noted, not added.

    `header_row` counts as a spreadsheet shows it.
    """

    header_row: int
    rows: int
    drafts: tuple[ResidentDraft, ...]
    problems: tuple[RowProblem, ...]

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""
        return ProblemCounts.of(self.rows, self.problems)

    @property
    def new_addresses(self) -> tuple[HouseAddress, ...]:
        """The houses to be added, each once, in row order."""
        new: dict[str, HouseAddress] = {}
        for draft in self.drafts:
            if draft.house is None:
                new.setdefault(draft.address.key, draft.address)
        return tuple(new.values())

    @property
    def importable(self) -> bool:
        """Whether no row has an error and something would be added."""
        return bool(self.drafts) and self.counts.errors == 0


def read_resident_sheet(
    table: SheetTable, book: AddressBook, residents: Collection[Resident]
) -> ResidentSheet:
    """Read a sheet into drafts and problems; `residents` are the community's current ones.

    Rows with only an address are left out, since the template has one for each house. Raises
    SheetRefusedError when the sheet can't be read, TooManyRowsError above 5,000 rows.
    """
    header_row, places = _find_header(table.rows)
    rows = [
        (number, row)
        for number, row in enumerate(table.rows[header_row + 1 :], header_row + 2)
        if _is_filled(row, places)
    ]
    if not rows:
        raise SheetRefusedError(reason=SheetRefusal.NO_ROWS.value)
    if len(rows) > RESIDENT_ROWS_MAX:
        raise TooManyRowsError(rows=len(rows), rows_max=RESIDENT_ROWS_MAX)
    reader = _ResidentReader(places, book, residents)
    drafts = [draft for number, row in rows if (draft := reader.read(number, row)) is not None]
    return ResidentSheet(header_row + 1, len(rows), tuple(drafts), tuple(reader.problems))


def _find_header(rows: Sequence[Sequence[Cell]]) -> tuple[int, dict[str, int]]:
    best: tuple[int, dict[str, int]] = (0, {})
    for index, row in enumerate(rows[:HEADER_ROWS_MAX]):
        labels = [fold_label(cell_text(cell)) for cell in row]
        places = {name: labels.index(name) for name in RESIDENT_HEADERS if name in labels}
        if len(places) > len(best[1]):
            best = (index, places)
    if len(best[1]) <= 1:
        raise SheetRefusedError(reason=SheetRefusal.HEADER_NOT_FOUND.value)
    missing = [name for name in RESIDENT_HEADERS if name not in best[1]]
    if missing:
        raise SheetRefusedError(
            reason=SheetRefusal.COLUMN_MISSING.value, detail="、".join(missing)
        )
    return best


def _is_filled(row: Sequence[Cell], places: dict[str, int]) -> bool:
    """Tell whether a known column other than the address has a value."""
    columns = (place for name, place in places.items() if name != _ADDRESS)
    return any(cell_text(row[place]) for place in columns if place < len(row))


class _ResidentReader:
    """Reads one row after another, collecting all problems of all rows."""

    def __init__(
        self, places: dict[str, int], book: AddressBook, residents: Collection[Resident]
    ) -> None:
        self._places, self._book = places, book
        self._known = {(person.house_id, person.name, person.phone) for person in residents}
        self._seen: dict[tuple[str, str, str], int] = {}
        self.problems: list[RowProblem] = []

    def read(self, row: int, cells: Sequence[Cell]) -> ResidentDraft | None:
        """Return the row's draft, or None when it is wrong or already registered."""
        address = self._take(row, cells, _ADDRESS, self._address)
        name = self._take(row, cells, _NAME, lambda cell: clean_person_name(cell_text(cell)))
        phone = self._take(row, cells, _PHONE, lambda cell: clean_phone(cell_text(cell)))
        relation = self._take(row, cells, _RELATION, _relation)
        moved_in = self._take(row, cells, _MOVED_IN, _moved_in)
        if address and name and phone is not None and relation and moved_in:
            place, house = address
            draft = ResidentDraft(row, place, house, name, phone, relation, moved_in.on)
            return draft if self._is_new(draft) else None
        return None

    def _take(
        self, row: int, cells: Sequence[Cell], column: str, read: Callable[[Cell], _Value]
    ) -> _Value | None:
        place = self._places[column]
        try:
            return read(cells[place] if place < len(cells) else None)
        except BillingError as error:
            self.problems.append(error_problem(row, column, error))
            return None

    def _address(self, cell: Cell) -> tuple[HouseAddress, House | None]:
        text = self._book.strip_community(cell_text(cell))
        address = HouseAddress.parse(text)
        found = self._book.find(text)
        return address, found if isinstance(found, House) else None

    def _is_new(self, draft: ResidentDraft) -> bool:
        """Note a resident who is registered already or stands in the file twice."""
        key = (draft.address.key, draft.name, draft.phone)
        first = self._seen.setdefault(key, draft.row)
        if draft.house and (draft.house.id, draft.name, draft.phone) in self._known:
            self._note(draft.row, "resident_registered", {})
        elif first != draft.row:
            self._note(draft.row, "resident_repeated", {"other_row": first})
        else:
            return True
        return False

    def _note(self, row: int, code: str, facts: dict[str, object]) -> None:
        self.problems.append(RowProblem(row, _NAME, Severity.NOTE, code, facts))


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
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    return parse_day(value, edge=PeriodEdge.START, forms=tuple(DateForm), years=LIFETIME_YEARS)
