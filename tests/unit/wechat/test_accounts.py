"""A merchant's account is checked when it is entered, and keeps its secrets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from billing_adapters.http_client import ClientCertificate
from billing_adapters.wechat.accounts import WechatV2Account, WechatV3Account
from billing_domain.errors import FieldError
from tests.simulators.key_material import Certified, certified, private_pem, public_pem

PUBLIC_KEY_ID = "PUB_KEY_ID_0119000001092026112000000000000001"
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)

BROKEN_KEY = "-----BEGIN {}-----\nhush".format("PRIVATE KEY")


@pytest.fixture(scope="module")
def merchant() -> Certified:
    return certified("merchant", now=NOW)


@pytest.fixture(scope="module")
def platform() -> Certified:
    return certified("platform", now=NOW)


@pytest.fixture(scope="module")
def v3(merchant: Certified, platform: Certified) -> WechatV3Account:
    return WechatV3Account(
        mchid="1900000109",
        appid="wx8888888888888888",
        merchant_serial=merchant.serial,
        merchant_key=merchant.key_pem,
        api_v3_key="a1B2" * 8,
        platform_keys={
            PUBLIC_KEY_ID: public_pem(platform.key.public_key()),
            platform.serial: platform.pem,
        },
        notify_url="https://pay.example.com/callbacks/wechat",
    )


@pytest.fixture(scope="module")
def v2(merchant: Certified) -> WechatV2Account:
    return WechatV2Account(
        mch_id="10000100",
        appid="wxd930ea5d5a258f4f",
        api_key="k" * 32,
        notify_url="https://pay.example.com/callbacks/wechat",
        certificate=ClientCertificate(merchant.pem, merchant.key_pem),
    )


class TestV3Account:
    def test_takes_a_merchant(self, v3: WechatV3Account) -> None:
        assert v3.public_key_id == PUBLIC_KEY_ID
        assert len(v3.verifying_keys) == 2

    def test_may_begin_without_the_platforms_keys(self, v3: WechatV3Account) -> None:
        account = attrs.evolve(v3, platform_keys={})

        assert (account.public_key_id, account.verifying_keys) == ("", {})

    @pytest.mark.parametrize(
        ("field", "value", "reason"),
        [
            ("mchid", "", "required"),
            ("mchid", "19000001o9", "format"),
            ("mchid", "1900000109\n", "format"),
            ("mchid", "１９０００００１０９", "format"),
            ("appid", "8888888888888888", "format"),
            ("merchant_serial", "5157f09efdc096de", "format"),
            ("merchant_serial", "5157 F09E", "format"),
            ("api_v3_key", "", "required"),
            ("api_v3_key", "short", "format"),
            ("api_v3_key", BROKEN_KEY, "format"),
            ("api_v3_key", "密" * 32, "format"),
            ("merchant_key", "", "format"),
            ("merchant_key", "密钥", "format"),
            ("platform_keys", {PUBLIC_KEY_ID: "not a key"}, "format"),
            ("platform_keys", {PUBLIC_KEY_ID: "密"}, "format"),
            ("platform_keys", {"no hex": "x"}, "format"),
            ("notify_url", "https://pay.example.com", "format"),
            ("notify_url", "https://pay.example.com/callback?order=1", "format"),
            ("notify_url", "ftp://pay.example.com/callback", "format"),
            ("notify_url", "https://pay.example.com/" + "a" * 255, "format"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, v3: WechatV3Account, field: str, value: Any, reason: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            attrs.evolve(v3, **{field: value})

        assert (refused.value.field, refused.value.reason) == (field, reason)

    def test_refuses_a_merchant_key_that_is_not_rsa(self, v3: WechatV3Account) -> None:
        key = ec.generate_private_key(ec.SECP256R1())

        with pytest.raises(FieldError):
            attrs.evolve(v3, merchant_key=private_pem(key))  # type: ignore[arg-type]

    def test_refuses_a_platform_key_that_is_too_short(self, v3: WechatV3Account) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505

        with pytest.raises(FieldError):
            attrs.evolve(v3, platform_keys={PUBLIC_KEY_ID: public_pem(key)})

    def test_refuses_a_certificate_under_another_serial(
        self, v3: WechatV3Account, merchant: Certified, platform: Certified
    ) -> None:
        with pytest.raises(FieldError):
            attrs.evolve(v3, platform_keys={merchant.serial: platform.pem})

    def test_does_not_show_its_secrets(self, v3: WechatV3Account, merchant: Certified) -> None:
        shown = repr(v3)

        assert v3.mchid in shown
        assert v3.api_v3_key not in shown
        assert merchant.key_pem.splitlines()[1] not in shown

    @pytest.mark.parametrize("field", ["merchant_key", "api_v3_key"])
    def test_does_not_show_a_secret_that_is_wrong(self, v3: WechatV3Account, field: str) -> None:
        with pytest.raises(FieldError) as refused:
            attrs.evolve(v3, **{field: BROKEN_KEY})  # type: ignore[arg-type]

        assert "hush" not in str(refused.value)
        assert refused.value.__cause__ is None


class TestV2Account:
    @pytest.mark.parametrize(
        ("field", "value", "reason"),
        [
            ("mch_id", "", "required"),
            ("appid", "wx", "format"),
            ("api_key", "k" * 31, "format"),
            ("notify_url", "", "required"),
            ("certificate", ClientCertificate("none", "none"), "format"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, v2: WechatV2Account, field: str, value: Any, reason: str
    ) -> None:
        with pytest.raises(FieldError) as refused:
            attrs.evolve(v2, **{field: value})

        assert (refused.value.field, refused.value.reason) == (field, reason)

    def test_refuses_the_key_of_another_certificate(
        self, v2: WechatV2Account, merchant: Certified, platform: Certified
    ) -> None:
        with pytest.raises(FieldError) as refused:
            attrs.evolve(v2, certificate=ClientCertificate(merchant.pem, platform.key_pem))

        assert refused.value.reason == "wrong"

    def test_does_not_show_its_secrets(self, v2: WechatV2Account) -> None:
        assert v2.api_key not in repr(v2)
        assert "PRIVATE KEY" not in repr(v2)
