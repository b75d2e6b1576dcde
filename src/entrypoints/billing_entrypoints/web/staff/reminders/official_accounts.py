"""The company's official account (公众号), through which owners sign in (rules 5.12, 9)."""

from typing import Final

from litestar import get, post

from billing_domain.errors import FieldError, StaleError
from billing_domain.model.reminders.official_account import DEMO
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.pages import Html, dialog, go
from billing_entrypoints.web.staff.payments.accounts import LIST
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/payments/accounts/official.html"


@get("/official-account", sync_to_thread=True)
def show_official_account(request: StaffRequest) -> Html:
    """Show its AppID in the form, the secret empty."""
    account = request.application.configure_payments.official_account(request.actor)
    if account is None:
        return _dialog(request, Form.of(version="0"), secret_stored=False)
    form = Form.of(app_id=account.app_id, version=str(account.version))
    return _dialog(request, form, secret_stored=True)


@post("/official-account", sync_to_thread=True)
def save_official_account(request: StaffRequest, form: SentForm) -> Html:
    """Save the official account; an empty secret leaves the stored one."""
    form.require_only(("app_id", "app_secret", "version"))
    configure = request.application.configure_payments
    secret_stored = configure.official_account(request.actor) is not None
    try:
        saved = configure.save_official_account(
            request.actor,
            app_id=form.text("app_id"),
            secret=form.text("app_secret"),
            version=form.version(),
        )
    except FieldError as error:
        form.refuse(error)
        return _dialog(request, form, secret_stored=secret_stored)
    except StaleError as error:
        form.refuse(error, field="app_id")
        return _dialog(request, form, secret_stored=secret_stored, status=409)
    return go(request, LIST, screens.OFFICIAL_ACCOUNT_SAVED.format(app_id=saved.app_id))


def _dialog(
    request: StaffRequest, form: Form, *, secret_stored: bool, status: int | None = None
) -> Html:
    demo = DEMO if request.application.sign_in_owners.demo else ""
    context = {"form": form, "secret_stored": secret_stored, "demo": demo}
    return dialog(request, TEMPLATE, context, status=status)
