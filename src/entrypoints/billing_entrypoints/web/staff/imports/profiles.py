"""Import templates: the two that ship, and a company's own copies (rule 3.13)."""

from typing import Final

from litestar import get
from litestar.params import FromPath

from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.profile import ImportProfile, ProfileKey
from billing_domain.use_cases.imports.manage_import_profiles import ProfileContent
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, go, page
from billing_entrypoints.web.staff.bills.filters import FEE_TYPES
from billing_entrypoints.web.staff.imports.profile_form import (
    COLUMN_FIELDS,
    DATE_FORMS,
    MORE_ROWS_FIELD,
    PROFILE_FIELDS,
    column_fields,
    fee_rows,
    fill_form,
    read_profile,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/import-profiles"


@get("/import-profiles", sync_to_thread=True)
def list_profiles(request: StaffRequest) -> Html:
    """Show the shipped templates and the company's own."""
    profiles = request.application.manage_import_profiles.all(request.actor)
    context = {"profiles": profiles, "may_change": _may_change(request)}
    return page(request, "staff/imports/profiles/list.html", context)


@get("/import-profiles/{key:str}", sync_to_thread=True)
def show_profile(request: StaffRequest, key: FromPath[ProfileKey]) -> Html:
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


@form_at("/import-profiles/{key:str}/copy", *PROFILE_FIELDS)
def copy_profile(request: StaffRequest, key: FromPath[ProfileKey], form: SentForm) -> Html:
    """Show the form for a copy, filled in from the original, and keep the edited copy."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    original = _profile(request, key)
    fill_form(form, original, name=screens.COPY_NAME.format(name=original.name))
    if content := _read(form):
        with form.noting():
            copy = request.application.manage_import_profiles.copy
            made = copy(request.actor, key=key, content=content)
            saved = screens.PROFILE_SAVED.format(name=made.name)
            return go(request, f"{LIST}/{made.key}", saved)
    return _form_page(request, original, form, copying=True)


@form_at("/import-profiles/{key:str}/edit", *PROFILE_FIELDS)
def change_profile(request: StaffRequest, key: FromPath[ProfileKey], form: SentForm) -> Html:
    """Show the form of an own template, and change it, if nobody else did meanwhile."""
    profile = _own_profile(request, key)
    fill_form(form, profile, name=profile.name)
    version = form.version()
    try:
        if content := _read(form):
            with form.noting():
                change = request.application.manage_import_profiles.change
                made = change(request.actor, key=key, version=version, content=content)
                saved = screens.PROFILE_SAVED.format(name=made.name)
                return go(request, f"{LIST}/{key}", saved)
    except StaleError:
        return _form_page(request, profile, form, copying=False, stale=True)
    return _form_page(request, profile, form, copying=False)


@form_at("/import-profiles/{key:str}/removal")
def remove_profile(request: StaffRequest, key: FromPath[ProfileKey], form: SentForm) -> Html:
    """Ask whether to delete an own template, and do; bills imported with it stay."""
    profile = _own_profile(request, key)
    if form.sent:
        request.application.manage_import_profiles.remove(request.actor, key=key)
        return go(request, LIST, screens.PROFILE_DELETED.format(name=profile.name))
    context = {"profile": profile, "action": f"{LIST}/{key}/removal"}
    return dialog(request, "staff/imports/profiles/removal.html", context)


def _read(form: Form) -> ProfileContent | None:
    """Return what was sent to be saved; None for a first look, more rows, or a wrong field."""
    return read_profile(form) if form.sent and not form.has(MORE_ROWS_FIELD) else None


def _form_page(
    request: StaffRequest,
    profile: ImportProfile,
    form: Form,
    *,
    copying: bool,
    stale: bool = False,
) -> Html:
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
    return page(request, "staff/imports/profiles/form.html", context)


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
