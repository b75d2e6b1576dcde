"""The staff member's own password."""

from typing import Final

from billing_domain.errors import FieldError
from billing_entrypoints.web import cookies
from billing_entrypoints.web.addresses import own_path
from billing_entrypoints.web.forms import BACK_FIELD, SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, go
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/company/password.html"


@form_at("/password", "old_password", "new_password", "again")
def change_password(request: StaffRequest, form: SentForm) -> Html:
    """Change the password; other browsers are signed out, this one gets a new session."""
    if form.text("new_password") != form.text("again"):
        form.errors["again"] = screens.PASSWORDS_DIFFER
    if not form.sent or not form.valid:
        return dialog(request, TEMPLATE, {"form": form})
    try:
        opened = request.application.sign_in.change_password(
            request.actor,
            old_password=form.text("old_password"),
            new_password=form.text("new_password"),
        )
    except FieldError as error:
        form.refuse(error, field="" if error.field == "old_password" else "new_password")
        return dialog(request, TEMPLATE, {"form": form})
    cookie = cookies.make_cookie(cookies.SESSION, opened.token, https=request.https)
    back = own_path(form.text(BACK_FIELD))
    return go(request, back, screens.SIGN_IN_CHANGED, cookie)
