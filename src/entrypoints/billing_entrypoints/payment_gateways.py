"""Which payment providers there are, what each asks of a company, and how a gateway is made.

Part of the composition root: with `bootstrap` the only module that knows adapters.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs

from billing_adapters.http_client import ClientCertificate, HttpClient
from billing_adapters.sandbox.cashier import SandboxCashier
from billing_adapters.sandbox.gateway import (
    SandboxAccount,
    SandboxPaymentGateway,
    read_refund_seconds,
)
from billing_adapters.sandbox.provider import SandboxProvider
from billing_adapters.wechat.accounts import (
    V2SignType,
    WechatV2Account,
    WechatV3Account,
    check_platform_key,
)
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import FieldError, ProviderRefusedError
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, ProviderKey
from billing_domain.ports.company import SecretCipher
from billing_domain.ports.payments.cashier import Cashier
from billing_domain.ports.payments.gateway import (
    GatewayFactory,
    PaymentGateway,
    SettingField,
)
from billing_domain.ports.system import Clock, IdGenerator

SANDBOX: Final = ProviderKey("sandbox")
WECHAT_V3: Final = ProviderKey("wechat_v3")
WECHAT_V2: Final = ProviderKey("wechat_v2")

WECHAT_PAY_URL: Final = "https://api.mch.weixin.qq.com"
SANDBOX_FILE: Final = "sandbox.sqlite3"
CASHIER_PATH: Final = "/sandbox/cashier/"
CALLBACK_PATH: Final = "/callbacks/payments/"
ORDER_PATH: Final = "/owner/orders/"

FIELDS: Final[Mapping[ProviderKey, Sequence[SettingField]]] = {
    SANDBOX: (SettingField("refund_seconds", secret=False, required=False),),
    WECHAT_V3: (
        SettingField("mchid", secret=False, fixed=True),
        SettingField("appid", secret=False, fixed=True),
        SettingField("merchant_serial", secret=False),
        SettingField("merchant_key", secret=True, multiline=True),
        SettingField("api_v3_key", secret=True),
        SettingField("platform_serial", secret=False),
        SettingField("platform_key", secret=False, multiline=True),
        SettingField("platform_serial_2", secret=False, required=False),
        SettingField("platform_key_2", secret=False, required=False, multiline=True),
    ),
    WECHAT_V2: (
        SettingField("mch_id", secret=False, fixed=True),
        SettingField("appid", secret=False, fixed=True),
        SettingField("api_key", secret=True),
        SettingField("sign_type", secret=False, required=False),
        SettingField("certificate", secret=False, required=False, multiline=True),
        SettingField("certificate_key", secret=True, required=False, multiline=True),
    ),
}
"""What an account needs. `platform_serial` is the id of WeChat Pay's public key or the serial of
its certificate, `platform_key` the key or certificate in PEM; the second pair stands beside the
first while a merchant moves from one key to another. Without a certificate, version 2 can't
refund."""

_PLATFORM_KEYS: Final = (
    ("platform_serial", "platform_key"),
    ("platform_serial_2", "platform_key_2"),
)
_SERIAL: Final = re.compile(r"[0-9A-Za-z_]{1,64}")
_GATEWAYS_MAX: Final = 1_000


@attrs.define(slots=False, eq=False, kw_only=True)
class PaymentGateways(GatewayFactory):
    """The gateways of one deployment; several threads may share it.

    A gateway is made once for each account and state of its settings. `public_url` ends without
    a slash. `connect` makes the client of a host.
    """

    cipher: SecretCipher
    clock: Clock
    ids: IdGenerator
    public_url: str
    data_dir: Path
    in_production: bool
    wechat_pay_url: str = WECHAT_PAY_URL
    connect: Callable[[str], HttpClient] = HttpClient
    _made: dict[AccountId, tuple[PaymentAccount, PaymentGateway]] = attrs.field(
        factory=dict, init=False, repr=False
    )
    _lock: threading.Lock = attrs.field(factory=threading.Lock, init=False, repr=False)

    @property
    def providers(self) -> Sequence[ProviderKey]:
        """Every provider, in the order of the settings page; production has no sandbox."""
        return [key for key in FIELDS if key != SANDBOX or not self.in_production]

    def fields(self, provider: ProviderKey) -> Sequence[SettingField]:
        """Return what an account at a provider needs; raise ProviderRefusedError."""
        self._check_offered(provider)
        return FIELDS[provider]

    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the account's gateway; raise FieldError and ProviderRefusedError."""
        self._check_offered(account.provider)
        with self._lock:
            known, gateway = self._made.get(account.id, (None, None))
        # Not by version alone: settings are tried out before they are kept.
        if gateway is not None and known == account:
            return gateway
        made = self._make(account)
        with self._lock:
            if len(self._made) >= _GATEWAYS_MAX:
                self._made.clear()
            self._made[account.id] = (account, made)
        return made

    @property
    def cashier(self) -> Cashier | None:
        """The sandbox's cashier; production has none."""
        return None if self.in_production else SandboxCashier(self._sandbox)

    @cached_property
    def _sandbox(self) -> SandboxProvider:
        return SandboxProvider(self.data_dir / SANDBOX_FILE, self.clock)

    @cached_property
    def _wechat_pay(self) -> HttpClient:
        return self.connect(self.wechat_pay_url)

    def _check_offered(self, provider: ProviderKey) -> None:
        if provider == SANDBOX and self.in_production:
            raise ProviderRefusedError(provider_code="sandbox_in_production", detail="")
        if provider not in FIELDS:
            raise ProviderRefusedError(provider_code="provider_unknown", detail=provider)

    def _make(self, account: PaymentAccount) -> PaymentGateway:
        values = self._values(account)
        notify_url = f"{self.public_url}{CALLBACK_PATH}{account.id}"
        makers = {SANDBOX: self._at_sandbox, WECHAT_V3: self._at_v3, WECHAT_V2: self._at_v2}
        try:
            return makers[account.provider](account.id, values, notify_url)
        except FieldError as error:
            raise self._blamed(error, account.provider) from None
        except ValueError:
            # A library's own words about a key may quote it.
            raise ProviderRefusedError(provider_code="settings_unusable", detail="") from None

    def _values(self, account: PaymentAccount) -> Mapping[str, str]:
        """Return settings and unsealed secrets by field; those that are missing are empty."""
        try:
            secrets = {
                name: self.cipher.unseal(sealed) for name, sealed in account.sealed_secrets.items()
            }
        except ValueError:
            raise ProviderRefusedError(provider_code="secrets_unreadable", detail="") from None
        values = {}
        for field in FIELDS[account.provider]:
            values[field.name] = (secrets if field.secret else account.settings).get(
                field.name, ""
            )
            if field.required and not values[field.name]:
                raise FieldError(field=field.name, reason="required")
        return values

    def _blamed(self, error: FieldError, provider: ProviderKey) -> Exception:
        """Return an error that names a field of the page, or one that blames the deployment."""
        if error.field in {field.name for field in FIELDS[provider]}:
            return error
        return ProviderRefusedError(provider_code="settings_unusable", detail=error.field)

    def _at_sandbox(
        self, account_id: AccountId, values: Mapping[str, str], notify_url: str
    ) -> PaymentGateway:
        account = SandboxAccount(
            id=account_id,
            notify_url=notify_url,
            cashier_url=f"{self.public_url}{CASHIER_PATH}",
            return_url=f"{self.public_url}{ORDER_PATH}",
            refunds_take=read_refund_seconds(values["refund_seconds"]),
        )
        return SandboxPaymentGateway(account, self._sandbox)

    def _at_v3(
        self, _account_id: AccountId, values: Mapping[str, str], notify_url: str
    ) -> PaymentGateway:
        account = WechatV3Account(
            mchid=values["mchid"],
            appid=values["appid"],
            merchant_serial=values["merchant_serial"],
            merchant_key=values["merchant_key"],
            api_v3_key=values["api_v3_key"],
            platform_keys=_platform_keys(values),
            notify_url=notify_url,
        )
        return WechatPaymentGateway(account, http=self._wechat_pay, clock=self.clock, ids=self.ids)

    def _at_v2(
        self, _account_id: AccountId, values: Mapping[str, str], notify_url: str
    ) -> PaymentGateway:
        certificate, key = values["certificate"], values["certificate_key"]
        if bool(certificate) != bool(key):
            missing = "certificate_key" if certificate else "certificate"
            raise FieldError(field=missing, reason="required")
        account = WechatV2Account(
            mch_id=values["mch_id"],
            appid=values["appid"],
            api_key=values["api_key"],
            notify_url=notify_url,
            sign_type=_sign_type(values["sign_type"]),
            certificate=ClientCertificate(certificate, key) if certificate else None,
        )
        return WechatV2PaymentGateway(
            account, http=self._wechat_pay, clock=self.clock, ids=self.ids
        )


def _platform_keys(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return PEM texts by serial; each is checked alone, so that the wrong one is named."""
    keys: dict[str, str] = {}
    for serial_field, key_field in _PLATFORM_KEYS:
        serial, pem = values[serial_field], values[key_field]
        if not serial and not pem:
            continue
        if not serial or not pem:
            raise FieldError(field=key_field if serial else serial_field, reason="required")
        if _SERIAL.fullmatch(serial) is None:
            raise FieldError(field=serial_field, reason="format", value=serial[:40])
        if serial in keys:
            raise FieldError(field=serial_field, reason="taken", value=serial)
        check_platform_key(serial, pem, field=key_field)
        keys[serial] = pem
    return keys


def _sign_type(text: str) -> V2SignType:
    try:
        return V2SignType(text or V2SignType.MD5.value)
    except ValueError:
        raise FieldError(field="sign_type", reason="unknown", value=text[:40]) from None
