"""Merchant accounts (支付账户): entered, changed, checked, put to use (rules 5.9, 9)."""

from collections.abc import Sequence
from typing import Final

from litestar import get
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
from billing_entrypoints.web.forms import ANY_FIELD, Form, SentForm, whole_number
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import Html, go, page
from billing_entrypoints.web.staff.payments.account_form import (
    account_fields,
    allowed_fields,
    chosen_provider,
    first_values,
    read_account,
    setting_sentence,
)
from billing_entrypoints.web.staff_request import StaffRequest
from billing_entrypoints.words import screens
from billing_entrypoints.words.labels import label

LIST: Final = "/staff/payment-accounts"


@get("/payment-accounts", sync_to_thread=True)
def list_payment_accounts(request: StaffRequest) -> Html:
    """Show the company's accounts and its official account; no secret leaves the server."""
    configure = request.application.configure_payments
    accounts, forms = configure.accounts(request.actor), configure.providers()
    context = {
        "lines": [_line(account, forms.get(account.provider)) for account in accounts],
        "official": configure.official_account(request.actor),
    }
    return page(request, "staff/payments/accounts/list.html", context)


def _line(account: PaymentAccount, form: ProviderForm | None) -> dict[str, object]:
    """Return an account for the table; one whose provider is not offered has only its key."""
    return {
        "account": account,
        "provider": form.label if form else account.provider,
        "merchant": account.settings.get(form.merchant if form else "") or "--",
        "address": f"{LIST}/{account.id}",
    }


@form_at("/payment-accounts/new", ANY_FIELD, sent_to="/payment-accounts")
def add_payment_account(request: StaffRequest, form: SentForm) -> Html:
    """Ask for the data of a new account at the chosen provider, and keep it."""
    return _edit(request, form, None)


@form_at("/payment-accounts/{account_id:str}/edit", ANY_FIELD)
def change_payment_account(
    request: StaffRequest, account_id: FromPath[AccountId], form: SentForm
) -> Html:
    """Show an account, the secrets empty; change it, if nobody else did meanwhile."""
    return _edit(request, form, _account(request, account_id))


@post_at("/payment-accounts/{account_id:str}/use")
def use_payment_account(request: StaffRequest, account_id: FromPath[AccountId]) -> Html:
    """Send new orders to an account."""
    used = request.application.configure_payments.use_account(request.actor, account_id=account_id)
    return go(request, LIST, screens.PAYMENT_ACCOUNT_USED.format(name=used.name))


@post_at("/payment-accounts/{account_id:str}/check")
def check_payment_account(request: StaffRequest, account_id: FromPath[AccountId]) -> Html:
    """Ask the provider whether the account works, and show the answer."""
    return go(request, LIST, _check_notice(request, _account(request, account_id)))


def _check_notice(request: StaffRequest, account: PaymentAccount) -> Notice:
    """Return the provider's answer; a refusal keeps the provider's own words."""
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
        reason = f"{label(report.outcome)} {report.provider_state}"
    return Notice(
        screens.PAYMENT_ACCOUNT_FAILS.format(name=account.name, reason=reason), "refused"
    )


def _edit(request: StaffRequest, form: Form, account: PaymentAccount | None) -> Html:
    request.actor.require(Permission.CONFIGURE_COMPANY)
    if not form.sent:
        return _form_page(request, account, form)
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
        form.errors[error.field] = setting_sentence(error, fields)
        return _form_page(request, account, form)
    except ProviderRefusedError as error:
        form.refuse(error, field="provider")
        return _form_page(request, account, form)
    except StaleError:
        return _form_page(request, account, form, stale=True)
    return go(request, LIST, screens.PAYMENT_ACCOUNT_SAVED.format(name=saved.name))


def _form_page(
    request: StaffRequest,
    account: PaymentAccount | None,
    form: Form,
    *,
    stale: bool = False,
) -> Html:
    providers = request.application.configure_payments.providers()
    wanted = form.text("provider") if form.sent else request.query_params.get("provider", "")
    provider = chosen_provider(providers, wanted, account)
    form.fill(**first_values(account, provider))
    context = {
        "form": form,
        "account": account,
        "provider": provider,
        "providers": providers.values(),
        "fields": account_fields(_fields(request, provider), account),
        "action": f"{LIST}/{account.id}/edit" if account else LIST,
        "stale": stale,
        # Only a form that was shown the other person's change may replace it.
        "version": account.version if account and stale else form.text("version"),
    }
    return page(request, "staff/payments/accounts/form.html", context)


def _fields(request: StaffRequest, provider: ProviderKey) -> Sequence[SettingField]:
    """Return a provider's fields, none for one that is not offered."""
    form = request.application.configure_payments.providers().get(provider)
    return form.fields if form else ()


def _account(request: StaffRequest, account_id: AccountId) -> PaymentAccount:
    for account in request.application.configure_payments.accounts(request.actor):
        if account.id == account_id:
            return account
    raise ThingNotFoundError(kind="payment_account", id=account_id)
