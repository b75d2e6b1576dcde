"""Importing bills: choose, upload, look, import (rule 3.1)."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.params import FromPath

from billing_domain.errors import (
    BillingError,
    CommunityClosedError,
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
)
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.bill_sheet import ROWS_MAX
from billing_domain.model.imports.profile import STANDARD, ProfileKey
from billing_domain.model.imports.request import ImportPreview, ImportRequest
from billing_domain.model.imports.upload import Upload
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.use_cases.imports.stage_uploads import UploadKind
from billing_domain.words.zh import problem_sentence, sentence
from billing_domain.words.zh_sheets import BILL_TEMPLATE_NOTES
from billing_entrypoints.web.downloads import workbook
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.options import UPLOAD_BYTES_MAX
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.staff.imports.sheet_problems import (
    parse_severity,
    problem_table,
)
from billing_entrypoints.web.staff.imports.sheet_uploads import (
    PROFILE_FIELD,
    TOO_LARGE,
    UPLOAD_FIELDS,
    WHOLE_REFUSALS,
    closed_text,
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
REFUSED_AT_IMPORT: Final = (
    ImportRefusedError,
    ImportUnconfirmedError,
    FileImportedBeforeError,
    CommunityClosedError,
)


@get("/imports", sync_to_thread=True)
def show_upload(request: StaffRequest) -> Response[str]:
    """Show the first step: which community, which template, which file."""
    request.actor.require(Permission.IMPORT_BILLS)
    profile = request.query_params.get(PROFILE_FIELD, STANDARD.key)
    return _upload_step(request, first_form(request, profile=profile))


@post("/imports/template", sync_to_thread=True, status_code=200)
def download_template(request: StaffRequest, form: SentForm) -> Response[str] | Response[bytes]:
    """Send the standard template with a row for each house of the community (rule 3.2).

    A POST, so that it follows the community chosen in the very form that it stands in.
    """
    form.require_only(UPLOAD_FIELDS)
    community_id = read_community(form)
    if community_id is None:
        return _upload_step(request, form, status=422)
    actor, application = request.actor, request.application
    content = application.import_bills.template(actor, community_id=community_id)
    community = application.view_company.community(actor, community_id=community_id)
    return workbook(content, file_name=screens.BILL_TEMPLATE_FILE.format(community=community.name))


def answer_too_large(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Show the first step again for a body so large that it was not read to its end."""
    asked = StaffRequest(request.scope, request.receive, request.send)
    profile = asked.query_params.get(PROFILE_FIELD, STANDARD.key)
    return _upload_step(asked, first_form(asked, profile=profile), refusal=TOO_LARGE, status=413)


