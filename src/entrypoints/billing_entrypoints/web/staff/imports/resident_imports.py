"""Importing houses and residents: choose, upload, look, import (rule 3.14)."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from billing_domain.errors import ImportRefusedError
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.imports.resident_sheet import (
    RESIDENT_ROWS_MAX,
    ResidentDraft,
    ResidentSheet,
)
from billing_domain.model.imports.upload import Upload
from billing_domain.model.sheet import SheetTable
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.use_cases.imports.import_residents import ResidentsImported
from billing_domain.use_cases.imports.stage_uploads import UploadKind
from billing_domain.words.zh import problem_sentence, sentence
from billing_domain.words.zh_sheets import RESIDENT_TEMPLATE_NOTES
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.downloads import workbook
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.options import UPLOAD_BYTES_MAX
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.staff.imports.sheet_problems import (
    parse_severity,
    problem_table,
)
from billing_entrypoints.web.staff.imports.sheet_uploads import (
    TOO_LARGE,
    UPLOAD_FIELDS,
    WHOLE_REFUSALS,
    community_choices,
    community_of,
    first_form,
    kept_upload,
    read_community,
    read_sheet,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

DRAFTS_SHOWN_MAX: Final = 50


@get("/resident-imports", sync_to_thread=True)
def show_resident_upload(request: StaffRequest) -> Response[str]:
    """Show the first step: which community, which file."""
    return _upload_step(request, first_form(request))


@post("/resident-imports/template", sync_to_thread=True, status_code=200)
def download_resident_template(
    request: StaffRequest, form: SentForm
) -> Response[str] | Response[bytes]:
    """Send the template with a row for each house that the community has already."""
    form.require_only(UPLOAD_FIELDS)
    community_id = read_community(form)
    if community_id is None:
        return _upload_step(request, form, status=422)
    actor, application = request.actor, request.application
    content = application.import_residents.template(actor, community_id=community_id)
    community = application.view_company.community(actor, community_id=community_id)
    return workbook(
        content, file_name=screens.RESIDENT_TEMPLATE_FILE.format(community=community.name)
    )


def answer_too_large(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Show the first step again for a body so large that it was not read to its end."""
    asked = StaffRequest(request.scope, request.receive, request.send)
    return _upload_step(asked, first_form(asked), refusal=TOO_LARGE, status=413)


@post(
    "/resident-imports/uploads",
    sync_to_thread=True,
    request_max_body_size=UPLOAD_BYTES_MAX,
    exception_handlers={413: answer_too_large},
)
def upload_resident_sheet(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep the file and lead to its preview."""
    form.require_only(UPLOAD_FIELDS)
    sheet = read_sheet(form)
    if sheet is None:
        return _upload_step(request, form, status=422)
    try:
        upload = request.application.stage_uploads.add(
            request.actor,
            kind=UploadKind.RESIDENTS,
            community_id=sheet.community_id,
            profile_key="",
            file_name=sheet.file.name,
            content=sheet.file.content,
        )
    except WHOLE_REFUSALS as error:
        return _upload_step(request, form, refusal=sentence(error), status=422)
    return go(request, _upload_path(upload.id))


@get("/resident-imports/uploads/{upload_id:str}", sync_to_thread=True)
def show_resident_preview(request: StaffRequest, upload_id: FromPath[str]) -> Response[str]:
    """Show what would be added and every problem; change nothing."""
    return _preview(request, _kept(request, upload_id))


@get("/resident-imports/uploads/{upload_id:str}/errors", sync_to_thread=True)
def download_resident_errors(request: StaffRequest, upload_id: FromPath[str]) -> Response[bytes]:
    """Send the user's own rows with what is wrong beside them (rule 3.11)."""
    upload = _kept(request, upload_id)
    content = request.application.import_residents.error_workbook(
        request.actor,
        community_id=upload.community_id,
        table=_table(request, upload),
        words=problem_sentence,
    )
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return workbook(content, file_name=screens.ERRORS_FILE.format(file=stem))


@post("/resident-imports/uploads/{upload_id:str}/batch", sync_to_thread=True)
def import_resident_sheet(
    request: StaffRequest, upload_id: FromPath[str], form: SentForm
) -> Response[str]:
    """Add every new house and resident or none; a second time there is nothing new."""
    form.require_only(())
    upload = _kept(request, upload_id)
    try:
        done = request.application.import_residents.import_residents(
            request.actor, community_id=upload.community_id, table=_table(request, upload)
        )
    except ImportRefusedError as error:
        return _preview(request, upload, refusal=sentence(error))
    address = with_query("/staff/houses", [("community", upload.community_id)])
    return go(request, address, Notice(_done_text(done)))


def _upload_step(
    request: StaffRequest, form: Form, *, refusal: str = "", status: int = 200
) -> Response[str]:
    request.actor.require(Permission.MANAGE_RESIDENTS)
    context = {
        "form": form,
        "communities": community_choices(request),
        "refusal": refusal,
        "bytes_max": FILE_BYTES_MAX,
        "too_large": TOO_LARGE,
        "notes": RESIDENT_TEMPLATE_NOTES,
        "rows_max": RESIDENT_ROWS_MAX,
        "may_configure": request.actor.may(Permission.CONFIGURE_COMMUNITIES),
    }
    return page(request, "staff/imports/residents/upload.html", context, status=status)


def _preview(request: StaffRequest, upload: Upload, *, refusal: str = "") -> Response[str]:
    try:
        sheet = request.application.import_residents.preview(
            request.actor, community_id=upload.community_id, table=_table(request, upload)
        )
    except WHOLE_REFUSALS as error:
        form = Form.of(community=upload.community_id)
        return _upload_step(request, form, refusal=sentence(error))
    context = _preview_context(request, upload, sheet)
    context["refusal"] = refusal
    status = 422 if refusal else 200
    return page(request, "staff/imports/residents/preview.html", context, status=status)


def _preview_context(
    request: StaffRequest, upload: Upload, sheet: ResidentSheet
) -> dict[str, object]:
    severity = parse_severity(request.query_params.get("severity", ""))
    shown = sheet.drafts[:DRAFTS_SHOWN_MAX]
    whole = request.actor.may(Permission.VIEW_PHONES)
    return {
        "upload": upload,
        "path": _upload_path(upload.id),
        "community": community_of(request, upload),
        "sheet": sheet,
        "counts": sheet.counts,
        "houses": len(sheet.new_addresses),
        "problems": problem_table(sheet.problems, sheet.counts, severity),
        "drafts": [(draft, _phone(draft, whole=whole)) for draft in shown],
    }


def _phone(draft: ResidentDraft, *, whole: bool) -> str:
    return draft.phone if whole else mask_phone(draft.phone)


def _table(request: StaffRequest, upload: Upload) -> SheetTable:
    return request.application.import_residents.open_file(request.actor, content=upload.content)


def _kept(request: StaffRequest, upload_id: str) -> Upload:
    return kept_upload(request, kind=UploadKind.RESIDENTS, upload_id=upload_id)


def _done_text(done: ResidentsImported) -> str:
    if done.residents == 0:
        return screens.RESIDENTS_KNOWN
    return screens.RESIDENTS_IMPORTED.format(houses=done.houses, residents=done.residents)


def _upload_path(upload_id: str) -> str:
    return f"/staff/resident-imports/uploads/{upload_id}"


HANDLERS: Final = (
    show_resident_upload,
    download_resident_template,
    upload_resident_sheet,
    show_resident_preview,
    download_resident_errors,
    import_resident_sheet,
)
