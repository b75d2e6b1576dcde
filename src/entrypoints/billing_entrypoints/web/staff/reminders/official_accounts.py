"""The company's official account (公众号), through which owners sign in (rules 5.12, 9)."""

from typing import Final

from litestar import Response, get, post

from billing_domain.errors import FieldError, StaleError
from billing_domain.model.reminders.official_account import DEMO
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import dialog, go
from billing_entrypoints.web.staff.payments.accounts import LIST
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens

TEMPLATE: Final = "staff/payments/accounts/official.html"


@get("/official-account", sync_to_thread=True)
def show_official_account(request: StaffRequest) -> Response[str]:
    """Show its AppID in the form, the secret empty."""
    account = request.application.configure_payments.official_account(request.actor)
    if account is None:
        form = Form.of(version="0")
    else:
        form = Form.of(app_id=account.app_id, version=str(account.version))
    return _dialog(request, form, kept=account is not None)


@post("/official-account", sync_to_thread=True)
def save_official_account(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep the official account; an empty secret stays as it was."""
    form.require_only(("app_id", "app_secret", "version"))
    configure = request.application.configure_payments
    kept = configure.official_account(request.actor) is not None
    try:
        saved = configure.save_official_account(
            request.actor,
            app_id=form.text("app_id"),
            secret=form.text("app_secret"),
            version=whole_number("version")(form.text("version")),
        )
    except FieldError as error:
        form.refuse(error)
        return _dialog(request, form, kept=kept, status=422)
    except StaleError as error:
        form.refuse(error, field="app_id")
        return _dialog(request, form, kept=kept, status=409)
    return go(request, LIST, Notice(screens.OFFICIAL_ACCOUNT_SAVED.format(app_id=saved.app_id)))


def _dialog(request: StaffRequest, form: Form, *, kept: bool, status: int = 200) -> Response[str]:
    demo = DEMO if request.application.sign_in_owners.demo else ""
    return dialog(request, TEMPLATE, {"form": form, "kept": kept, "demo": demo}, status=status)


HANDLERS: Final = (show_official_account, save_official_account)
