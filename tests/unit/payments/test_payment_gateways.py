"""Gateways are made from what a company entered, and what is wrong with it is said by field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from billing_adapters.fakes.system import CountedIds, FrozenClock, PlainSecretCipher
from billing_adapters.wechat.pay_v2 import WechatV2PaymentGateway
from billing_adapters.wechat.pay_v3 import WechatPaymentGateway
from billing_domain.errors import FieldError, ProviderRefusedError
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, ProviderKey
from billing_domain.ports.payments.gateway import SettingKind
from billing_entrypoints.payment_gateways import PaymentGateways
from billing_entrypoints.providers import PROVIDERS
from billing_entrypoints.providers.provider import Provider, Site
from billing_entrypoints.providers.sandbox import SANDBOX
from billing_entrypoints.providers.wechat_v2 import WECHAT_V2
from billing_entrypoints.providers.wechat_v3 import WECHAT_V3
from tests.simulators.key_material import Certified, certified

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PUBLIC_URL = "https://fee.example.com"


@pytest.fixture(scope="module")
def merchant() -> Certified:
    return certified("merchant", now=NOW)


@pytest.fixture(scope="module")
def platform() -> Certified:
    return certified("platform", now=NOW)


@pytest.fixture
def gateways(tmp_path: Path) -> PaymentGateways:
    site = Site(public_url=PUBLIC_URL, data_dir=tmp_path, clock=FrozenClock(NOW), ids=CountedIds())
    return PaymentGateways(
        known=PROVIDERS, cipher=PlainSecretCipher(), site=site, in_production=False
    )


def account(
    gateways: PaymentGateways, provider: Provider, values: Mapping[str, str]
) -> PaymentAccount:
    """Return an account as the settings page keeps it: the secrets among the fields sealed."""
    secret = {field.name for field in provider.fields if field.secret}
    return PaymentAccount(
        id=AccountId("a" * 32),
        company_id=CompanyId("c" * 32),
        provider=provider.key,
        name="主账户",
        settings={name: text for name, text in values.items() if name not in secret},
        sealed_secrets={
            name: gateways.cipher.seal(text) for name, text in values.items() if name in secret
        },
    )


@pytest.fixture
def v3(merchant: Certified, platform: Certified) -> dict[str, str]:
    return {
        "mchid": "1900000109",
        "appid": "wx8888888888888888",
        "merchant_serial": merchant.serial,
        "merchant_key": merchant.key_pem,
        "api_v3_key": "k" * 32,
        "platform_serial": platform.serial,
        "platform_key": platform.pem,
    }


@pytest.fixture
def v2(merchant: Certified) -> dict[str, str]:
    return {
        "mch_id": "1900000109",
        "appid": "wx8888888888888888",
        "api_key": "k" * 32,
        "sign_type": "HMAC-SHA256",
        "certificate": merchant.pem,
        "certificate_key": merchant.key_pem,
    }


class TestProviders:
    def test_are_all_there_in_development(self, gateways: PaymentGateways) -> None:
        assert list(gateways.providers.values()) == [SANDBOX, WECHAT_V3, WECHAT_V2]

    def test_have_no_sandbox_in_production(self, gateways: PaymentGateways) -> None:
        strict = attrs.evolve(gateways, in_production=True)

        assert list(strict.providers.values()) == [WECHAT_V3, WECHAT_V2]
        with pytest.raises(ProviderRefusedError) as made:
            strict(account(gateways, SANDBOX, {}))
        assert made.value.provider_code == "sandbox_in_production"

    def test_that_nobody_knows_are_refused(self, gateways: PaymentGateways) -> None:
        unknown = attrs.evolve(account(gateways, SANDBOX, {}), provider=ProviderKey("paypal"))

        with pytest.raises(ProviderRefusedError) as refused:
            gateways(unknown)

        assert refused.value.provider_code == "provider_unknown"

    def test_keep_every_key_and_password_secret(self, gateways: PaymentGateways) -> None:
        secret = {
            field.name
            for provider in gateways.providers.values()
            for field in provider.fields
            if field.secret
        }

        assert secret == {"merchant_key", "api_v3_key", "api_key", "certificate_key"}

    def test_are_described_in_words(self) -> None:
        assert len({provider.key for provider in PROVIDERS}) == len(PROVIDERS)
        for provider in PROVIDERS:
            fields = {field.name: field for field in provider.fields}
            assert provider.label
            assert provider.note
            assert len(fields) == len(provider.fields)
            assert all(field.label and field.hint for field in provider.fields)
            assert not provider.merchant or fields[provider.merchant].fixed
            for field in provider.fields:
                assert bool(field.choices) is (field.kind is SettingKind.CHOICE)


class TestMaking:
    def test_version_3_takes_a_second_platform_key(
        self, gateways: PaymentGateways, v3: dict[str, str], merchant: Certified
    ) -> None:
        second = {"platform_serial_2": merchant.serial, "platform_key_2": merchant.pem}

        gateway = gateways(account(gateways, WECHAT_V3, {**v3, **second}))

        assert isinstance(gateway, WechatPaymentGateway)

    def test_version_2_needs_no_certificate(
        self, gateways: PaymentGateways, v2: dict[str, str]
    ) -> None:
        for names in (v2, ("mch_id", "appid", "api_key")):
            entered = {name: v2[name] for name in names}
            made = gateways(account(gateways, WECHAT_V2, entered))
            assert isinstance(made, WechatV2PaymentGateway)

    def test_is_done_once_for_an_account(self, gateways: PaymentGateways) -> None:
        kept = account(gateways, SANDBOX, {})

        assert gateways(kept) is gateways(attrs.evolve(kept))

    def test_is_done_again_for_other_settings(
        self, gateways: PaymentGateways, v3: dict[str, str]
    ) -> None:
        """Even under the same version: a page tries settings out before it keeps them."""
        kept = account(gateways, WECHAT_V3, v3)
        first = gateways(kept)

        with pytest.raises(FieldError):
            gateways(account(gateways, WECHAT_V3, {**v3, "mchid": "none"}))
        assert gateways(account(gateways, WECHAT_V3, {**v3, "mchid": "1900000108"})) is not first


class TestWrongSettings:
    @pytest.mark.parametrize(
        ("field", "text", "reason"),
        [
            ("mchid", "", "required"),
            ("mchid", "merchant", "format"),
            ("api_v3_key", "short", "format"),
            ("merchant_key", "hush", "format"),
            ("platform_key", "no PEM", "format"),
            ("platform_serial", "0123456789ABCDEF", "format"),
            ("platform_serial", "公钥", "format"),
            ("platform_serial", "A" * 65, "format"),
        ],
    )
    def test_of_version_3_are_named(
        self, gateways: PaymentGateways, v3: dict[str, str], field: str, text: str, reason: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            gateways(account(gateways, WECHAT_V3, {**v3, field: text}))

        # Nobody can tell whether a well-formed serial or its certificate is the wrong one.
        blamed = "platform_key" if text == "0123456789ABCDEF" else field
        assert (refused.value.field, refused.value.reason) == (blamed, reason)

    @pytest.mark.parametrize(
        ("serial", "pem", "field", "reason"),
        [
            ("{merchant}", "", "platform_key_2", "required"),
            ("", "{merchant}", "platform_serial_2", "required"),
            ("a-b", "{merchant}", "platform_serial_2", "format"),
            ("{platform}", "{platform}", "platform_serial_2", "taken"),
            ("{merchant}", "{platform}", "platform_key_2", "format"),
            ("PUB_KEY_ID_1", "no PEM", "platform_key_2", "format"),
        ],
    )
    def test_of_the_second_platform_key_are_named(
        self,
        gateways: PaymentGateways,
        v3: dict[str, str],
        merchant: Certified,
        platform: Certified,
        *,
        serial: str,
        pem: str,
        field: str,
        reason: str,
    ) -> None:
        second = {
            "platform_serial_2": serial.format(merchant=merchant.serial, platform=platform.serial),
            "platform_key_2": pem.format(merchant=merchant.pem, platform=platform.pem),
        }

        with pytest.raises(FieldError) as refused:
            gateways(account(gateways, WECHAT_V3, {**v3, **second}))

        assert (refused.value.field, refused.value.reason) == (field, reason)

    @pytest.mark.parametrize(
        ("field", "text", "reason"),
        [
            ("api_key", "", "required"),
            ("sign_type", "SHA1", "unknown"),
            ("certificate", "", "required"),
            ("certificate_key", "", "required"),
            ("certificate", "no PEM", "format"),
        ],
    )
    def test_of_version_2_are_named(
        self, gateways: PaymentGateways, v2: dict[str, str], field: str, text: str, reason: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            gateways(account(gateways, WECHAT_V2, {**v2, field: text}))

        assert (refused.value.field, refused.value.reason) == (field, reason)

    @pytest.mark.parametrize("text", ["-1", "1.5", "soon", "2592001", "99999999"])
    def test_of_the_sandbox_are_named(self, gateways: PaymentGateways, text: str) -> None:
        with pytest.raises(FieldError) as refused:
            gateways(account(gateways, SANDBOX, {"refund_seconds": text}))

        assert refused.value.field == "refund_seconds"

    def test_never_quote_a_secret(self, gateways: PaymentGateways, v3: dict[str, str]) -> None:
        with pytest.raises(FieldError) as refused:
            gateways(account(gateways, WECHAT_V3, {**v3, "merchant_key": "hush hush"}))

        assert "hush" not in f"{refused.value!r}"

    def test_of_the_deployment_blame_no_field(
        self, gateways: PaymentGateways, v3: dict[str, str]
    ) -> None:
        gateways.site = attrs.evolve(gateways.site, public_url="https://费用.example.com")

        with pytest.raises(ProviderRefusedError) as refused:
            gateways(account(gateways, WECHAT_V3, v3))

        assert (refused.value.provider_code, refused.value.detail) == (
            "settings_unusable",
            "notify_url",
        )

    def test_secrets_of_another_deployment_are_refused(
        self, gateways: PaymentGateways, v3: dict[str, str]
    ) -> None:
        kept = account(gateways, WECHAT_V3, v3)
        foreign = attrs.evolve(kept, sealed_secrets={"api_v3_key": "of another key"})

        with pytest.raises(ProviderRefusedError) as refused:
            gateways(foreign)

        assert refused.value.provider_code == "secrets_unreadable"
