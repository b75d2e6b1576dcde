"""The form of a merchant account: its fields are those that its provider asks for (rule 5.9)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import FieldError
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.gateway import ProviderForm, SettingField, SettingKind
from billing_domain.use_cases.payments.configure_payments import AccountForm
from billing_domain.words.zh import sentence
from billing_entrypoints.web.forms import Form
from billing_entrypoints.words import screens

_OWN_FIELDS: Final = ("provider", "name", "version")


@attrs.frozen
class AccountField:
    """A setting in the form of an account.

    `kept` says that it is stored sealed and may be left empty, `fixed` that the account has a
    value that never changes.
    """

    setting: SettingField
    kept: bool
    fixed: bool


def account_fields(
    fields: Sequence[SettingField], account: PaymentAccount | None
) -> Sequence[AccountField]:
    """Return the fields of a provider; `account` is the stored one, if any."""
    kept = account.sealed_secrets if account is not None else {}
    return [
        AccountField(field, field.name in kept, field.fixed and account is not None)
        for field in fields
    ]


def chosen_provider(
    providers: Mapping[ProviderKey, ProviderForm], asked: str, account: PaymentAccount | None
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


def setting_sentence(error: FieldError, fields: Sequence[SettingField]) -> str:
    """Say what is wrong with a setting; a secret is never quoted, so there is no value."""
    labels = {field.name: field.label for field in fields}
    label = labels.get(error.field)
    if label is None:
        return sentence(error)
    if error.reason == "format" and not error.value:
        return screens.SETTING_MALFORMED.format(label=label)
    return sentence(attrs.evolve(error, field=label))


def refuse_setting(form: Form, error: FieldError, fields: Sequence[SettingField]) -> None:
    """Note what is wrong beside its field."""
    form.errors[error.field] = setting_sentence(error, fields)


def read_account(form: Form, provider: ProviderKey, fields: Sequence[SettingField]) -> AccountForm:
    """Return what was entered, plain settings and secrets apart."""
    return AccountForm(
        provider=provider,
        name=form.text("name"),
        settings={field.name: form.text(field.name) for field in fields if not field.sealed},
        secrets={field.name: _entered(form, field) for field in fields if field.sealed},
    )


def _entered(form: Form, field: SettingField) -> str:
    """Return a text as typed; a file as its text, or in base64 when it is not plain ASCII."""
    if field.kind is not SettingKind.FILE:
        return form.text(field.name)
    file = form.file(field.name)
    content = file.content if file else b""
    return content.decode("ascii") if content.isascii() else b64encode(content).decode("ascii")
