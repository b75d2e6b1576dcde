"""What makes a payment provider: one frozen value in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import attrs

from billing_adapters.http_client import HttpClient
from billing_domain.model.payments.order import AccountId
from billing_domain.ports.payments.gateway import PaymentGateway, ProviderForm
from billing_domain.ports.system import Clock, IdGenerator

CALLBACK_PATH: Final = "/callbacks/payments/"
_NO_ACCOUNT: Final = AccountId("")


@attrs.frozen(kw_only=True)
class Site:
    """The deployment that an account's gateway works in.

    `public_url` ends without a slash. `connect` returns the client of a host, always the same.
    """

    public_url: str
    data_dir: Path
    clock: Clock
    ids: IdGenerator
    connect: Callable[[str], HttpClient] = attrs.field(factory=lambda: cache(HttpClient))
    account: AccountId = _NO_ACCOUNT

    @property
    def notify_url(self) -> str:
        """Where the provider sends messages about the account."""
        return f"{self.public_url}{CALLBACK_PATH}{self.account}"


@attrs.frozen(kw_only=True)
class Provider(ProviderForm):
    """A provider that companies can have an account at.

    `build` makes the gateway from the values of all fields, secrets unsealed, missing ones empty.
    It raises FieldError for the value that is wrong.
    """

    build: Callable[[Mapping[str, str], Site], PaymentGateway]
    in_production: bool = True
