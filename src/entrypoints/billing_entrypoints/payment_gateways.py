"""Makes the gateway of a merchant account from what its company entered."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

import attrs

from billing_domain.errors import FieldError, ProviderRefusedError
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, ProviderKey
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.payments.gateway import GatewayFactory, PaymentGateway
from billing_entrypoints.providers.provider import Provider, Site

_GATEWAYS_MAX: Final = 1_000


@attrs.define(slots=False, eq=False, kw_only=True)
class PaymentGateways(GatewayFactory):
    """The gateways of one deployment; several threads may share it.

    A gateway is made once for each account and state of its settings. `known` are the providers
    in the order of the settings page; production offers some of them.
    """

    known: Sequence[Provider]
    cipher: SecretCipher
    site: Site
    in_production: bool
    _made: dict[AccountId, tuple[PaymentAccount, PaymentGateway]] = attrs.field(
        factory=dict, init=False, repr=False
    )
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @cached_property
    def providers(self) -> Mapping[ProviderKey, Provider]:
        """Every provider that is offered, in the order of the settings page."""
        offered = (each for each in self.known if each.in_production or not self.in_production)
        return {provider.key: provider for provider in offered}

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the account's gateway; raise FieldError and ProviderRefusedError."""
        provider = self._offered(account.provider)
        with self._lock:
            known, gateway = self._made.get(account.id, (None, None))
        # Not by version alone: settings are tried out before they are kept.
        if gateway is not None and known == account:
            return gateway
        made = self._make(account, provider)
        with self._lock:
            if len(self._made) >= _GATEWAYS_MAX:
                self._made.clear()
            self._made[account.id] = (account, made)
        return made

    def _offered(self, key: ProviderKey) -> Provider:
        if key in self.providers:
            return self.providers[key]
        if any(provider.key == key for provider in self.known):
            raise ProviderRefusedError(provider_code=f"{key}_in_production", detail="")
        raise ProviderRefusedError(provider_code="provider_unknown", detail=key)

    def _make(self, account: PaymentAccount, provider: Provider) -> PaymentGateway:
        values = self._values(account, provider)
        try:
            return provider.build(values, attrs.evolve(self.site, account=account.id))
        except FieldError as error:
            if error.field in values:
                raise error from None
            # The deployment is to blame, not what was entered.
            raise ProviderRefusedError(
                provider_code="settings_unusable", detail=error.field
            ) from None
        except ValueError:
            # A library's own words about a key may quote it.
            raise ProviderRefusedError(provider_code="settings_unusable", detail="") from None

    def _values(self, account: PaymentAccount, provider: Provider) -> Mapping[str, str]:
        """Return settings and unsealed secrets by field; those that are missing are empty."""
        try:
            secrets = {
                name: self.cipher.unseal(sealed) for name, sealed in account.sealed_secrets.items()
            }
        except ValueError:
            raise ProviderRefusedError(provider_code="secrets_unreadable", detail="") from None
        values = {}
        for field in provider.fields:
            stored = secrets if field.sealed else account.settings
            values[field.name] = stored.get(field.name, "")
            if field.required and not values[field.name]:
                raise FieldError(field=field.name, reason="required")
        return values
