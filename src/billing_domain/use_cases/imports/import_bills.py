"""Import bills from a sheet: template, preview, import, error workbook (rule 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.bills.bill import BatchId, PendingBill
from billing_domain.model.bills.bill_number import bill_number
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, audit_facts
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.house import AddressBook, HouseId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.next_period import Charge, next_charges
from billing_domain.model.imports.profile import SHIPPED_BY_KEY, STANDARD, Column, ImportProfile
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.imports.upload import UploadKind
from billing_domain.model.period import chinese_day
from billing_domain.model.shanghai import shanghai_day
from billing_domain.model.sheet import RowProblem, Severity
from billing_domain.ports.documents import SheetTemplate, TemplateColumn
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.services.imports.sheet_import import SheetImport, mend_facts
from billing_domain.words.zh_sheets import BILL_GROUPS, BILLS, NOTES_TITLE

_CHARGED_LATELY: Final = timedelta(days=800)
"""So far back last periods are looked for: a year's fee is charged once a year."""


@attrs.frozen
class _Seen:
    """What a sheet of bills was checked against."""

    profile: ImportProfile
    community_name: str
    houses: object
    charged: AbstractSet[ChargeKey]
    same_file: tuple[ImportBatch, ...]


@attrs.frozen
class ImportBills(SheetImport[BillSheet, ImportBatch]):
    """From an uploaded sheet to pending bills, all rows or none."""

    kind = UploadKind.BILLS
    blank = SheetTemplate(
        title=BILLS,
        columns=[
            TemplateColumn(group, STANDARD.header(column))
            for group, column in zip(BILL_GROUPS, STANDARD.columns, strict=True)
        ],
        example_row=STANDARD.example_row,
        rows=(),
        choices={STANDARD.header(Column.FEE_TYPE): [fee.label for fee in FeeType]},
        notes_title=NOTES_TITLE,
        notes=(),
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

    def _next_rows(
        self, work: UnitOfWork, community_id: CommunityId
    ) -> Mapping[HouseId, Sequence[Sequence[str]]]:
        since = shanghai_day(self.clock.now()) - _CHARGED_LATELY
        rows: dict[HouseId, list[Sequence[str]]] = {}
        for charge in next_charges(work.bills.charged_since(community_id, since)):
            rows.setdefault(charge.house_id, []).append(_cells(charge))
        if not rows:
            raise FieldError(field="community_id", reason="nothing")
        return rows

    def _already_done(
        self, work: UnitOfWork, community: Community, request: ImportRequest
    ) -> ImportBatch | None:
        done = work.import_batches.by_request(community.id, request.request_key)
        if done is None:
            community.check_open()
        return done

    def _read(
        self, work: UnitOfWork, actor: Actor, community: Community, request: ImportRequest
    ) -> ImportPreview[BillSheet]:
        profile = _profile(work, actor, request)
        houses = tuple(work.houses.of_community(community.id))
        sheet = request.read(
            (profile, community.name, houses),
            lambda: read_bill_sheet(request.table, profile, AddressBook(community.name, houses)),
        )
        seen = self._seen(work, actor, community, request, sheet)
        charged = sheet.with_problems(_charged_before(sheet, seen.charged))
        return ImportPreview(charged, seen.same_file, seen)

    def _seen(
        self,
        work: UnitOfWork,
        actor: Actor,
        community: Community,
        request: ImportRequest,
        sheet: BillSheet,
    ) -> _Seen:
        houses = {draft.house.id for draft in sheet.drafts}
        periods = {draft.period for draft in sheet.drafts}
        return _Seen(
            _profile(work, actor, request),
            community.name,
            work.houses.state(community.id, houses),
            work.bills.charges(community.id, houses, periods=periods),
            tuple(work.import_batches.by_file(community.id, request.file_hash)),
        )

    def _store(
        self,
        work: UnitOfWork,
        actor: Actor,
        request: ImportRequest,
        preview: ImportPreview[BillSheet],
    ) -> ImportBatch:
        batch = self._batch(actor, request, preview)
        work.import_batches.add(batch)
        work.bills.add_all(self._bills(batch, preview.sheet))
        facts = audit_facts(batch).plus(**mend_facts(request.table))
        work.record(actor, AuditAction.IMPORTED, after=facts)
        return batch

    def _batch(
        self, actor: Actor, request: ImportRequest, preview: ImportPreview[BillSheet]
    ) -> ImportBatch:
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


def _cells(charge: Charge) -> Sequence[str]:
    """Return the cells beside the address in a template's row."""
    days = (charge.period.first_day, charge.period.last_day)
    return [charge.fee_type.label, str(charge.amount.yuan), *map(chinese_day, days), ""]


def _profile(work: UnitOfWork, actor: Actor, request: ImportRequest) -> ImportProfile:
    key = request.profile_key
    return SHIPPED_BY_KEY.get(key) or work.import_profiles.get(actor.company_id, key)


def _charged_before(sheet: BillSheet, charged: AbstractSet[ChargeKey]) -> list[RowProblem]:
    """Return a warning for each row that an existing bill charges already (rule 3.12)."""
    name = sheet.header.names[Column.HOUSE]
    return [
        RowProblem(draft.row, name, Severity.WARNING, "same_charge_before")
        for draft in sheet.drafts
        if draft.charge in charged
    ]
