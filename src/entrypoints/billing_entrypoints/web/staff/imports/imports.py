"""The first step of importing any kind of sheet: choose and upload (rules 3.1, 3.14)."""

from typing import Any, Final

import attrs
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from billing_domain.errors import (
    FieldError,
    SheetRefusedError,
    TooManyRowsError,
)
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.sheet import SheetRefusal
from billing_domain.ports.documents import FILE_BYTES_MAX
from billing_domain.services.imports.sheet_import import SheetImport
from billing_domain.words.zh import sentence
from billing_entrypoints.web.downloads import workbook
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import post_at
from billing_entrypoints.web.options import UPLOAD_BYTES_MAX
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.shell import COMMUNITY_FIELD, chosen_or_only
from billing_entrypoints.web.staff.imports.sheet_kinds import SHEET_KINDS, SheetKind
from billing_entrypoints.web.staff_request import StaffRequest

FILE_FIELD: Final = "file"
PROFILE_FIELD: Final = "profile"
NEXT_FIELD: Final = "next_period"
UPLOAD_FIELDS: Final = (COMMUNITY_FIELD, PROFILE_FIELD, FILE_FIELD)
WHOLE_REFUSALS: Final = (SheetRefusedError, TooManyRowsError)
"""What makes a file unusable as a whole, so that there is nothing to preview."""

TOO_LARGE: Final = sentence(
    SheetRefusedError(reason=SheetRefusal.TOO_LARGE.value, detail=str(FILE_BYTES_MAX))
)


@attrs.frozen
class Offer:
    """Another template that a file looks like: where to choose it, by which key of a profile."""

    name: str
    address: str
    profile: str = ""


def show_upload(request: StaffRequest) -> Response[str]:
    """Show the first step: which community, which template, which file."""
    request.actor.require(kind_of(request).key.permission)
    return upload_step(request, _first_form(request))


def download_template(request: StaffRequest, form: SentForm) -> Response[str] | Response[bytes]:
    """Send the template with a row for each house of the community (rules 3.2, 3.14).

    A POST, so that it follows the community chosen in the very form that it stands in.
    """
    community_id = _read_community(form)
    if community_id is None:
        return upload_step(request, form)
    kind, actor, application = kind_of(request), request.actor, request.application
    write, next_period = use_case_of(request).template, form.has(NEXT_FIELD)
    try:
        content = write(actor, community_id=community_id, next_period=next_period)
    except FieldError as error:
        form.refuse(error, field=COMMUNITY_FIELD)
        return upload_step(request, form)
    community = application.view_company.community(actor, community_id=community_id)
    return workbook(content, file_name=kind.template_file.format(community=community.name))


def answer_too_large(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Show the first step again for a body so large that it was not read to its end."""
    asked = StaffRequest(request.scope, request.receive, request.send)
    return upload_step(asked, _first_form(asked), refusal=TOO_LARGE, status=413)


def upload_sheet(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep the file and lead to its preview; its id names the import (rule 3.12)."""
    kind, community_id, file = kind_of(request), _read_community(form), form.file(FILE_FIELD)
    if file is None:
        form.refuse(FieldError(field=FILE_FIELD, reason="required"))
    if community_id is None or file is None:
        return upload_step(request, form)
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
        return upload_step(request, form, refusal=sentence(error), status=422)
    return go(request, f"{kind.path}/uploads/{upload.id}")


def kind_of(request: StaffRequest) -> SheetKind:
    """Return the kind of sheet that the address means."""
    kind: SheetKind = request.route_handler.opt["sheet_kind"]
    return kind


def use_case_of(request: StaffRequest) -> SheetImport[Any, Any]:
    """Return the import of the kind that the address means."""
    return kind_of(request).use_case(request.application)


def _first_form(request: StaffRequest) -> Form:
    """Return the upload step as first seen: the community chosen last, or the only one."""
    communities = request.application.view_company.communities(request.actor)
    community = chosen_or_only(request, communities)
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


def upload_step(
    request: StaffRequest,
    form: Form,
    *,
    refusal: str = "",
    offer: Offer | None = None,
    status: int | None = None,
) -> Response[str]:
    """Show the first step, with why a file was refused and what is offered instead."""
    kind, actor, application = kind_of(request), request.actor, request.application
    actor.require(kind.key.permission)
    context = {
        "kind": kind,
        "form": form,
        "communities": application.view_company.communities(actor),
        "profiles": application.manage_import_profiles.all(actor) if kind.has_profiles else (),
        "refusal": refusal,
        "offer": offer,
        "bytes_max": FILE_BYTES_MAX,
        "too_large": TOO_LARGE,
        "may_configure": actor.may(Permission.CONFIGURE_COMMUNITIES),
    }
    return page(request, "staff/imports/upload.html", context, status=status)


def _handlers(kind: SheetKind) -> tuple[HTTPRouteHandler, ...]:
    """Return the handlers of one kind, which finds them by its address."""
    start, its = f"/{kind.name}", {"sheet_kind": kind}
    show = get(start, sync_to_thread=True, opt=its)
    offer = post_at(f"{start}/template", *UPLOAD_FIELDS, NEXT_FIELD, status_code=200, **its)
    take = post_at(
        f"{start}/uploads",
        *UPLOAD_FIELDS,
        request_max_body_size=UPLOAD_BYTES_MAX,
        exception_handlers={413: answer_too_large},
        **its,
    )
    return show(show_upload), offer(download_template), take(upload_sheet)


HANDLERS: Final = tuple(handler for kind in SHEET_KINDS for handler in _handlers(kind))
