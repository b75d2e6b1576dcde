"""The import that all kinds of sheets share: template, preview, import, error workbook."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import ClassVar, Final, Generic, TypeVar

import attrs

from billing_domain.errors import NumberTakenError, StaleError, StorageBusyError
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.houses.house import AddressBook, HouseId
from billing_domain.model.imports.header import ERRORS_HEADER
from billing_domain.model.imports.mends import NO_MENDS, Mends
from billing_domain.model.imports.profile import STANDARD, ProfileKey
from billing_domain.model.imports.request import ImportPreview, ImportRequest, SheetT
from billing_domain.model.imports.upload import UploadKind
from billing_domain.model.sheet import RowProblem, SheetTable, error_texts
from billing_domain.ports.documents import SheetReader, SheetTemplate, SheetWriter
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

_Done = TypeVar("_Done")
_READ_MAX: Final = 5
"""How often a sheet is matched again because others change the community meanwhile."""


def mend_facts(table: SheetTable) -> dict[str, int]:
    """Return for the audit how much of a table staff changed before the import (rule 3.17)."""
    counted = {"corrected": len(table.mended), "left_out": len(table.left_out)}
    return {name: count for name, count in counted.items() if count}


@attrs.frozen
class SheetImport(ABC, Generic[SheetT, _Done]):
    """From an uploaded sheet to stored records, all rows or none.

    A kind of sheet names itself and the template without its rows, reads a table (`_read`) and
    stores what was read (`_store`). `template_notes` are the sentences beside the template.
    """

    kind: ClassVar[UploadKind]
    blank: ClassVar[SheetTemplate]

    begin: UnitOfWorkFactory
    reader: SheetReader
    writer: SheetWriter
    clock: Clock
    ids: IdGenerator
    template_notes: Sequence[str] = ()

    def template(
        self, actor: Actor, *, community_id: CommunityId, next_period: bool = False
    ) -> bytes:
        """Return a community's template as xlsx, with a row per house (rules 3.2, 3.14).

        For the `next_period` a house that was charged has its next rows in it (rule 3.17).
        Raises FieldError(community_id, nothing) when nothing was charged lately.
        """
        actor.require(self.kind.permission)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, community_id)
            book = AddressBook(community.name, work.houses.of_community(community_id))
            filled = self._next_rows(work, community_id) if next_period else {}
        empty = [[""] * (len(self.blank.columns) - 1)]
        rows = [
            [book.full_address(house), *cells]
            for house in book.houses
            for cells in filled.get(house.id, empty)
        ]
        return self.writer.template(attrs.evolve(self.blank, rows=rows, notes=self.template_notes))

    def open_file(
        self,
        actor: Actor,
        *,
        community_id: CommunityId,
        file_name: str,
        content: bytes,
        request_key: str,
        profile_key: ProfileKey = STANDARD.key,
        mends: Mends = NO_MENDS,
    ) -> ImportRequest:
        """Return the request to import a file with its mends; raise SheetRefusedError."""
        actor.require(self.kind.permission)
        return ImportRequest(
            community_id=community_id,
            file_name=file_name,
            table=mends.apply(self.reader.read(content)),
            file_hash=hashlib.sha256(content).hexdigest(),
            request_key=request_key,
            profile_key=profile_key,
        )

    def preview(self, actor: Actor, *, request: ImportRequest) -> ImportPreview[SheetT]:
        """Return what would be imported and every problem of every row (rules 3.1, 3.11).

        Changes nothing. Raises SheetRefusedError, TooManyRowsError, ThingNotFoundError.
        """
        actor.require(self.kind.permission)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, request.community_id)
            return self._read(work, actor, community, request)

    def import_sheet(
        self,
        actor: Actor,
        *,
        request: ImportRequest,
        confirm_warnings: bool = False,
        confirm_same_file: bool = False,
    ) -> _Done:
        """Import every row of a request in one transaction, or none (rule 3.11).

        The sheet is read and matched before the transaction, which only checks that nothing it
        was matched with has changed, and reads it again otherwise. A request of bills that was
        imported already returns its batch again (rule 3.12). Raises what
        ImportPreview.require_importable and preview raise, CommunityClosedError for bills, and
        StorageBusyError when others change the community all the time.
        """
        actor.require(self.kind.permission)
        for _ in range(_READ_MAX):
            with self.begin(read_only=True) as work:
                community = work.communities.get(actor.scope, request.community_id)
                done = self._already_done(work, community, request)
                if done is not None:
                    return done
                preview = self._read(work, actor, community, request)
            preview.require_importable(warnings=confirm_warnings, same_file=confirm_same_file)
            with suppress(NumberTakenError, StaleError):  # another import was faster
                done = self._import(actor, request, preview)
                if done is not None:
                    return done
        raise StorageBusyError

    def error_workbook(
        self, actor: Actor, *, request: ImportRequest, words: Callable[[RowProblem], str]
    ) -> bytes:
        """Return the user's own rows as xlsx with a column 错误说明 (rule 3.11).

        `words` puts a problem into a sentence; errors and warnings are written, notes not.
        """
        preview = self.preview(actor, request=request)
        texts = error_texts(preview.sheet.problems, words)
        return self.writer.with_errors(
            request.table.without_left_out(),
            texts,
            header=ERRORS_HEADER,
            header_row=preview.header_row,
        )

    def _import(
        self, actor: Actor, request: ImportRequest, preview: ImportPreview[SheetT]
    ) -> _Done | None:
        """Store what was read, or return None if what it was matched with has changed."""
        with self.begin() as work:
            community = work.communities.lock(actor.scope, request.community_id)
            done = self._already_done(work, community, request)
            if done is None:
                if self._seen(work, actor, community, request, preview.sheet) != preview.seen:
                    return None
                done = self._store(work, actor, request, preview)
                work.commit()
        return done

    def _next_rows(
        self,
        work: UnitOfWork,  # noqa: ARG002 - a kind may look there
        community_id: CommunityId,  # noqa: ARG002 - same
    ) -> Mapping[HouseId, Sequence[Sequence[str]]]:
        """Return the cells beside the address for the next period; a kind may have periods."""
        return {}

    def _already_done(
        self,
        work: UnitOfWork,  # noqa: ARG002 - a kind may look there
        community: Community,  # noqa: ARG002 - and refuse a community
        request: ImportRequest,  # noqa: ARG002 - and know its own request again
    ) -> _Done | None:
        """Return what the same request imported before; raise when nothing may be imported."""
        return None

    @abstractmethod
    def _read(
        self, work: UnitOfWork, actor: Actor, community: Community, request: ImportRequest
    ) -> ImportPreview[SheetT]:
        """Return what the table says, checked against what is stored, with what was `_seen`."""

    @abstractmethod
    def _seen(
        self,
        work: UnitOfWork,
        actor: Actor,
        community: Community,
        request: ImportRequest,
        sheet: SheetT,
    ) -> object:
        """Return what is stored about the things that a sheet names.

        Runs in the write transaction: its cost must not grow with the community.
        """

    @abstractmethod
    def _store(
        self,
        work: UnitOfWork,
        actor: Actor,
        request: ImportRequest,
        preview: ImportPreview[SheetT],
    ) -> _Done:
        """Add and audit what a preview would import, without committing."""
