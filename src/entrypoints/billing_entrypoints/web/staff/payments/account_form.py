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

    `stored`: a sealed value exists, and an empty field leaves it. `fixed`: it never changes.
    """

    setting: SettingField
    stored: bool
    fixed: bool


def account_fields(
    fields: Sequence[SettingField], account: PaymentAccount | None
) -> Sequence[AccountField]:
    """Return the fields of a provider; `account` is the stored one, if any."""
    sealed = account.sealed_secrets if account is not None else {}
    return [
        AccountField(field, field.name in sealed, field.fixed and account is not None)
        for field in fields
    ]


def chosen_provider(
    providers: Mapping[ProviderKey, ProviderForm], wanted: str, account: PaymentAccount | None
) -> ProviderKey:
    """Return the account's provider, which never changes; else the wanted one, else the first."""
    if account is not None:
        return account.provider
    key = ProviderKey(wanted)
    return key if key in providers else next(iter(providers))


def first_values(account: PaymentAccount | None, provider: ProviderKey) -> Mapping[str, str]:
    """Return what the form shows first: the plain settings, but no secret."""
    if account is None:
        return {"provider": provider, "version": "0"}
    settings = account.settings if account.provider == provider else {}
    own = {"provider": provider, "name": account.name, "version": str(account.version)}
    return {**settings, **own}


def allowed_fields(fields: Sequence[SettingField]) -> tuple[str, ...]:
    """Return the names that the form of a provider may send."""
    return (*_OWN_FIELDS, *(field.name for field in fields))


def setting_sentence(error: FieldError, fields: Sequence[SettingField]) -> str:
    """Return the sentence for a setting's error; it never quotes a secret."""
    labels = {field.name: field.label for field in fields}
    label = labels.get(error.field)
    if label is None:
        return sentence(error)
    if error.reason == "format" and not error.value:
        return screens.SETTING_MALFORMED.format(label=label)
    return sentence(attrs.evolve(error, field=label))


def read_account(form: Form, provider: ProviderKey, fields: Sequence[SettingField]) -> AccountForm:
    """Return the entered data, with plain settings and secrets separate."""
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
