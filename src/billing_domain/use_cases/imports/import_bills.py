"""Import bills from a sheet: template, preview, import, error workbook (rule 3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Final

import attrs

from billing_domain.errors import (
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
    NumberTakenError,
    StaleError,
)
from billing_domain.model.bills.bill import BatchId, PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.bill_sheet import BillSheet
from billing_domain.model.imports.profile import (
    SHIPPED_PROFILES,
    STANDARD,
    Column,
    ImportProfile,
    ProfileKey,
)
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.sheet import RowProblem, Severity, error_texts
from billing_domain.ports.documents import SheetReader, SheetTemplate, SheetWriter, TemplateColumn
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.words.zh_sheets import BILL_GROUPS, BILLS, ERRORS_HEADER, NOTES_TITLE

_DRAWS_MAX: Final = 5


@attrs.frozen
class ImportBills:
    """From an uploaded sheet to pending bills, all rows or none.

    `template_notes` are the sentences that the template shows beside its table.
    """

    begin: UnitOfWorkFactory
    reader: SheetReader
    writer: SheetWriter
    clock: Clock
    ids: IdGenerator
    template_notes: Sequence[str] = ()

    def template(self, actor: Actor, *, community_id: CommunityId) -> bytes:
        """Return the standard template of a community as xlsx, a row per house (rule 3.2)."""
        actor.require(Permission.IMPORT_BILLS)
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, community_id)
            book = AddressBook(community.name, work.houses.of_community(community_id))
        headers = [STANDARD.header(column) for column in STANDARD.columns]
        blank = [""] * (len(headers) - 1)
        return self.writer.template(
            SheetTemplate(
                title=BILLS,
                columns=[TemplateColumn(*pair) for pair in zip(BILL_GROUPS, headers, strict=True)],
                example_row=STANDARD.example_row,
                rows=[[book.full_address(house), *blank] for house in book.houses],
                choices={STANDARD.header(Column.FEE_TYPE): [fee.label for fee in FeeType]},
                notes_title=NOTES_TITLE,
                notes=self.template_notes,
            )
        )

    def open_file(
        self,
        actor: Actor,
        *,
        community_id: CommunityId,
        file_name: str,
        content: bytes,
        request_key: str,
        profile_key: ProfileKey = STANDARD.key,
    ) -> ImportRequest:
        """Return the request to import a file; raise SheetRefusedError (rule 3.4)."""
        actor.require(Permission.IMPORT_BILLS)
        return ImportRequest(
            community_id=community_id,
            file_name=file_name,
            table=self.reader.read(content),
            file_hash=hashlib.sha256(content).hexdigest(),
            request_key=request_key,
            profile_key=profile_key,
        )

    def preview(self, actor: Actor, *, request: ImportRequest) -> ImportPreview:
        """Return what would be imported and every problem of every row (rules 3.1, 3.11).

        Changes nothing. Raises SheetRefusedError, TooManyRowsError, ThingNotFoundError.
        """
        actor.require(Permission.IMPORT_BILLS)
        with self.begin(read_only=True) as work:
            return self._preview(work, actor, request)

    def import_bills(
        self, actor: Actor, *, request: ImportRequest, confirm_warnings: bool = False
    ) -> ImportBatch:
        """Import every row of a request in one transaction, or none (rules 3.11, 3.12).

        A request that was imported already returns its batch again. Raises ImportRefusedError
        for row errors, ImportUnconfirmedError for warnings not confirmed,
        FileImportedBeforeError when the same file came in at this very moment,
        CommunityClosedError, and what preview raises.
        """
        actor.require(Permission.IMPORT_BILLS)
        draws = 0
        while True:
            try:
                return self._import(actor, request, confirm_warnings=confirm_warnings)
            except NumberTakenError:
                draws += 1
                if draws == _DRAWS_MAX:
                    raise
            except StaleError:
                return self._imported_meanwhile(actor, request)

    def error_workbook(
        self, actor: Actor, *, request: ImportRequest, words: Callable[[RowProblem], str]
    ) -> bytes:
        """Return the user's own rows as xlsx with a column 错误说明 (rule 3.11).

        `words` puts a problem into a sentence; errors and warnings are written, notes not.
        """
        preview = self.preview(actor, request=request)
        texts = error_texts(preview.sheet.problems, words)
        return self.writer.with_errors(
            request.table,
            texts,
            header=ERRORS_HEADER,
            header_row=preview.sheet.header.row + 1,
        )

    def answer_reminding(
        self, actor: Actor, *, batch_id: BatchId, remind_now: bool
    ) -> ImportBatch:
        """Remember the answer to 催缴 now or later (rule 3.1)."""
        actor.require(Permission.IMPORT_BILLS)
        with self.begin() as work:
            batch = work.import_batches.get(actor.scope, batch_id)
            answered = attrs.evolve(batch, remind_now=remind_now)
            work.import_batches.save(answered)
            work.commit()
        return answered

    def batch(self, actor: Actor, *, batch_id: BatchId) -> ImportBatch:
        """Return one import; raise ThingNotFoundError."""
        actor.require(Permission.VIEW_BILLS)
        with self.begin(read_only=True) as work:
            return work.import_batches.get(actor.scope, batch_id)

    def _import(
        self, actor: Actor, request: ImportRequest, *, confirm_warnings: bool
    ) -> ImportBatch:
        with self.begin() as work:
            community = work.communities.lock(actor.scope, request.community_id)
            done = work.import_batches.by_request(community.id, request.request_key)
            if done is not None:
                return done
            community.check_open()
            preview = self._preview(work, actor, request, community)
            _require_importable(preview.sheet, confirmed=confirm_warnings)
            batch = self._batch(actor, request, preview)
            work.import_batches.add(batch)
            work.bills.add_all(self._bills(batch, preview.sheet))
            work.record(actor, AuditAction.IMPORTED, after=batch)
            work.commit()
        return batch

    def _preview(
        self,
        work: UnitOfWork,
        actor: Actor,
        request: ImportRequest,
        community: Community | None = None,
    ) -> ImportPreview:
        here = community or work.communities.get(actor.scope, request.community_id)
        profile = _profile(work, actor, request.profile_key)
        sheet = request.read(profile, here.name, work.houses.of_community(here.id))
        same_file = tuple(work.import_batches.by_file(here.id, request.file_hash))
        warnings = [*_charged_before(work, here.id, sheet), *_same_file_warning(same_file)]
        return ImportPreview(sheet.with_problems(warnings), same_file)

    def _batch(self, actor: Actor, request: ImportRequest, preview: ImportPreview) -> ImportBatch:
        return ImportBatch(
            id=BatchId(self.ids.new_id()),
            community_id=request.community_id,
            file_name=request.file_name,
            file_hash=request.file_hash,
            repetition=len(preview.same_file),
            request_key=request.request_key,
            profile_key=request.profile_key,
            rows=len(preview.sheet.drafts),
            total=preview.sheet.total,
            imported_at=self.clock.now(),
            imported_by=actor.name,
        )

    def _bills(self, batch: ImportBatch, sheet: BillSheet) -> list[PendingBill]:
        serials = self.ids.bill_serials(len(sheet.drafts))
        return [
            PendingBill(
                number=bill_number(batch.imported_at, serial),
                community_id=batch.community_id,
                house_id=draft.house.id,
                fee_type=draft.fee_type,
                amount=draft.amount,
                period=draft.period,
                remark=draft.remark,
                batch_id=batch.id,
                imported_at=batch.imported_at,
            )
            for draft, serial in zip(sheet.drafts, serials, strict=True)
        ]

    def _imported_meanwhile(self, actor: Actor, request: ImportRequest) -> ImportBatch:
        """Return the batch that the same request made meanwhile, or refuse the same file."""
        with self.begin(read_only=True) as work:
            community = work.communities.get(actor.scope, request.community_id)
            done = work.import_batches.by_request(community.id, request.request_key)
            if done is not None:
                return done
            last = work.import_batches.by_file(community.id, request.file_hash)[-1]
        raise FileImportedBeforeError(batch_id=last.id, imported_at=last.imported_at)


def _profile(work: UnitOfWork, actor: Actor, key: ProfileKey) -> ImportProfile:
    for shipped in SHIPPED_PROFILES:
        if shipped.key == key:
            return shipped
    return work.import_profiles.get(actor.company_id, key)


def _charged_before(
    work: UnitOfWork, community_id: CommunityId, sheet: BillSheet
) -> list[RowProblem]:
    """Return a warning for each row that an existing bill charges already (rule 3.12)."""
    charged = work.bills.charges(
        community_id,
        {draft.house.id for draft in sheet.drafts},
        periods={draft.period for draft in sheet.drafts},
    )
    name = sheet.header.names[Column.HOUSE]
    return [
        RowProblem(draft.row, name, Severity.WARNING, "same_charge_before")
        for draft in sheet.drafts
        if draft.charge in charged
    ]


def _same_file_warning(same_file: Sequence[ImportBatch]) -> list[RowProblem]:
    """Return a warning on row 1 when the very same file was imported before (rule 3.12)."""
    if not same_file:
        return []
    facts = {"imported_at": same_file[-1].imported_at, "batch_id": same_file[-1].id}
    return [RowProblem(1, "", Severity.WARNING, "file_imported_before", facts)]


def _require_importable(sheet: BillSheet, *, confirmed: bool) -> None:
    counts = sheet.counts
    if counts.errors:
        raise ImportRefusedError(errors=counts.errors)
    if counts.warnings and not confirmed:
        raise ImportUnconfirmedError(warnings=counts.warnings)
