"""Merchant accounts (支付账户): entered, changed, tried out, put to use (rules 5.9, 9)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
from litestar import Response, get, post
from litestar.params import FromPath

from billing_domain.errors import (
    FieldError,
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.company.staff import Permission
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, ProviderKey
from billing_domain.ports.payments.gateway import Outcome, ProviderForm, SettingField
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form, SentForm, whole_number
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import go, page
from billing_entrypoints.web.staff.payments.account_form import (
    account_fields,
    allowed_fields,
    chosen_provider,
    first_form,
    read_account,
    refuse_setting,
    setting_sentence,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

LIST: Final = "/staff/payment-accounts"


@attrs.frozen
class AccountLine:
    """An account as the table shows it; one whose provider is not offered has only its key."""

    account: PaymentAccount
    form: ProviderForm | None

    @property
    def provider(self) -> str:
        """Where the money goes."""
        return self.form.label if self.form else self.account.provider

    @property
    def merchant(self) -> str:
        """The number by which the provider knows the company, if it has one."""
        merchant = self.form.merchant if self.form else ""
        return self.account.settings.get(merchant) or "--"

    @property
    def address(self) -> str:
        """What the addresses of its actions begin with."""
        return f"{LIST}/{self.account.id}"


@get("/payment-accounts", sync_to_thread=True)
def list_payment_accounts(request: StaffRequest) -> Response[str]:
    """Show the company's accounts and its official account; no secret leaves the server."""
    configure = request.application.configure_payments
    accounts, forms = configure.accounts(request.actor), configure.providers()
    context = {
        "lines": [AccountLine(account, forms.get(account.provider)) for account in accounts],
        "official": configure.official_account(request.actor),
    }
    return page(request, "staff/payments/accounts/list.html", context)


@get("/payment-accounts/new", sync_to_thread=True)
def show_account_form(request: StaffRequest) -> Response[str]:
    """Ask for the data of a new account at the chosen provider."""
    request.actor.require(Permission.CONFIGURE_COMPANY)
    return _form_page(request, None)


@post("/payment-accounts", sync_to_thread=True)
def add_payment_account(request: StaffRequest, form: SentForm) -> Response[str]:
    """Keep a new account."""
    return _save(request, form, None)


@get("/payment-accounts/{account_id:str}/edit", sync_to_thread=True)
def show_account_edit(request: StaffRequest, account_id: FromPath[AccountId]) -> Response[str]:
    """Show an account in its form, the secrets empty."""
    return _form_page(request, _account(request, account_id))


@post("/payment-accounts/{account_id:str}/edit", sync_to_thread=True)
def change_payment_account(
    request: StaffRequest, account_id: FromPath[AccountId], form: SentForm
) -> Response[str]:
    """Change an account, if nobody else did meanwhile."""
    return _save(request, form, _account(request, account_id))


@post("/payment-accounts/{account_id:str}/use", sync_to_thread=True)
def use_payment_account(
    request: StaffRequest, account_id: FromPath[AccountId], form: SentForm
) -> Response[str]:
    """Send new orders to an account."""
    form.require_only(())
    used = request.application.configure_payments.use_account(request.actor, account_id=account_id)
    return go(request, LIST, Notice(screens.PAYMENT_ACCOUNT_USED.format(name=used.name)))


@post("/payment-accounts/{account_id:str}/check", sync_to_thread=True)
def check_payment_account(
    request: StaffRequest, account_id: FromPath[AccountId], form: SentForm
) -> Response[str]:
    """Try an account out, and say what its provider answered."""
    form.require_only(())
    account = _account(request, account_id)
    return go(request, LIST, _tried(request, account))


def _tried(request: StaffRequest, account: PaymentAccount) -> Notice:
    """Return what the provider answered, in the words that it used where it refused."""
    try:
        report = request.application.configure_payments.check(request.actor, account_id=account.id)
    except ProviderUnavailableError as error:
        reason = error.detail
    except ProviderRefusedError as error:
        reason = f"{error.provider_code} {error.detail}".strip()
    except FieldError as error:
        reason = setting_sentence(error, _fields(request, account.provider))
    except NotificationRefusedError as error:
        reason = sentence(error)
    else:
        if report.outcome is not Outcome.UNKNOWN:
            return Notice(screens.PAYMENT_ACCOUNT_WORKS.format(name=account.name))
        reason = f"{label(report.outcome)} {report.said}"
    return Notice(
        screens.PAYMENT_ACCOUNT_FAILS.format(name=account.name, reason=reason), "refused"
    )


def _save(request: StaffRequest, form: Form, account: PaymentAccount | None) -> Response[str]:
    request.actor.require(Permission.CONFIGURE_COMPANY)
    configure = request.application.configure_payments
    provider = chosen_provider(configure.providers(), form.text("provider"), account)
    fields = _fields(request, provider)
    form.require_only(allowed_fields(fields))
    try:
        saved = configure.save_account(
            request.actor,
            form=read_account(form, provider, fields),
            account_id=account.id if account else None,
            version=whole_number("version")(form.text("version") or "0"),
        )
    except FieldError as error:
        refuse_setting(form, error, fields)
        return _form_page(request, account, form, status=422)
    except ProviderRefusedError as error:
        form.refuse(error, field="provider")
        return _form_page(request, account, form, status=422)
    except StaleError:
        return _form_page(request, account, form, status=409, stale=True)
    return go(request, LIST, Notice(screens.PAYMENT_ACCOUNT_SAVED.format(name=saved.name)))


def _form_page(
    request: StaffRequest,
    account: PaymentAccount | None,
    form: Form | None = None,
    *,
    status: int = 200,
    stale: bool = False,
) -> Response[str]:
    providers = request.application.configure_payments.providers()
    asked = form.text("provider") if form else request.query_params.get("provider", "")
    provider = chosen_provider(providers, asked, account)
    shown = form or first_form(account, provider)
    path = f"{LIST}/{account.id}/edit" if account else LIST
    context: Mapping[str, Any] = {
        "form": shown,
        "account": account,
        "provider": provider,
        "providers": providers.values(),
        "fields": account_fields(_fields(request, provider), account),
        "action": path,
        "stale": stale,
        # Saving again replaces what somebody else saved only after that was said.
        "version": account.version if account and stale else shown.text("version"),
    }
    return page(request, "staff/payments/accounts/form.html", context, status=status)


def _fields(request: StaffRequest, provider: ProviderKey) -> Sequence[SettingField]:
    """Return what a provider asks for; one that is not offered asks for nothing."""
    form = request.application.configure_payments.providers().get(provider)
    return form.fields if form else ()


def _account(request: StaffRequest, account_id: AccountId) -> PaymentAccount:
    for account in request.application.configure_payments.accounts(request.actor):
        if account.id == account_id:
            return account
    raise ThingNotFoundError(kind="payment_account", id=account_id)


HANDLERS: Final = (
    list_payment_accounts,
    show_account_form,
    add_payment_account,
    show_account_edit,
    change_payment_account,
    use_payment_account,
    check_payment_account,
)
