"""The preview of an uploaded sheet: look, mend, import (rules 3.1, 3.11, 3.12, 3.17)."""

from typing import Any, Final

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from billing_domain.errors import (
    BillingError,
    CommunityClosedError,
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
    SheetRefusedError,
    StaleError,
)
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import ProfileKey
from billing_domain.model.imports.request import ImportRequest
from billing_domain.model.imports.upload import Upload
from billing_domain.model.sheet import SheetRefusal
from billing_domain.words.zh import sentence
from billing_entrypoints.web import hx
from billing_entrypoints.web.addresses import with_query
from billing_entrypoints.web.downloads import workbook
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.shell import COMMUNITY_FIELD
from billing_entrypoints.web.staff.imports.imports import (
    PROFILE_FIELD,
    WHOLE_REFUSALS,
    Offer,
    kind_of,
    upload_step,
    use_case_of,
)
from billing_entrypoints.web.staff.imports.mend_form import MEND_FIELDS, read_mends
from billing_entrypoints.web.staff.imports.sheet_kinds import SHEET_KINDS, SheetKind
from billing_entrypoints.web.staff.imports.sheet_lines import Shown, duplicate_rows, line_page
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

REFUSED_AT_IMPORT: Final = (
    ImportRefusedError,
    ImportUnconfirmedError,
    FileImportedBeforeError,
    CommunityClosedError,
    StaleError,
)
CONFIRM_FIELDS: Final = ("confirm_warnings", "confirm_same_file", "version")


def show_preview(request: StaffRequest, upload_id: FromPath[str]) -> Response[str]:
    """Show what would be imported and every problem; change nothing (rule 3.11)."""
    return _preview(request, _upload(request, upload_id))


def download_errors(request: StaffRequest, upload_id: FromPath[str]) -> Response[bytes]:
    """Send the user's own rows with what is wrong beside them (rule 3.11)."""
    upload = _upload(request, upload_id)
    content = use_case_of(request).error_workbook(
        request.actor, request=_opened(request, upload), words=screens.workbook_line
    )
    stem = upload.file_name.rpartition(".")[0] or upload.file_name
    return workbook(content, file_name=screens.ERRORS_FILE.format(file=stem))


def save_mends(request: StaffRequest, upload_id: FromPath[str], form: SentForm) -> Response[str]:
    """Keep corrected cells and rows left out, and check the sheet again (rule 3.17)."""
    upload = _upload(request, upload_id)
    shown = Shown.of({name: form.text(name) for name in ("show", "page")})
    try:
        mends = read_mends(form, upload.mends, lambda: _duplicates(request, upload))
        if mends != upload.mends:  # a second press of the button changes nothing
            _require_version(form, upload)
            stage = request.application.stage_uploads
            upload = stage.mend(request.actor, upload=upload, mends=mends)
    except StaleError as error:
        return _preview(request, _upload(request, upload_id), shown=shown, refusal=error)
    if hx.is_partial(request):
        return _preview(request, upload, shown=shown)
    fields = [("show", shown.kind), ("page", str(shown.page))]
    return go(request, with_query(_path(request, upload), fields), screens.MENDS_SAVED)


def choose_profile(
    request: StaffRequest, upload_id: FromPath[str], form: SentForm
) -> Response[str]:
    """Read the same file by the template that it looks like (rule 3.13)."""
    upload = _upload(request, upload_id)
    key = ProfileKey(form.text(PROFILE_FIELD))
    profile = request.application.manage_import_profiles.get(request.actor, key=key)
    stage = request.application.stage_uploads
    stage.choose_profile(request.actor, upload=upload, profile_key=profile.key)
    return go(request, _path(request, upload))


def import_sheet(request: StaffRequest, upload_id: FromPath[str], form: SentForm) -> Response[str]:
    """Import every row or none; the same upload again changes nothing (rules 3.12, 3.14)."""
    upload = _upload(request, upload_id)
    opened = _opened(request, upload)
    try:
        if form.has("version"):
            _require_version(form, upload)
        done = use_case_of(request).import_sheet(
            request.actor,
            request=opened,
            confirm_warnings=form.has("confirm_warnings"),
            confirm_same_file=form.has("confirm_same_file"),
        )
    except REFUSED_AT_IMPORT as error:
        return _preview(request, upload, opened, refusal=error)
    return kind_of(request).finish(request, upload, done)


def _upload(request: StaffRequest, upload_id: str) -> Upload:
    """Return a file of the address's kind that waits for its confirmation."""
    kind = kind_of(request).key
    return request.application.stage_uploads.get(request.actor, kind=kind, upload_id=upload_id)


