"""A new password for a staff account (权限管理)."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath

from billing_domain.model.company.staff import StaffAccount, StaffId
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.pages import Html, dialog, done
from billing_entrypoints.web.staff.company.staff_accounts import CHANGED, LIST, account_of
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/company/staff_accounts/password.html"


@get("/staff-accounts/{staff_id:str}/password", sync_to_thread=True)
def show_account_password(request: StaffRequest, staff_id: FromPath[StaffId]) -> Html:
    """Ask for another password."""
    account = account_of(request, staff_id)
    return _password_dialog(request, account, Form.of(version=str(account.version)))


@post("/staff-accounts/{staff_id:str}/password", sync_to_thread=True)
def set_account_password(
    request: StaffRequest, staff_id: FromPath[StaffId], form: SentForm
) -> Html:
    """Set a new password; the account has to sign in again."""
    form.require_only(("password", "version"))
    account = account_of(request, staff_id)
    with form.noting():
        request.application.manage_staff.set_password(
            request.actor,
            staff_id=staff_id,
            version=form.version(),
            password=form.text("password"),
        )
        words = screens.SIGN_IN_RESET.format(login=account.login_name)
        return done(request, words, form=form, event=CHANGED)
    return _password_dialog(request, account, form)


def _password_dialog(request: StaffRequest, account: StaffAccount, form: Form) -> Html:
    action = f"{LIST}/{account.id}/password"
    return dialog(request, TEMPLATE, {"account": account, "form": form, "action": action})