@post(
    "/imports/uploads",
    sync_to_thread=True,
    request_max_body_size=UPLOAD_BYTES_MAX,
    exception_handlers={413: answer_too_large},
)
def upload_sheet(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep the file and lead to its preview; its id names the import (rule 3.12)."""
    form.require_only(UPLOAD_FIELDS)
    sheet = read_sheet(form)
    if sheet is None:
        return _upload_step(request, form, status=422)
    try:
        upload = request.application.stage_uploads.add(
            request.actor,
            kind=UploadKind.BILLS,
            community_id=sheet.community_id,
            profile_key=form.text(PROFILE_FIELD) or STANDARD.key,
            file_name=sheet.file.name,
            content=sheet.file.content,
        )
    except WHOLE_REFUSALS as error:
        return _upload_step(request, form, refusal=sentence(error), status=422)
    return go(request, _upload_path(upload.id))


@get("/imports/uploads/{upload_id:str}", sync_to_thread=True)
def show_preview(request: StaffRequest, upload_id: FromPath[str]) -> Response[str]:
    """Show what would be imported and every problem; change nothing (rule 3.11)."""
    upload = kept_upload(request, kind=UploadKind.BILLS, upload_id=upload_id)
    return _preview(request, upload)


@get("/imports/uploads/{upload_id:str}/errors", sync_to_thread=True)
def download_errors(request: StaffRequest, upload_id: FromPath[str]) -> Response[bytes]:
    """Send the user's own rows with what is wrong beside them (rule 3.11)."""
    upload = kept_upload(request, kind=UploadKind.BILLS, upload_id=upload_id)
    content = request.application.import_bills.error_workbook(
        request.actor, request=_import_request(request, upload), words=problem_sentence
    )
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return workbook(content, file_name=screens.ERRORS_FILE.format(file=stem))


@post("/imports/uploads/{upload_id:str}/batch", sync_to_thread=True)
def import_sheet(request: StaffRequest, upload_id: FromPath[str], form: SentForm) -> Response[str]:
    """Import every row or none; the same upload again leads to the same batch (rule 3.12)."""
    form.require_only(("confirm_warnings",))
    upload = kept_upload(request, kind=UploadKind.BILLS, upload_id=upload_id)
    try:
        batch = request.application.import_bills.import_bills(
            request.actor,
            request=_import_request(request, upload),
            confirm_warnings=form.has("confirm_warnings"),
        )
    except REFUSED_AT_IMPORT as error:
        return _preview(request, upload, refusal=error)
    return go(request, batch_path(batch.id))


def _upload_step(
    request: StaffRequest, form: Form, *, refusal: str = "", status: int = 200
) -> Response[str]:
    request.actor.require(Permission.IMPORT_BILLS)
    context = {
        "form": form,
        "communities": community_choices(request),
        "profiles": request.application.manage_import_profiles.all(request.actor),
        "refusal": refusal,
        "bytes_max": FILE_BYTES_MAX,
        "too_large": TOO_LARGE,
        "notes": BILL_TEMPLATE_NOTES,
        "rows_max": ROWS_MAX,
        "may_configure": request.actor.may(Permission.CONFIGURE_COMMUNITIES),
    }
    return page(request, "staff/imports/upload.html", context, status=status)


def _preview(
    request: StaffRequest, upload: Upload, *, refusal: BillingError | None = None
) -> Response[str]:
    try:
        preview = request.application.import_bills.preview(
            request.actor, request=_import_request(request, upload)
        )
    except WHOLE_REFUSALS as error:
        form = Form.of(community=upload.community_id, profile=upload.profile_key)
        return _upload_step(request, form, refusal=sentence(error))
    done = next((each for each in preview.same_file if each.request_key == upload.id), None)
    if done is not None:
        return go(request, batch_path(done.id))
    context = _preview_context(request, upload, preview)
    context["refusal"] = sentence(refusal) if refusal else ""
    status = 422 if refusal else 200
    return page(request, "staff/imports/preview.html", context, status=status)


def _preview_context(
    request: StaffRequest, upload: Upload, preview: ImportPreview
) -> dict[str, object]:
    sheet, community = preview.sheet, community_of(request, upload)
    severity = parse_severity(request.query_params.get("severity", ""))
    profile = request.application.manage_import_profiles.get(
        request.actor, key=ProfileKey(upload.profile_key)
    )
    return {
        "upload": upload,
        "path": _upload_path(upload.id),
        "community": community,
        "closed": closed_text(community),
        "profile": profile,
        "sheet": sheet,
        "counts": sheet.counts,
        "problems": problem_table(sheet.problems, sheet.counts, severity),
        "drafts": sheet.drafts[:DRAFTS_SHOWN_MAX],
    }


def _import_request(request: StaffRequest, upload: Upload) -> ImportRequest:
    return request.application.import_bills.open_file(
        request.actor,
        community_id=upload.community_id,
        file_name=upload.file_name,
        content=upload.content,
        request_key=upload.id,
        profile_key=ProfileKey(upload.profile_key),
    )


def _upload_path(upload_id: str) -> str:
    return f"/staff/imports/uploads/{upload_id}"


HANDLERS: Final = (
    show_upload,
    download_template,
    upload_sheet,
    show_preview,
    download_errors,
    import_sheet,
)


def batch_path(batch_id: str) -> str:
    """Return where an import's page is."""
    return f"/staff/imports/batches/{batch_id}"
