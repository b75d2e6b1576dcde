"""The form of a merchant account: its fields are those that its provider asks for (rule 5.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.gateway import SettingField
from billing_domain.use_cases.payments.configure_payments import AccountForm
from billing_domain.words.zh_nouns import field_label
from billing_entrypoints.web.forms import Form
from billing_entrypoints.words.labels import PROVIDER_NOTES, SETTING_HINTS, provider_label

_OWN_FIELDS: Final = ("provider", "name", "version")


@attrs.frozen
class AccountField:
    """One field in words.

    `kept` says that its secret is stored and may be left empty, `fixed` that the account has a
    value that never changes.
    """

    name: str
    label: str
    hint: str
    secret: bool
    optional: bool
    multiline: bool
    kept: bool
    fixed: bool


@attrs.frozen
class ProviderChoice:
    """A provider that can be chosen, and whether it is."""

    key: str
    label: str
    note: str
    chosen: bool


def account_fields(
    fields: Sequence[SettingField], account: PaymentAccount | None
) -> Sequence[AccountField]:
    """Return the fields of a provider; `account` is the stored one, if any."""
    kept = account.sealed_secrets if account is not None else {}
    return [
        AccountField(
            field.name,
            field_label(field.name),
            SETTING_HINTS.get(field.name, ""),
            secret=field.secret,
            optional=not field.required,
            multiline=field.multiline,
            kept=field.name in kept,
            fixed=field.fixed and account is not None,
        )
        for field in fields
    ]


def provider_choices(
    providers: Mapping[ProviderKey, Sequence[SettingField]], chosen: ProviderKey
) -> Sequence[ProviderChoice]:
    """Return the providers of this deployment in its order."""
    return [
        ProviderChoice(key, provider_label(key), PROVIDER_NOTES.get(key, ""), chosen=key == chosen)
        for key in providers
    ]


def chosen_provider(
    providers: Mapping[ProviderKey, Sequence[SettingField]],
    asked: str,
    account: PaymentAccount | None,
) -> ProviderKey:
    """Return the account's provider, which never changes; else the asked one, else the first."""
    if account is not None:
        return account.provider
    key = ProviderKey(asked)
    return key if key in providers else next(iter(providers))


def first_form(account: PaymentAccount | None, provider: ProviderKey) -> Form:
    """Return the form as it is first seen: plain settings filled in, never a secret."""
    if account is None:
        return Form.of(provider=provider, version="0")
    settings = account.settings if account.provider == provider else {}
    return Form.of(**settings, provider=provider, name=account.name, version=str(account.version))


def allowed_fields(fields: Sequence[SettingField]) -> tuple[str, ...]:
    """Return the names that the form of a provider may send."""
    return (*_OWN_FIELDS, *(field.name for field in fields))


def refuse_setting(form: Form, error: FieldError) -> None:
    """Note what is wrong beside its field; a secret is never quoted, so there is no value."""
    if error.reason == "format" and not error.value:
        form.errors[error.field] = f"{field_label(error.field)}格式不对"
    form.refuse(error)


def read_account(form: Form, provider: ProviderKey, fields: Sequence[SettingField]) -> AccountForm:
    """Return what was typed, plain settings and secrets apart."""
    return AccountForm(
        provider=provider,
        name=form.text("name"),
        settings={field.name: form.text(field.name) for field in fields if not field.secret},
        secrets={field.name: form.text(field.name) for field in fields if field.secret},
    )
