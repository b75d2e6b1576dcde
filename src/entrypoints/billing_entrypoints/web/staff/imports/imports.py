"""Importing any kind of sheet: choose, upload, look, import (rules 3.1, 3.14)."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from billing_domain.errors import (
    BillingError,
    CommunityClosedError,
    FieldError,
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
    SheetRefusedError,
    TooManyRowsError,
)
from billing_domain.model.company.community import Community, CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import STANDARD, ProfileKey
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.upload import Upload
from billing_domain.model.sheet import SheetRefusal
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.services.imports.sheet_import import SheetImport
from billing_domain.words.zh import problem_sentence, sentence
from billing_entrypoints.web.downloads import workbook
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.options import UPLOAD_BYTES_MAX
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.shell import COMMUNITY_FIELD, chosen_community
from billing_entrypoints.web.staff.imports.sheet_kinds import SHEET_KINDS, SheetKind
from billing_entrypoints.web.staff.imports.sheet_problems import parse_severity, problem_table
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

DRAFTS_SHOWN_MAX: Final = 50
FILE_FIELD: Final = "file"
PROFILE_FIELD: Final = "profile"
UPLOAD_FIELDS: Final = (COMMUNITY_FIELD, PROFILE_FIELD, FILE_FIELD)
WHOLE_REFUSALS: Final = (SheetRefusedError, TooManyRowsError)
"""What makes a file unusable as a whole, so that there is nothing to preview."""

REFUSED_AT_IMPORT: Final = (
    ImportRefusedError,
    ImportUnconfirmedError,
    FileImportedBeforeError,
    CommunityClosedError,
)
TOO_LARGE: Final = sentence(
    SheetRefusedError(reason=SheetRefusal.TOO_LARGE.value, detail=str(FILE_BYTES_MAX))
)


def show_upload(request: StaffRequest) -> Response[str]:
    """Show the first step: which community, which template, which file."""
    request.actor.require(_kind(request).key.permission)
    return _upload_step(request, _first_form(request))


def download_template(request: StaffRequest, form: SentForm) -> Response[str] | Response[bytes]:
    """Send the template with a row for each house of the community (rules 3.2, 3.14).

    A POST, so that it follows the community chosen in the very form that it stands in.
    """
    form.require_only(UPLOAD_FIELDS)
    community_id = _read_community(form)
    if community_id is None:
        return _upload_step(request, form, status=422)
    kind, actor, application = _kind(request), request.actor, request.application
    content = _use_case(request).template(actor, community_id=community_id)
    community = application.view_company.community(actor, community_id=community_id)
    return workbook(content, file_name=kind.template_file.format(community=community.name))


def answer_too_large(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Show the first step again for a body so large that it was not read to its end."""
    asked = StaffRequest(request.scope, request.receive, request.send)
    return _upload_step(asked, _first_form(asked), refusal=TOO_LARGE, status=413)