def _opened(request: StaffRequest, upload: Upload) -> ImportRequest:
    """Read a file, once in an answer: its preview and its import share what was read."""
    return use_case_of(request).open_file(
        request.actor,
        community_id=upload.community_id,
        file_name=upload.file_name,
        content=upload.content,
        request_key=upload.id,
        profile_key=ProfileKey(upload.profile_key),
        mends=upload.mends,
    )


def _path(request: StaffRequest, upload: Upload) -> str:
    return f"{kind_of(request).path}/uploads/{upload.id}"


def _require_version(form: Form, upload: Upload) -> None:
    """Raise StaleError when somebody changed the upload since the page was shown."""
    if form.version() != upload.version:
        raise StaleError(kind="upload", id=upload.id)


def _duplicates(request: StaffRequest, upload: Upload) -> set[int]:
    preview = use_case_of(request).preview(request.actor, request=_opened(request, upload))
    return duplicate_rows(preview.sheet.problems)


def _preview(
    request: StaffRequest,
    upload: Upload,
    opened: ImportRequest | None = None,
    *,
    shown: Shown | None = None,
    refusal: BillingError | None = None,
) -> Response[str]:
    kind, actor, application = kind_of(request), request.actor, request.application
    try:
        opened = opened or _opened(request, upload)
        preview = use_case_of(request).preview(actor, request=opened)
    except WHOLE_REFUSALS as error:
        form = Form.of(community=upload.community_id, profile=upload.profile_key)
        offer = _offer(request, upload, error)
        return upload_step(request, form, refusal=sentence(error), offer=offer)
    done = next((each for each in preview.same_file if each.request_key == upload.id), None)
    if done is not None:
        return kind.finish(request, upload, done)
    sheet, profiles = preview.sheet, application.manage_import_profiles
    community = application.view_company.community(actor, community_id=upload.community_id)
    whole_phones = actor.may(Permission.VIEW_PHONES)
    shown = shown or Shown.of(request.query_params)
    context = {
        "kind": kind,
        "upload": upload,
        "path": _path(request, upload),
        "community": community,
        "closed": _closed_text(community) if kind.needs_open else "",
        "profile": profiles.get(actor, key=opened.profile_key) if kind.has_profiles else None,
        "sheet": sheet,
        "counts": sheet.counts,
        "before": preview.imported_before,
        "corrected": len(opened.table.mended),
        "left_out": len(opened.table.left_out),
        "duplicates": len(duplicate_rows(sheet.problems)),
        "listed": line_page(
            opened.table, sheet, shown, lambda draft: kind.shown(draft, whole_phones)
        ),
        "refusal": sentence(refusal) if refusal else "",
    }
    return page(request, "staff/imports/preview.html", context, status=422 if refusal else 200)


def _offer(request: StaffRequest, upload: Upload, error: BillingError) -> Offer | None:
    """Return the way on for a sheet of another template: read it by that one (rule 3.15)."""
    if not isinstance(error, SheetRefusedError):
        return None
    if error.reason != SheetRefusal.OTHER_TEMPLATE.value:
        return None
    kind = kind_of(request)
    profiles = request.application.manage_import_profiles.all(request.actor)
    like = next((each for each in profiles if each.name == error.detail), None)
    if like is not None and kind.has_profiles:
        return Offer(error.detail, f"{_path(request, upload)}/profile", profile=like.key)
    other = next(each for each in SHEET_KINDS if each.key is not kind.key)
    fields: list[tuple[str, str]] = [(COMMUNITY_FIELD, upload.community_id)]
    fields += [(PROFILE_FIELD, like.key)] if like is not None else []
    if not request.actor.may(other.key.permission):
        return None
    return Offer(error.detail, with_query(other.path, fields))


def _closed_text(community: Community) -> str:
    """Return why nothing can be imported into a community, empty when it can."""
    try:
        community.check_open()
    except CommunityClosedError as error:
        return sentence(error)
    return ""


def _handlers(kind: SheetKind) -> tuple[HTTPRouteHandler, ...]:
    upload = f"/{kind.name}/uploads/{{upload_id:str}}"
    its: dict[str, Any] = {"sheet_kind": kind}
    look: dict[str, Any] = {"sync_to_thread": True, **its}
    return (
        get(upload, **look)(show_preview),
        get(f"{upload}/errors", **look)(download_errors),
        post_at(f"{upload}/mends", *MEND_FIELDS, **its)(save_mends),
        post_at(f"{upload}/profile", PROFILE_FIELD, **its)(choose_profile),
        post_at(f"{upload}/batch", *CONFIRM_FIELDS, **its)(import_sheet),
    )


HANDLERS: Final = tuple(handler for kind in SHEET_KINDS for handler in _handlers(kind))
