"""Merchant accounts, which one is in use, and the official account (缴费设置, rules 5.9, 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.errors import FieldError, StaleError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, audit_facts
from billing_domain.model.company.community import CommunityId, clean_name
from billing_domain.model.company.staff import Permission
from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    AccountId,
    OrderLine,
    Payer,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    order_number,
)
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.payments.gateway import (
    GatewayFactory,
    OrderReport,
    ProviderForm,
    SettingField,
    SettingKind,
)
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

_SETTING_LENGTH_MAX: Final = 8_000
_FILE_LENGTH_MAX: Final = 32 * 1024
_NOBODY: Final = "0" * 32


@attrs.frozen
class AccountForm:
    """What the settings page sends: plain settings and secrets by name.

    An empty secret keeps the one that is stored.
    """

    provider: ProviderKey
    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = attrs.field(repr=False)


@attrs.frozen
class ConfigurePayments:
    """Changes of where money goes; secrets go in and never come out (rule 5.9)."""

    begin: UnitOfWorkFactory
    cipher: SecretCipher
    gateways: GatewayFactory
    clock: Clock
    ids: IdGenerator

    def accounts(self, actor: Actor) -> Sequence[PaymentAccount]:
        """Return the company's merchant accounts, oldest first; secrets stay sealed."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin(read_only=True) as work:
            return work.payment_accounts.all(actor.company_id)

    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        """Return what each provider of this deployment asks for."""
        return self.gateways.providers

    def save_account(
        self,
        actor: Actor,
        *,
        form: AccountForm,
        account_id: AccountId | None = None,
        version: int = 0,
    ) -> PaymentAccount:
        """Keep a merchant account; the first of a company is in use at once.

        Without `account_id` it is a new one. Provider and merchant of an account never change:
        its orders and refunds are asked about there. Raises FieldError for a field that is
        missing, unknown, unusable or fixed, StaleError, ThingNotFoundError. The provider is not
        asked: `check` does that.
        """
        actor.require(Permission.CONFIGURE_COMPANY)
        if form.provider not in self.gateways.providers:
            raise FieldError(field="provider", reason="unknown", value=form.provider)
        with self.begin() as work:
            old = work.payment_accounts.get(actor.company_id, account_id) if account_id else None
            if old is not None and old.version != version:
                raise StaleError(kind="payment_account", id=old.id)
            new = self._account(actor, form, old)
            if old is None:
                nobody = work.payment_accounts.active(actor.company_id) is None
                new = attrs.evolve(new, active=nobody)
            self.gateways(new)  # unusable settings are refused before they are kept
            if old is None:
                work.payment_accounts.add(new)
            else:
                work.payment_accounts.save(new)
            _record(work, actor, old, new)
            work.commit()
        return new

    def use_account(self, actor: Actor, *, account_id: AccountId) -> PaymentAccount:
        """Send new orders to an account; open orders stay where they are.

        Raises ThingNotFoundError, StaleError.
        """
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin() as work:
            chosen = work.payment_accounts.get(actor.company_id, account_id)
            before = work.payment_accounts.active(actor.company_id)
            if before is not None and before.id == chosen.id:
                return chosen
            if before is not None:
                stopped = attrs.evolve(before, active=False, version=before.version + 1)
                work.payment_accounts.save(stopped)
                _record(work, actor, before, stopped)
            started = attrs.evolve(chosen, active=True, version=chosen.version + 1)
            work.payment_accounts.save(started)
            _record(work, actor, chosen, started)
            work.commit()
        return started

    def check(self, actor: Actor, *, account_id: AccountId) -> OrderReport:
        """Ask the provider about an order that it can't know, to see that it answers us.

        Returns its report; raises ProviderUnavailableError with what it said, for a wrong secret
        too, ProviderRefusedError, ThingNotFoundError.
        """
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin(read_only=True) as work:
            account = work.payment_accounts.get(actor.company_id, account_id)
        now = self.clock.now()
        number = order_number(now, self.ids.order_serial())
        probe = PaymentOrder(
            number=number,
            company_id=account.company_id,
            community_id=CommunityId(_NOBODY),
            account_id=account.id,
            provider=account.provider,
            method=PaymentMethod.NATIVE,
            payer=Payer(_NOBODY, "", ""),
            request_key=number,
            lines=(OrderLine(BillNumber(number[:21]), Money(1)),),
            created_at=now,
        )
        return self.gateways(account).query(probe)

    def official_account(self, actor: Actor) -> OfficialAccount | None:
        """Return the company's official account, its secret sealed, or None."""
        actor.require(Permission.CONFIGURE_COMPANY)
        with self.begin(read_only=True) as work:
            return work.official_accounts.find(actor.company_id)

    def save_official_account(
        self, actor: Actor, *, app_id: str, secret: str, version: int
    ) -> OfficialAccount:
        """Keep the official account; `version` is the one seen, 0 for none (rule 5.12).

        An empty secret keeps the stored one. Raises FieldError, StaleError.
        """
        actor.require(Permission.CONFIGURE_COMPANY)
        app = app_id.strip()
        if not app:
            raise FieldError(field="app_id", reason="required")
        with self.begin() as work:
            old = work.official_accounts.find(actor.company_id)
            if (old.version if old else 0) != version:
                raise StaleError(kind="official_account", id=actor.company_id)
            sealed = self.cipher.seal(secret.strip()) if secret.strip() else ""
            if not sealed and old is None:
                raise FieldError(field="app_secret", reason="required")
            kept = old.sealed_secret if old else ""
            new = OfficialAccount(actor.company_id, app, sealed or kept, version + 1)
            work.official_accounts.save(new)
            action = AuditAction.CHANGED if old else AuditAction.CREATED
            work.record(actor, action, old, audit_facts(new).plus(secret_changed=bool(sealed)))
            work.commit()
        return new

    def _account(
        self, actor: Actor, form: AccountForm, old: PaymentAccount | None
    ) -> PaymentAccount:
        if old is not None and old.provider != form.provider:
            raise FieldError(field="provider", reason="fixed")
        kept = dict(old.sealed_secrets) if old is not None else {}
        settings: dict[str, str] = {}
        sealed: dict[str, str] = {}
        for field in self.gateways.providers[form.provider].fields:
            name = field.name
            given = _given(form, field)
            if field.sealed and (given or name in kept):
                sealed[name] = self.cipher.seal(given) if given else kept[name]
            elif given:
                settings[name] = given
            elif field.required:
                raise FieldError(field=name, reason="required")
            if field.fixed and old is not None and given != old.settings.get(name):
                raise FieldError(field=name, reason="fixed")
        return PaymentAccount(
            id=old.id if old else AccountId(self.ids.new_id()),
            company_id=actor.company_id,
            provider=form.provider,
            name=clean_name(form.name),
            settings=settings,
            sealed_secrets=sealed,
            active=old.active if old else False,
            version=old.version + 1 if old else 1,
        )


def _record(
    work: UnitOfWork, actor: Actor, old: PaymentAccount | None, new: PaymentAccount
) -> None:
    action = AuditAction.CHANGED if old else AuditAction.CREATED
    changed = old is None or old.sealed_secrets != new.sealed_secrets
    work.record(actor, action, old, audit_facts(new).plus(secrets_changed=changed))


def _given(form: AccountForm, field: SettingField) -> str:
    """Return what was entered; raise FieldError when it is too long or no choice."""
    given = (form.secrets if field.sealed else form.settings).get(field.name, "").strip()
    is_file = field.kind is SettingKind.FILE
    if len(given) > (_FILE_LENGTH_MAX if is_file else _SETTING_LENGTH_MAX):
        raise FieldError(field=field.name, reason="too_long")
    if given and field.kind is SettingKind.CHOICE and given not in field.choices:
        raise FieldError(field=field.name, reason="unknown", value=given[:40])
    return given
