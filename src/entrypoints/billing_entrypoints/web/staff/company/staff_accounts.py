"""Staff accounts (权限管理): list, add, change, disable and enable (rule 9)."""

from typing import Final

import attrs
from litestar import get
from litestar.params import FromPath

from billing_domain.errors import FieldError, LastAdministratorError, StaleError
from billing_domain.model.company.staff import Permission, Role, StaffAccount, StaffId
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, done, page
from billing_entrypoints.web.staff.company.account_rights import (
    RIGHTS_FIELDS,
    WHOLE_COMPANY,
    read_rights,
    rights_values,
    role_choices,
)
from billing_entrypoints.web.staff.company.communities import community_names
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/staff-accounts"
CHANGED: Final = "staff-accounts-changed"
FORM: Final = "staff/company/staff_accounts/form.html"
DISABLING: Final = "staff/company/staff_accounts/disabling.html"
PASSWORD: Final = "staff/company/staff_accounts/password.html"  # noqa: S105 - a template


@get("/staff-accounts", sync_to_thread=True)
def list_accounts(request: StaffRequest) -> Html:
    """Show the company's accounts."""
    accounts = request.application.manage_staff.all(request.actor)
    names = community_names(request)
    context = {
        "lines": [(account, _reach(account, names)) for account in accounts],
        "roles": role_choices(),
    }
    return page(request, "staff/company/staff_accounts/list.html", context)


@form_at(
    "/staff-accounts/new", *RIGHTS_FIELDS, "login_name", "password", sent_to="/staff-accounts"
)
def add_account(request: StaffRequest, form: SentForm) -> Html:
    """Ask for a new account with a first password, and add it."""
    request.actor.require(Permission.MANAGE_STAFF)
    form.fill(role=Role.FRONT_DESK.name.lower(), reach=WHOLE_COMPANY)
    if form.sent and (rights := read_rights(form)):
        with form.noting():
            made = request.application.manage_staff.add(
                request.actor,
                login_name=form.text("login_name"),
                password=form.text("password"),
                **attrs.asdict(rights, recurse=False),
            )
            words = screens.ACCOUNT_ADDED.format(login=made.login_name)
            return done(request, words, form=form, event=CHANGED)
    return _form_dialog(request, None, form)


@form_at("/staff-accounts/{staff_id:str}/edit", *RIGHTS_FIELDS, "version")
def change_account(request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm) -> Html:
    """Change name, role and communities; the account has to sign in again."""
    account = account_of(request, staff_id)
    form.fill(**rights_values(account))
    version = form.version()
    if not form.sent:
        return _form_dialog(request, account, form)
    try:
        if rights := read_rights(form):
            request.application.manage_staff.change(
                request.actor,
                staff_id=staff_id,
                version=version,
                **attrs.asdict(rights, recurse=False),
            )
    except FieldError as error:
        form.refuse(error)
    except LastAdministratorError as error:
        form.refuse(error, field="role")
    except StaleError:
        return _form_dialog(request, account, form, stale=True)
    if not form.valid:
        return _form_dialog(request, account, form)
    words = screens.ACCOUNT_SAVED.format(login=account.login_name)
    return done(request, words, form=form, event=CHANGED)


@form_at("/staff-accounts/{staff_id:str}/password", "password", "version")
def set_account_password(
    request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm
) -> Html:
    """Ask for another password and set it; the account has to sign in again."""
    account = account_of(request, staff_id)
    form.fill(version=str(account.version))
    if form.sent:
        with form.noting():
            request.application.manage_staff.set_password(
                request.actor,
                staff_id=staff_id,
                version=form.version(),
                password=form.text("password"),
            )
            words = screens.SIGN_IN_RESET.format(login=account.login_name)
            return done(request, words, form=form, event=CHANGED)
    context = {"account": account, "form": form, "action": f"{LIST}/{account.id}/password"}
    return dialog(request, PASSWORD, context)


@form_at("/staff-accounts/{staff_id:str}/disabling", "version", "disabled")
def set_disabled(request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm) -> Html:
    """Ask whether to disable or enable the account, and do; nobody disables their own."""
    account = account_of(request, staff_id)
    if not form.sent:
        return _disabling_dialog(request, account)
    disabled = form.text("disabled") == "yes"
    if disabled and account.id == request.actor.id:
        return _disabling_dialog(request, account, refusal=screens.OWN_ACCOUNT)
    try:
        request.application.manage_staff.set_disabled(
            request.actor, staff_id=staff_id, version=form.version(), disabled=disabled
        )
    except LastAdministratorError as error:
        return _disabling_dialog(request, account, refusal=sentence(error))
    words = screens.ACCOUNT_DISABLED if disabled else screens.ACCOUNT_ENABLED
    notice = words.format(login=account.login_name)
    return done(request, notice, form=form, event=CHANGED)


def _form_dialog(
    request: StaffRequest, account: StaffAccount | None, form: Form, *, stale: bool = False
) -> Html:
    context = {
        "account": account,
        "is_own": account is not None and account.id == request.actor.id,
        "form": form,
        "stale": stale,
        # Only a form that was shown the other person's change may replace it.
        "version": account.version if account and stale else form.text("version"),
        "action": f"{LIST}/{account.id}/edit" if account else LIST,
        "roles": role_choices(),
        "communities": list(community_names(request).items()),
    }
    return dialog(request, FORM, context)


def _disabling_dialog(request: StaffRequest, account: StaffAccount, *, refusal: str = "") -> Html:
    context = {"account": account, "refusal": refusal, "action": f"{LIST}/{account.id}/disabling"}
    return dialog(request, DISABLING, context, status=422 if refusal else 200)


def account_of(request: StaffRequest, staff_id: StaffId) -> StaffAccount:
    """Return an account within reach; raise ThingNotFoundError."""
    return request.application.manage_staff.get(request.actor, staff_id=staff_id)


def _reach(account: StaffAccount, names: dict[str, str]) -> str:
    if account.community_ids is None:
        return screens.ALL_COMMUNITIES
    ids = sorted(account.community_ids)
    return "、".join(names.get(each, screens.OTHER_COMMUNITY) for each in ids)
