"""What somebody wants to import, and what is asked before it happens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

import attrs

from billing_domain.errors import (
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
)
from billing_domain.model.company.community import CommunityId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.header import FoundHeader
from billing_domain.model.imports.profile import STANDARD, Column, ProfileKey
from billing_domain.model.sheet import (
    Cell,
    ProblemCounts,
    RowProblem,
    Severity,
    SheetTable,
    cell_text,
)


class Draft(Protocol):
    """What a good row becomes; `row` counts as a spreadsheet shows it."""

    @property
    def row(self) -> int:
        """The row."""


class Sheet(Protocol):
    """What a table of any kind says: good rows as drafts, and every problem."""

    @property
    def drafts(self) -> Sequence[Draft]:
        """What would be imported, in row order."""

    @property
    def problems(self) -> Sequence[RowProblem]:
        """What is wrong or worth knowing, in row order."""

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""

    @property
    def header(self) -> FoundHeader[Any]:
        """Where the header stands and what the file calls each column."""


SheetT = TypeVar("SheetT", bound=Sheet)


@attrs.frozen
class ImportRequest:
    """A table to import into a community.

    `file_hash` is the SHA-256 of the content in hex; `request_key` names this request, so that
    a double click or a retry with the same key imports once (rule 3.12).
    """

    community_id: CommunityId
    file_name: str
    table: SheetTable
    file_hash: str
    request_key: str
    profile_key: ProfileKey = STANDARD.key
    _last: list[tuple[object, Any]] = attrs.field(factory=list, init=False, eq=False, repr=False)

    def read(self, facts: object, read: Callable[[], SheetT]) -> SheetT:
        """Return what `read` makes of the table and of `facts` about the community.

        Asked again with equal facts, as an import asks after its preview, it remembers.
        """
        if not self._last or self._last[0][0] != facts:
            self._last[:] = [(facts, read())]
        sheet: SheetT = self._last[0][1]
        return sheet

    @classmethod
    def of_rows(
        cls,
        community_id: CommunityId,
        rows: Sequence[Sequence[Cell]],
        *,
        file_name: str = "",
        profile_key: ProfileKey = STANDARD.key,
    ) -> ImportRequest:
        """Return the request to import rows that a program made, header row included.

        The same rows give the same hash and key, so importing them twice imports once.
        """
        texts = [[cell_text(cell) for cell in row] for row in rows]
        digest = hashlib.sha256(json.dumps(texts).encode()).hexdigest()
        return cls(community_id, file_name, SheetTable(rows), digest, digest[:32], profile_key)

    @classmethod
    def of_bill(
        cls,
        community_id: CommunityId,
        texts: Mapping[Column, str],
        *,
        file_name: str,
        request_key: str,
    ) -> ImportRequest:
        """Return the request to import one bill that somebody typed (rule 3.17).

        It is a file of its own, so that two bills alike are not the same file twice.
        """
        header = [STANDARD.header(column) for column in STANDARD.columns]
        table = SheetTable([header, [texts.get(column, "") for column in STANDARD.columns]])
        digest = hashlib.sha256(request_key.encode()).hexdigest()
        return cls(community_id, file_name, table, digest, request_key)


@attrs.frozen
class ImportPreview(Generic[SheetT]):
    """What an import would do: the sheet with its problems, and earlier imports of the file.

    `same_file` holds the withdrawn ones too. `seen` is what the sheet was checked against: the
    import compares it again before it writes.
    """

    sheet: SheetT
    same_file: tuple[ImportBatch, ...] = ()
    seen: object = attrs.field(default=None, eq=False, repr=False)

    @property
    def header_row(self) -> int:
        """The row of the header as a spreadsheet shows it."""
        return self.sheet.header.row + 1

    @property
    def imported_before(self) -> ImportBatch | None:
        """The last import of the same file that is not withdrawn."""
        there = [batch for batch in self.same_file if batch.withdrawn_at is None]
        return there[-1] if there else None

    @property
    def problems(self) -> Sequence[RowProblem]:
        """Every problem: first that the same file was imported, on row 1 (rule 3.12)."""
        last = self.imported_before
        if last is None:
            return self.sheet.problems
        facts = {"imported_at": last.imported_at, "batch_id": last.id}
        same = RowProblem(1, "", Severity.WARNING, "file_imported_before", facts)
        return (same, *self.sheet.problems)

    @property
    def counts(self) -> ProblemCounts:
        """How many rows and problems there are."""
        return ProblemCounts.of(self.sheet.counts.rows, self.problems)

    def require_importable(self, *, warnings: bool, same_file: bool) -> None:
        """Raise an error unless `warnings` and `same_file` are confirmed where there are any.

        ImportRefusedError for errors, FileImportedBeforeError for the same file,
        ImportUnconfirmedError for the other warnings.
        """
        counts, last = self.sheet.counts, self.imported_before
        if counts.errors:
            raise ImportRefusedError(errors=counts.errors)
        if last is not None and not same_file:
            raise FileImportedBeforeError(batch_id=last.id, imported_at=last.imported_at)
        if counts.warnings and not warnings:
            raise ImportUnconfirmedError(warnings=counts.warnings)