def upload_sheet(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep the file and lead to its preview; its id names the import (rule 3.12)."""
    form.require_only(UPLOAD_FIELDS)
    kind, community_id, file = _kind(request), _read_community(form), form.file(FILE_FIELD)
    if file is None:
        form.refuse(FieldError(field=FILE_FIELD, reason="required"))
    if community_id is None or file is None:
        return _upload_step(request, form, status=422)
    try:
        upload = request.application.stage_uploads.add(
            request.actor,
            kind=kind.key,
            community_id=community_id,
            profile_key=form.text(PROFILE_FIELD) or STANDARD.key,
            file_name=file.name,
            content=file.content,
        )
    except WHOLE_REFUSALS as error:
        return _upload_step(request, form, refusal=sentence(error), status=422)
    return go(request, f"{kind.path}/uploads/{upload.id}")


def show_preview(request: StaffRequest, upload_id: FromPath[str]) -> Response[str]:
    """Show what would be imported and every problem; change nothing (rule 3.11)."""
    return _preview(request, _upload(request, upload_id))


def download_errors(request: StaffRequest, upload_id: FromPath[str]) -> Response[bytes]:
    """Send the user's own rows with what is wrong beside them (rule 3.11)."""
    upload = _upload(request, upload_id)
    content = _use_case(request).error_workbook(
        request.actor, request=_opened(request, upload), words=problem_sentence
    )
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return workbook(content, file_name=screens.ERRORS_FILE.format(file=stem))


def import_sheet(request: StaffRequest, upload_id: FromPath[str], form: SentForm) -> Response[str]:
    """Import every row or none; the same upload again changes nothing (rules 3.12, 3.14)."""
    form.require_only(("confirm_warnings",))
    upload = _upload(request, upload_id)
    opened = _opened(request, upload)
    try:
        done = _use_case(request).import_sheet(
            request.actor, request=opened, confirm_warnings=form.has("confirm_warnings")
        )
    except REFUSED_AT_IMPORT as error:
        return _preview(request, upload, opened, refusal=error)
    return _kind(request).finish(request, upload, done)


def _kind(request: StaffRequest) -> SheetKind:
    """Return the kind of sheet that the address means."""
    kind: SheetKind = request.route_handler.opt["sheet_kind"]
    return kind


def _use_case(request: StaffRequest) -> SheetImport[Any, Any]:
    return _kind(request).use_case(request.application)


def _upload(request: StaffRequest, upload_id: str) -> Upload:
    """Return a file of the address's kind that waits for its confirmation."""
    kind = _kind(request).key
    return request.application.stage_uploads.get(request.actor, kind=kind, upload_id=upload_id)


def _opened(request: StaffRequest, upload: Upload) -> ImportRequest:
    """Read a file, once in an answer: its preview and its import share what was read."""
    return _use_case(request).open_file(
        request.actor,
        community_id=upload.community_id,
        file_name=upload.file_name,
        content=upload.content,
        request_key=upload.id,
        profile_key=ProfileKey(upload.profile_key),
    )


def _first_form(request: StaffRequest) -> Form:
    """Return the upload step as first seen: the community chosen last, or the only one."""
    communities = request.application.view_company.communities(request.actor)
    community = chosen_community(request, communities)
    if community is None and len(communities) == 1:
        community = communities[0]
    return Form.of(
        community=community.id if community else "",
        profile=request.query_params.get(PROFILE_FIELD, STANDARD.key),
    )


def _read_community(form: Form) -> CommunityId | None:
    """Return the chosen community, noting when none was chosen."""
    if form.has(COMMUNITY_FIELD):
        return CommunityId(form.text(COMMUNITY_FIELD))
    form.refuse(FieldError(field="community_id", reason="required"), field=COMMUNITY_FIELD)
    return None


def _upload_step(
    request: StaffRequest, form: Form, *, refusal: str = "", status: int = 200
) -> Response[str]:
    kind, actor, application = _kind(request), request.actor, request.application
    actor.require(kind.key.permission)
    context = {
        "kind": kind,
        "form": form,
        "communities": application.view_company.communities(actor),
        "profiles": application.manage_import_profiles.all(actor) if kind.has_profiles else (),
        "refusal": refusal,
        "bytes_max": FILE_BYTES_MAX,
        "too_large": TOO_LARGE,
        "may_configure": actor.may(Permission.CONFIGURE_COMMUNITIES),
    }
    return page(request, "staff/imports/upload.html", context, status=status)


def _preview(
    request: StaffRequest,
    upload: Upload,
    opened: ImportRequest | None = None,
    *,
    refusal: BillingError | None = None,
) -> Response[str]:
    kind, actor, application = _kind(request), request.actor, request.application
    try:
        opened = opened or _opened(request, upload)
        preview = _use_case(request).preview(actor, request=opened)
    except WHOLE_REFUSALS as error:
        form = Form.of(community=upload.community_id, profile=upload.profile_key)
        return _upload_step(request, form, refusal=sentence(error))
    done = next((each for each in preview.same_file if each.request_key == upload.id), None)
    if done is not None:
        return kind.finish(request, upload, done)
    sheet, profiles = preview.sheet, application.manage_import_profiles
    community = application.view_company.community(actor, community_id=upload.community_id)
    severity = parse_severity(request.query_params.get("severity", ""))
    context = {
        "kind": kind,
        "upload": upload,
        "path": f"{kind.path}/uploads/{upload.id}",
        "community": community,
        "closed": _closed_text(community) if kind.needs_open else "",
        "profile": profiles.get(actor, key=opened.profile_key) if kind.has_profiles else None,
        "sheet": sheet,
        "counts": sheet.counts,
        "problems": problem_table(sheet.problems, sheet.counts, severity),
        "drafts": sheet.drafts[:DRAFTS_SHOWN_MAX],
        "whole_phones": actor.may(Permission.VIEW_PHONES),
        "refusal": sentence(refusal) if refusal else "",
    }
    return page(request, "staff/imports/preview.html", context, status=422 if refusal else 200)


def _closed_text(community: Community) -> str:
    """Return why nothing can be imported into a community, empty when it can."""
    try:
        community.check_open()
    except CommunityClosedError as error:
        return sentence(error)
    return ""


def _handlers(kind: SheetKind) -> tuple[HTTPRouteHandler, ...]:
    """Return the handlers of one kind, which finds them by its address."""
    start, uploads, its = f"/{kind.name}", f"/{kind.name}/uploads", {"sheet_kind": kind}
    upload = f"{uploads}/{{upload_id:str}}"
    take = post(
        uploads,
        sync_to_thread=True,
        request_max_body_size=UPLOAD_BYTES_MAX,
        exception_handlers={413: answer_too_large},
        opt=its,
    )
    return (
        get(start, sync_to_thread=True, opt=its)(show_upload),
        post(f"{start}/template", sync_to_thread=True, status_code=200, opt=its)(
            download_template
        ),
        take(upload_sheet),
        get(upload, sync_to_thread=True, opt=its)(show_preview),
        get(f"{upload}/errors", sync_to_thread=True, opt=its)(download_errors),
        post(f"{upload}/batch", sync_to_thread=True, opt=its)(import_sheet),
    )


HANDLERS: Final = tuple(handler for kind in SHEET_KINDS for handler in _handlers(kind))
