"""The sandbox: a provider of our own, for trying out and for the demo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing_adapters.sandbox.cashier import SandboxCashier
from billing_adapters.sandbox.gateway import (
    SandboxAccount,
    SandboxPaymentGateway,
    read_refund_seconds,
)
from billing_adapters.sandbox.provider import SandboxProvider
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.cashier import Cashier
from billing_domain.ports.payments.gateway import PaymentGateway, SettingField
from billing_entrypoints.providers.provider import Provider, Site

_FILE: Final = "sandbox.sqlite3"
_CASHIER_PATH: Final = "/sandbox/cashier/"
_ORDER_PATH: Final = "/owner/orders/"


def sandbox_cashier(site: Site) -> Cashier:
    """Return what plays the payer's side of the sandbox."""
    return SandboxCashier(_provider(site))


def _provider(site: Site) -> SandboxProvider:
    return SandboxProvider(site.data_dir / _FILE, site.clock)


def _build(values: Mapping[str, str], site: Site) -> PaymentGateway:
    account = SandboxAccount(
        id=site.account,
        notify_url=site.notify_url,
        cashier_url=f"{site.public_url}{_CASHIER_PATH}",
        return_url=f"{site.public_url}{_ORDER_PATH}",
        refunds_take=read_refund_seconds(values["refund_seconds"]),
    )
    return SandboxPaymentGateway(account, _provider(site))


SANDBOX: Final = Provider(
    key=ProviderKey("sandbox"),
    label="沙盒（模拟支付）",
    note="只用于试用和演示，不会真的收款。",
    fields=(
        SettingField(
            "refund_seconds",
            "退款到账秒数",
            "模拟的退款到账时间，不填则立即到账",
            required=False,
        ),
    ),
    build=_build,
    in_production=False,
)
