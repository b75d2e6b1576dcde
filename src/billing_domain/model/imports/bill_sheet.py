"""From a whole bill sheet to drafts of bills, and every problem of every row (rule 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.imports.bill_row import BillDraft, BillRowReader, ChargeKey, data_rows
from billing_domain.model.imports.header import FoundHeader, Template, find_header
from billing_domain.model.imports.profile import SHIPPED_PROFILES, Column, ImportProfile
from billing_domain.model.imports.resident_sheet import RESIDENTS
from billing_domain.model.imports.table_rows import RowsBelow
from billing_domain.model.money import Money
from billing_domain.model.sheet import (
    ProblemCounts,
    RowProblem,
    Severity,
    SheetTable,
)

ROWS_MAX: Final = 600
"""How many data rows one import takes (rule 3.5)."""

_OTHERS: Final[tuple[Template[Any], ...]] = (
    *(profile.template for profile in SHIPPED_PROFILES),
    RESIDENTS,
)
"""What a sheet may be instead, when it lacks the columns that were asked for."""


@attrs.frozen
class BillSheet:
    """What a sheet would import: drafts in row order, and every problem by row and column.

    `rows` counts data rows, good and bad; `names` is what the file calls each column.
    """

    rows: int
    drafts: tuple[BillDraft, ...]
    problems: tuple[RowProblem, ...]
    header: FoundHeader[Column]

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""
        return ProblemCounts.of(self.rows, self.problems)

    @property
    def total(self) -> Money:
        """The sum of the good rows."""
        return Money.total(draft.amount for draft in self.drafts)

    @property
    def fee_types(self) -> Mapping[FeeType, tuple[int, Money]]:
        """How many good rows there are of each fee type, and their sum (rule 3.17)."""
        found: dict[FeeType, list[Money]] = {}
        for draft in self.drafts:
            found.setdefault(draft.fee_type, []).append(draft.amount)
        order = list(FeeType)
        kinds = sorted(found, key=order.index)
        return {kind: (len(found[kind]), Money.total(found[kind])) for kind in kinds}

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
    header = find_header(table, profile.template, _OTHERS)
    labels = (Column.FEE_TYPE, Column.CUSTOMER)
    below = RowsBelow(table, header, house=Column.HOUSE, labels=labels)
    rows = list(data_rows(below, header, profile))
    below.check(rows, rows_max=ROWS_MAX)
    reader = BillRowReader(profile, header, book)
    drafts = [draft for row in rows if (draft := reader.read(row)) is not None]
    problems = [
        *header.problems(),
        *below.problems(),
        *reader.problems,
        *_repeated(drafts, header),
    ]
    return BillSheet(
        rows=len(rows),
        drafts=tuple(drafts),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        header=header,
    )


def _repeated(drafts: Sequence[BillDraft], header: FoundHeader[Column]) -> Iterator[RowProblem]:
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
