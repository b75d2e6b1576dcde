"""A provider is one value in a tuple: settings form, checks, seals and gateway follow from it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import httpx
import pytest

from billing_adapters.fakes.payment_provider import FakePaymentGateway, FakeProvider
from billing_domain.errors import FieldError
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import ProviderKey
from billing_domain.ports.payments.gateway import PaymentGateway, SettingField, SettingKind
from billing_entrypoints.payment_gateways import PaymentGateways
from billing_entrypoints.providers import PROVIDERS
from billing_entrypoints.providers.provider import Provider, Site
from tests.html_page import read_html
from tests.integration.payments.test_payment_accounts import LIST, offer
from tests.website import Visitor, Website

NEW = f"{LIST}/new?provider=made_up"
PASSWORD = "the password of the pfx"
TYPED = {
    "provider": "made_up",
    "name": "银行收款",
    "version": "0",
    "shop": "S-1",
    "product": "code",
    "pfx_password": PASSWORD,
}
PFX = b"0\x82\x01\xff a binary file"
PEM = b"-----BEGIN CERTIFICATE-----\r\nMIIB\r\n-----END CERTIFICATE-----\r\n"


@attrs.frozen
class MadeUpGateway(FakePaymentGateway):
    """Keeps what it was built from."""

    values: Mapping[str, str]
    site: Site


def build(values: Mapping[str, str], site: Site) -> PaymentGateway:
    if not values["shop"].startswith("S-"):
        raise FieldError(field="shop", reason="format", value=values["shop"])
    if values["pfx_password"] == "wrong":
        raise FieldError(field="pfx_password", reason="wrong")
    return MadeUpGateway(FakeProvider(site.clock), values, site)


MADE_UP = Provider(
    key=ProviderKey("made_up"),
    label="某银行",
    note="某银行的商户使用。",
    merchant="shop",
    fields=(
        SettingField("shop", "店铺编号", fixed=True),
        SettingField(
            "product",
            "产品",
            kind=SettingKind.CHOICE,
            choices={"code": "扫码", "page": "网页"},
        ),
        SettingField("pfx", "商户证书", "证书文件", kind=SettingKind.FILE),
        SettingField("pfx_password", "证书密码", secret=True),
        SettingField("bank", "银行证书", kind=SettingKind.FILE, required=False),
    ),
    build=build,
)


@pytest.fixture
def gateways(site: Website, tmp_path: Path) -> PaymentGateways:
    return offer(site, (*PROVIDERS, MADE_UP), tmp_path)


@pytest.fixture
def owner(gateways: PaymentGateways, site: Website) -> Visitor:  # noqa: ARG001 - set up first
    return site.staff(Role.ADMINISTRATOR)


def save(
    visitor: Visitor, path: str = LIST, *, pfx: bytes = PFX, bank: bytes = b"", **changes: Any
) -> httpx.Response:
    files = {"pfx": ("shop.pfx" if pfx else "", pfx), "bank": ("bank.cer" if bank else "", bank)}
    return visitor.post(path, {**TYPED, **changes}, files=files)


def only(site: Website) -> PaymentAccount:
    (account,) = site.application.configure_payments.accounts(site.admin)
    return account


class TestForm:
    def test_asks_for_texts_choices_and_files(self, owner: Visitor) -> None:
        page = owner.page(NEW)

        form = page.one("form", action=LIST)
        assert page.one(class_="is-chosen").text == "某银行"
        assert "某银行的商户使用。" in page.text
        assert form["enctype"] == "multipart/form-data"
        assert form.one("input", name="shop")["type"] == "text"
        choices = form.one("select", name="product").all("option")
        assert [(each["value"], each.text) for each in choices] == [
            ("code", "扫码"),
            ("page", "网页"),
        ]
        assert form.one("input", name="pfx")["type"] == "file"
        assert form.one("input", name="pfx_password")["type"] == "password"

    def test_of_a_provider_without_files_is_sent_as_before(self, owner: Visitor) -> None:
        form = owner.page(f"{LIST}/new?provider=wechat_v2").one("form", action=LIST)

        assert "enctype" not in form.attributes

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"shop": ""}, "shop", "请填写店铺编号"),
            ({"shop": "7"}, "shop", "店铺编号“7”格式不对"),
            ({"product": "gold"}, "product", "产品“gold”不在可选范围内"),
            ({"pfx": b""}, "pfx", "请填写商户证书"),
            ({"pfx": b"\xff" * 25_000}, "pfx", "商户证书太长了"),
            ({"pfx_password": "wrong"}, "pfx_password", "证书密码不正确"),
        ],
    )
    def test_says_what_is_wrong_by_label(
        self, site: Website, owner: Visitor, changes: dict[str, Any], field: str, sentence: str
    ) -> None:
        answer = save(owner, **changes)

        assert answer.status_code == 422
        assert read_html(answer.text).one(id=f"f-{field}-error").text == sentence
        assert not site.application.configure_payments.accounts(site.admin)


class TestSaving:
    def test_seals_files_and_secrets_and_shows_none(self, site: Website, owner: Visitor) -> None:
        assert save(owner, bank=PEM).status_code == 303

        account, listed = only(site), owner.page(LIST).one("tbody").text
        edited = owner.get(f"{LIST}/{account.id}/edit").text
        assert account.settings == {"shop": "S-1", "product": "code"}
        assert set(account.sealed_secrets) == {"pfx", "pfx_password", "bank"}
        assert "某银行" in listed
        assert "S-1" in listed
        assert edited.count("已保存，留空则不修改") == 3
        for hidden in (PASSWORD, b64encode(PFX).decode(), PEM.decode().split("\r\n")[0]):
            assert hidden not in edited

    def test_keeps_a_file_that_is_not_sent_again(self, site: Website, owner: Visitor) -> None:
        save(owner)
        before = only(site)
        path = f"{LIST}/{before.id}/edit"
        chosen = owner.page(path).one("select", name="product").one("option", selected="")

        answer = save(owner, path, pfx=b"", pfx_password="", product="page", version="1")

        assert chosen["value"] == "code"
        assert answer.status_code == 303
        assert only(site).settings["product"] == "page"
        assert only(site).sealed_secrets == before.sealed_secrets


class TestGateway:
    def test_is_built_from_every_value(
        self, site: Website, owner: Visitor, gateways: PaymentGateways
    ) -> None:
        save(owner, bank=PEM)
        account = only(site)

        gateway = gateways(account)

        assert isinstance(gateway, MadeUpGateway)
        assert gateway.values == {
            "shop": "S-1",
            "product": "code",
            "pfx": b64encode(PFX).decode(),
            "pfx_password": PASSWORD,
            "bank": PEM.decode().strip(),
        }
        assert gateway.site.notify_url == (
            f"https://fee.example.com/callbacks/payments/{account.id}"
        )
