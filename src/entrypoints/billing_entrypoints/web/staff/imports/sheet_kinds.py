"""The kinds of sheets that staff may import; a further kind is a value here and a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import attrs
from litestar import Response

from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.imports.bill_row import BillDraft
from billing_domain.model.imports.bill_sheet import ROWS_MAX
from billing_domain.model.imports.profile import Column
from billing_domain.model.imports.resident_sheet import (
    RESIDENT_HEADERS,
    RESIDENT_ROWS_MAX,
    ResidentDraft,
)
from billing_domain.model.imports.upload import Upload, UploadKind
from billing_domain.services.imports.sheet_import import SheetImport
from billing_domain.use_cases.imports.import_residents import ResidentsImported
from billing_domain.words.zh_sheets import BILL_TEMPLATE_NOTES, RESIDENT_TEMPLATE_NOTES
from billing_entrypoints.application import Application
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import go
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.formats import day_text


@attrs.frozen
class SheetKind:
    """What one kind of sheet has of its own.

    `name` is its part of the address; `template` holds its words, its verdict and its table.
    `finish` answers an import that was made. `shown` returns by column what a draft means, with
    whole phones or masked ones. Only a kind that `has_profiles` asks which columns the file has,
    and only one that `needs_open` minds a closed community.
    """

    key: UploadKind
    name: str
    use_case: Callable[[Application], SheetImport[Any, Any]]
    finish: Callable[[StaffRequest, Upload, Any], Response[str]]
    shown: Callable[[Any, bool], Mapping[Any, str]]
    template: str
    template_file: str
    notes: Sequence[str]
    rows_max: int
    has_profiles: bool = False
    needs_open: bool = False

    @property
    def path(self) -> str:
        """The address of its first step."""
        return f"/staff/{self.name}"


def _show_batch(request: StaffRequest, _upload: Upload, batch: ImportBatch) -> Response[str]:
    """Lead to the page of an import of bills."""
    return go(request, f"/staff/imports/batches/{batch.id}")


def _show_houses(request: StaffRequest, upload: Upload, done: ResidentsImported) -> Response[str]:
    """Lead to the community's houses, saying what was added."""
    text = screens.RESIDENTS_IMPORTED if done.residents or done.houses else screens.RESIDENTS_KNOWN
    address = with_query("/staff/houses", [("community", upload.community_id)])
    return go(request, address, Notice(text.format(**attrs.asdict(done))))


def _shown_bill(draft: BillDraft, _whole_phones: bool) -> Mapping[Column, str]:  # noqa: FBT001 - the shape of every kind
    return {
        Column.HOUSE: draft.house.address.text,
        Column.FEE_TYPE: draft.fee_type.label,
        Column.AMOUNT: str(draft.amount),
        Column.FIRST_DAY: day_text(draft.period.first_day),
        Column.LAST_DAY: day_text(draft.period.last_day),
        Column.REMARK: draft.remark,
    }


def _shown_resident(draft: ResidentDraft, whole_phones: bool) -> Mapping[str, str]:  # noqa: FBT001 - as above
    phone = draft.phone if whole_phones else mask_phone(draft.phone)
    address = draft.house.address.text if draft.house else draft.address.text
    house = address if draft.house else screens.NEW_HOUSE.format(address=address)
    texts = (house, draft.name, phone, draft.relation.value, day_text(draft.moved_in_on))
    return dict(zip(RESIDENT_HEADERS, texts, strict=True))


BILL_SHEETS: Final = SheetKind(
    key=UploadKind.BILLS,
    name="imports",
    use_case=lambda application: application.import_bills,
    finish=_show_batch,
    shown=_shown_bill,
    template="staff/imports/bills.html",
    template_file=screens.BILL_TEMPLATE_FILE,
    notes=BILL_TEMPLATE_NOTES,
    rows_max=ROWS_MAX,
    has_profiles=True,
    needs_open=True,
)
RESIDENT_SHEETS: Final = SheetKind(
    key=UploadKind.RESIDENTS,
    name="resident-imports",
    use_case=lambda application: application.import_residents,
    finish=_show_houses,
    shown=_shown_resident,
    template="staff/imports/residents.html",
    template_file=screens.RESIDENT_TEMPLATE_FILE,
    notes=RESIDENT_TEMPLATE_NOTES,
    rows_max=RESIDENT_ROWS_MAX,
)
SHEET_KINDS: Final = (BILL_SHEETS, RESIDENT_SHEETS)
