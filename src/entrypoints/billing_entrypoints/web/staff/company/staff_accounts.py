"""Staff accounts (权限管理): list, add, change, disable and enable (rule 9)."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError, LastAdministratorError, StaleError
from billing_domain.model.company.staff import Permission, Role, StaffAccount, StaffId
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done, page
from billing_entrypoints.web.staff.company.account_rights import (
    RIGHTS_FIELDS,
    WHOLE_COMPANY,
    read_rights,
    rights_form,
    role_choices,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

LIST: Final = "/staff/staff-accounts"
CHANGED: Final = "staff-accounts-changed"
FORM: Final = "staff/company/staff_accounts/form.html"
DISABLING: Final = "staff/company/staff_accounts/disabling.html"


@get("/staff-accounts", sync_to_thread=True)
def list_accounts(request: StaffRequest) -> Response[str]:
    """Show the company's accounts."""
    accounts = request.application.manage_staff.all(request.actor)
    names = _community_names(request)
    context = {
        "lines": [(account, _reach(account, names)) for account in accounts],
        "roles": role_choices(),
    }
    return page(request, "staff/company/staff_accounts/list.html", context)


@get("/staff-accounts/new", sync_to_thread=True)
def show_account_form(request: StaffRequest) -> Response[str]:
    """Ask for a new account."""
    request.actor.require(Permission.MANAGE_STAFF)
    form = Form.of(role=Role.FRONT_DESK.name.lower(), reach=WHOLE_COMPANY)
    return _form_dialog(request, None, form)


@post("/staff-accounts", sync_to_thread=True)
def add_account(request: StaffRequest, form: SentForm) -> Response[str]:
    """Add an account with a first password."""
    form.require_only((*RIGHTS_FIELDS, "login_name", "password"))
    request.actor.require(Permission.MANAGE_STAFF)
    rights = read_rights(form)
    if rights is None:
        return _form_dialog(request, None, form, status=422)
    try:
        made = request.application.manage_staff.add(
            request.actor,
            login_name=form.text("login_name"),
            name=rights.name,
            password=form.text("password"),
            role=rights.role,
            community_ids=rights.community_ids,
        )
    except FieldError as error:
        form.refuse(error)
        return _form_dialog(request, None, form, status=422)
    return done(
        request,
        Notice(screens.ACCOUNT_ADDED.format(login=made.login_name)),
        form=form,
        event=CHANGED,
    )


@get("/staff-accounts/{staff_id:str}/edit", sync_to_thread=True)
def show_account_edit(request: StaffRequest, staff_id: FromPath[StaffId]) -> Response[str]:
    """Show the form with what the account may do now."""
    account = _account(request, staff_id)
    return _form_dialog(request, account, rights_form(account))


@post("/staff-accounts/{staff_id:str}/edit", sync_to_thread=True)
def change_account(
    request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm
) -> Response[str]:
    """Change name, role and communities; the account has to sign in again."""
    form.require_only((*RIGHTS_FIELDS, "version"))
    account = _account(request, staff_id)
    version = whole_number("version")(form.text("version"))
    rights = read_rights(form)
    if rights is None:
        return _form_dialog(request, account, form, status=422)
    try:
        request.application.manage_staff.change(
            request.actor,
            staff_id=staff_id,
            version=version,
            name=rights.name,
            role=rights.role,
            community_ids=rights.community_ids,
        )
    except FieldError as error:
        form.refuse(error)
        return _form_dialog(request, account, form, status=422)
    except LastAdministratorError as error:
        form.refuse(error, field="role")
        return _form_dialog(request, account, form, status=422)
    except StaleError:
        return _form_dialog(request, account, form, status=409, stale=True)
    words = Notice(screens.ACCOUNT_SAVED.format(login=account.login_name))
    return done(request, words, form=form, event=CHANGED)


@get("/staff-accounts/{staff_id:str}/disabling", sync_to_thread=True)
def show_disabling(request: StaffRequest, staff_id: FromPath[StaffId]) -> Response[str]:
    """Ask whether to disable the account, or to enable it again."""
    return _disabling_dialog(request, _account(request, staff_id))


@post("/staff-accounts/{staff_id:str}/disabling", sync_to_thread=True)
def set_disabled(
    request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm
) -> Response[str]:
    """Disable or enable the account; nobody disables their own."""
    form.require_only(("version", "disabled"))
    account = _account(request, staff_id)
    disabled = form.text("disabled") == "yes"
    if disabled and account.id == request.actor.id:
        return _disabling_dialog(request, account, refusal=screens.OWN_ACCOUNT, status=422)
    try:
        request.application.manage_staff.set_disabled(
            request.actor,
            staff_id=staff_id,
            version=whole_number("version")(form.text("version")),
            disabled=disabled,
        )
    except LastAdministratorError as error:
        return _disabling_dialog(request, account, refusal=sentence(error), status=422)
    words = screens.ACCOUNT_DISABLED if disabled else screens.ACCOUNT_ENABLED
    notice = Notice(words.format(login=account.login_name))
    return done(request, notice, form=form, event=CHANGED)


def _form_dialog(
    request: StaffRequest,
    account: StaffAccount | None,
    form: Form,
    *,
    status: int = 200,
    stale: bool = False,
) -> Response[str]:
    context = {
        "account": account,
        "is_own": account is not None and account.id == request.actor.id,
        "form": form,
        "stale": stale,
        # Saving again replaces what somebody else saved only after that was said.
        "version": account.version if account and stale else form.text("version"),
        "action": f"{LIST}/{account.id}/edit" if account else LIST,
        "roles": role_choices(),
        "communities": list(_community_names(request).items()),
    }
    return dialog(request, FORM, context, status=status)


def _disabling_dialog(
    request: StaffRequest, account: StaffAccount, *, refusal: str = "", status: int = 200
) -> Response[str]:
    context: dict[str, Any] = {
        "account": account,
        "refusal": refusal,
        "action": f"{LIST}/{account.id}/disabling",
    }
    return dialog(request, DISABLING, context, status=status)


def _account(request: StaffRequest, staff_id: StaffId) -> StaffAccount:
    return request.application.manage_staff.get(request.actor, staff_id=staff_id)


def _reach(account: StaffAccount, names: dict[str, str]) -> str:
    if account.community_ids is None:
        return screens.ALL_COMMUNITIES
    ids = sorted(account.community_ids)
    return "、".join(names.get(each, screens.OTHER_COMMUNITY) for each in ids)


def _community_names(request: StaffRequest) -> dict[str, str]:
    communities = request.application.view_company.communities(request.actor)
    return {community.id: community.name for community in communities}


HANDLERS: Final = (
    list_accounts,
    show_account_form,
    add_account,
    show_account_edit,
    change_account,
    show_disabling,
    set_disabled,
)
