"""Another password for somebody's account (权限管理)."""

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import FieldError
from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, done
from billing_entrypoints.web.staff.company.staff_accounts import CHANGED, LIST
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/company/staff_accounts/password.html"


@get("/staff-accounts/{staff_id:str}/password", sync_to_thread=True)
def show_account_password(request: StaffRequest, staff_id: FromPath[StaffId]) -> Response[str]:
    """Ask for another password."""
    account = _account(request, staff_id)
    return _password_dialog(request, account, Form.of(version=str(account.version)))


@post("/staff-accounts/{staff_id:str}/password", sync_to_thread=True)
def set_account_password(
    request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm
) -> Response[str]:
    """Give the account another password; it has to sign in again."""
    form.require_only(("password", "version"))
    account = _account(request, staff_id)
    try:
        request.application.manage_staff.set_password(
            request.actor,
            staff_id=staff_id,
            version=whole_number("version")(form.text("version")),
            password=form.text("password"),
        )
    except FieldError as error:
        form.refuse(error)
        return _password_dialog(request, account, form, status=422)
    words = Notice(screens.SIGN_IN_RESET.format(login=account.login_name))
    return done(request, words, form=form, event=CHANGED)


def _password_dialog(
    request: StaffRequest, account: StaffAccount, form: Form, *, status: int = 200
) -> Response[str]:
    action = f"{LIST}/{account.id}/password"
    return dialog(
        request, TEMPLATE, {"account": account, "form": form, "action": action}, status=status
    )


def _account(request: StaffRequest, staff_id: StaffId) -> StaffAccount:
    return request.application.manage_staff.get(request.actor, staff_id=staff_id)


HANDLERS: Final = (show_account_password, set_account_password)
