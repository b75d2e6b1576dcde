"""Import templates: the two that ship, and a company's own copies (rule 3.13)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, StaleError, ThingNotFoundError
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import ImportProfile, ProfileKey
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, go, page
from billing_entrypoints.web.staff.bills.filters import FEE_TYPES
from billing_entrypoints.web.staff.imports.profile_form import (
    COLUMN_FIELDS,
    DATE_FORMS,
    MORE_ROWS_FIELD,
    PROFILE_FIELDS,
    column_fields,
    fee_rows,
    filled_form,
    read_profile,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/import-profiles"


@get("/import-profiles", sync_to_thread=True)
def list_profiles(request: StaffRequest) -> Response[str]:
    """Show the shipped templates and the company's own."""
    profiles = request.application.manage_import_profiles.all(request.actor)
    context = {"profiles": profiles, "may_change": _may_change(request)}
    return page(request, "staff/imports/profiles/list.html", context)


@get("/import-profiles/{key:str}", sync_to_thread=True)
def show_profile(request: StaffRequest, key: FromPath[ProfileKey]) -> Response[str]:
    """Show what one template reads."""
    profile = _profile(request, key)
    context = {
        "profile": profile,
        "path": f"{LIST}/{profile.key}",
        "columns": [(field.label, _names(profile, field.name)) for field in column_fields()],
        "date_forms": [words for form, words in DATE_FORMS.values() if form in profile.date_forms],
        "may_change": _may_change(request),
    }
    return page(request, "staff/imports/profiles/detail.html", context)


@get("/import-profiles/{key:str}/copy", sync_to_thread=True)
def show_copy(request: StaffRequest, key: FromPath[ProfileKey]) -> Response[str]:
    """Show the form for a copy, filled in from the original."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    original = _profile(request, key)
    form = filled_form(
        original, name=screens.COPY_NAME.format(name=original.name), version=original.version
    )
    return _form_page(request, original, form, copying=True)


@post("/import-profiles/{key:str}/copy", sync_to_thread=True)
def copy_profile(
    request: StaffRequest, key: FromPath[ProfileKey], form: SentForm
) -> Response[str]:
    """Keep an edited copy."""
    form.require_only(PROFILE_FIELDS)
    request.actor.require(Permission.CONFIGURE_COMPANY)
    original = _profile(request, key)
    if form.has(MORE_ROWS_FIELD):
        return _form_page(request, original, form, copying=True)
    content = read_profile(form)
    if content is None:
        return _form_page(request, original, form, copying=True, status=422)
    try:
        made = request.application.manage_import_profiles.copy(
            request.actor, key=key, content=content
        )
    except FieldError as error:
        form.refuse(error)
        return _form_page(request, original, form, copying=True, status=422)
    return go(request, f"{LIST}/{made.key}", Notice(screens.PROFILE_SAVED.format(name=made.name)))


@get("/import-profiles/{key:str}/edit", sync_to_thread=True)
def show_profile_edit(request: StaffRequest, key: FromPath[ProfileKey]) -> Response[str]:
    """Show the form of an own template."""
    profile = _own_profile(request, key)
    form = filled_form(profile, name=profile.name, version=profile.version)
    return _form_page(request, profile, form, copying=False)


@post("/import-profiles/{key:str}/edit", sync_to_thread=True)
def change_profile(
    request: StaffRequest, key: FromPath[ProfileKey], form: SentForm
) -> Response[str]:
    """Change an own template, if nobody else did meanwhile."""
    form.require_only(PROFILE_FIELDS)
    profile = _own_profile(request, key)
    if form.has(MORE_ROWS_FIELD):
        return _form_page(request, profile, form, copying=False)
    version = whole_number("version")(form.text("version"))
    content = read_profile(form)
    if content is None:
        return _form_page(request, profile, form, copying=False, status=422)
    try:
        changed = request.application.manage_import_profiles.change(
            request.actor, key=key, version=version, content=content
        )
    except FieldError as error:
        form.refuse(error)
        return _form_page(request, profile, form, copying=False, status=422)
    except StaleError:
        return _form_page(request, profile, form, copying=False, status=409, stale=True)
    return go(request, f"{LIST}/{key}", Notice(screens.PROFILE_SAVED.format(name=changed.name)))


@get("/import-profiles/{key:str}/removal", sync_to_thread=True)
def show_profile_removal(request: StaffRequest, key: FromPath[ProfileKey]) -> Response[str]:
    """Ask whether to delete an own template."""
    profile = _own_profile(request, key)
    context = {"profile": profile, "action": f"{LIST}/{key}/removal"}
    return dialog(request, "staff/imports/profiles/removal.html", context)


@post("/import-profiles/{key:str}/removal", sync_to_thread=True)
def remove_profile(
    request: StaffRequest, key: FromPath[ProfileKey], form: SentForm
) -> Response[str]:
    """Delete an own template; bills imported with it stay."""
    form.require_only(())
    profile = _own_profile(request, key)
    request.application.manage_import_profiles.remove(request.actor, key=key)
    return go(request, LIST, Notice(screens.PROFILE_DELETED.format(name=profile.name)))


def _form_page(
    request: StaffRequest,
    profile: ImportProfile,
    form: Form,
    *,
    copying: bool,
    status: int = 200,
    stale: bool = False,
) -> Response[str]:
    path = f"{LIST}/{profile.key}"
    context = {
        "form": form,
        "stale": stale,
        # Saving again replaces what somebody else saved only after that was said.
        "version": profile.version if stale else form.text("version"),
        "profile": profile,
        "path": path,
        "action": f"{path}/copy" if copying else f"{path}/edit",
        "copying": copying,
        "columns": column_fields(),
        "date_forms": [(code, words) for code, (_, words) in DATE_FORMS.items()],
        "fee_rows": fee_rows(form),
        "fee_types": [(code, fee_type.label) for code, fee_type in FEE_TYPES.items()],
    }
    return page(request, "staff/imports/profiles/form.html", context, status=status)


def _profile(request: StaffRequest, key: ProfileKey) -> ImportProfile:
    return request.application.manage_import_profiles.get(request.actor, key=key)


def _own_profile(request: StaffRequest, key: ProfileKey) -> ImportProfile:
    """Return a template that may be changed; the shipped ones are nobody's own."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    profile = _profile(request, key)
    if profile.company_id is None:
        raise ThingNotFoundError(kind="import_profile", id=key)
    return profile


def _may_change(request: StaffRequest) -> bool:
    return request.actor.may(Permission.CONFIGURE_COMPANY)


def _names(profile: ImportProfile, field: str) -> str:
    return "、".join(profile.columns.get(COLUMN_FIELDS[field], ())) or "--"


HANDLERS: Final = (
    list_profiles,
    show_profile,
    show_copy,
    copy_profile,
    show_profile_edit,
    change_profile,
    show_profile_removal,
    remove_profile,
)
