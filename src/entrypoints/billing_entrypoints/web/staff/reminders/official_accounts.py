"""The company's official account (公众号), through which owners sign in (rules 5.12, 9)."""

from typing import Final

from billing_domain.errors import StaleError
from billing_domain.model.reminders.official_account import DEMO
from billing_entrypoints.web.forms import SentForm
from billing_entrypoints.web.handlers import form_at
from billing_entrypoints.web.pages import Html, dialog, go
from billing_entrypoints.web.staff.payments.accounts import LIST
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/payments/accounts/official.html"


@form_at("/official-account", "app_id", "app_secret", "version")
def save_official_account(request: StaffRequest, form: SentForm) -> Html:
    """Show the AppID, the secret empty, and save both; an empty secret leaves the stored one."""
    configure = request.application.configure_payments
    account = configure.official_account(request.actor)
    form.fill(
        app_id=account.app_id if account else "", version=str(account.version if account else 0)
    )
    demo = DEMO if request.application.sign_in_owners.demo else ""
    context = {"form": form, "secret_stored": account is not None, "demo": demo}
    if not form.sent:
        return dialog(request, TEMPLATE, context)
    try:
        with form.noting():
            saved = configure.save_official_account(
                request.actor,
                app_id=form.text("app_id"),
                secret=form.text("app_secret"),
                version=form.version(),
            )
            return go(request, LIST, screens.OFFICIAL_ACCOUNT_SAVED.format(app_id=saved.app_id))
    except StaleError as error:
        form.refuse(error, field="app_id")
        return dialog(request, TEMPLATE, context, status=409)
    return dialog(request, TEMPLATE, context)
