"""支付账户: entered field by field, secrets go in and never come out (rule 5.9)."""

from collections.abc import Sequence
from pathlib import Path

import attrs
import httpx
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_adapters.fakes.system import PlainSecretCipher
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.account import PaymentAccount
from billing_entrypoints.payment_gateways import PaymentGateways
from billing_entrypoints.providers import PROVIDERS
from billing_entrypoints.providers.provider import Provider, Site
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

LIST = "/staff/payment-accounts"
OFFICIAL = "/staff/official-account"
SECRET = "aKeyThatNobodyMayEverReadAgain32"
V2 = {"provider": "wechat_v2", "name": "微信收款", "version": "0", "mch_id": "1900000109"}


@pytest.fixture
def shop(site: Website, tmp_path: Path) -> Website:
    """A deployment with the real providers."""
    offer(site, PROVIDERS, tmp_path)
    return site


@pytest.fixture
def owner(shop: Website) -> Visitor:
    """An administrator of a deployment with the real providers."""
    return shop.staff(Role.ADMINISTRATOR)


def only(site: Website) -> PaymentAccount:
    (account,) = site.application.configure_payments.accounts(site.admin)
    return account


def labels(page: Element) -> list[str]:
    form = page.one("form", action=LIST)
    return [label.text for label in form.all("label")]


class TestForm:
    def test_asks_for_what_the_provider_needs(self, owner: Visitor) -> None:
        v3 = labels(owner.page(f"{LIST}/new?provider=wechat_v3"))
        v2 = labels(owner.page(f"{LIST}/new?provider=wechat_v2"))

        assert v3[:3] == ["名称", "商户号", "AppID"]
        assert v3[-2:] == ["第二把微信支付公钥ID选填", "第二把微信支付公钥选填"]
        assert "商户 API 私钥" in v3
        assert "APIv3 密钥" in v3
        assert v2[:4] == ["名称", "商户号", "AppID", "支付密钥"]
        assert "商户 API 证书选填" in v2

    def test_switches_between_providers_by_links(self, owner: Visitor) -> None:
        page = owner.page(f"{LIST}/new")

        tiles = page.all("a", class_="tile")
        assert [tile.text for tile in tiles] == [
            "沙盒（模拟支付）",
            "微信支付 v3",
            "微信支付 v2",
        ]
        assert [tile.get("aria-current") for tile in tiles] == ["true", None, None]

    def test_ignores_a_provider_that_is_not_offered(self, owner: Visitor) -> None:
        page = owner.page(f"{LIST}/new?provider=paypal")

        assert page.one(class_="is-chosen").text == "沙盒（模拟支付）"

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"name": ""}, "name", "请填写名称"),
            ({"mch_id": ""}, "mch_id", "请填写商户号"),
            ({"api_key": ""}, "api_key", "请填写支付密钥"),
            ({"api_key": SECRET[:31]}, "api_key", "支付密钥格式不对"),
            ({"sign_type": "SHA1"}, "sign_type", "签名方式“SHA1”不在可选范围内"),
        ],
    )
    def test_shows_what_is_wrong_without_giving_the_secret_back(
        self, shop: Website, owner: Visitor, changes: dict[str, str], field: str, sentence: str
    ) -> None:
        sent = {**V2, "appid": "wx8888888888888888", "api_key": SECRET, **changes}

        answer = owner.post(LIST, sent)

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(id=f"f-{field}-error").text == sentence
        assert page.one("input", name="appid")["value"] == "wx8888888888888888"
        assert SECRET[:31] not in answer.text
        assert not shop.application.configure_payments.accounts(shop.admin)


class TestSaving:
    def test_keeps_the_first_account_in_use(self, shop: Website, owner: Visitor) -> None:
        answer = save(owner)

        assert answer.headers["location"] == LIST
        assert only(shop).active
        row = owner.page(LIST).one("tbody").one("tr").text
        assert all(words in row for words in ("微信收款", "微信支付 v2", "1900000109", "启用中"))

    def test_never_shows_a_secret_again(self, shop: Website, owner: Visitor) -> None:
        """Rule 5.9, on every page that has to do with the account."""
        save(owner)
        path = f"{LIST}/{only(shop).id}/edit"

        page = owner.page(path)

        field = page.one("input", name="api_key")
        assert (field["type"], field["value"]) == ("password", "")
        assert field["placeholder"] == "已保存，留空则不修改"
        for each in (LIST, path, "/staff/audit", OFFICIAL):
            assert SECRET not in owner.get(each).text
            assert only(shop).sealed_secrets["api_key"] not in owner.get(each).text

    def test_an_empty_secret_stays(self, shop: Website, owner: Visitor) -> None:
        save(owner)
        before = only(shop)
        path = f"{LIST}/{before.id}/edit"
        fields = owner.page(path).one("form", action=path).fields()

        answer = owner.post(path, {**fields, "name": "改名", "api_key": ""})

        assert answer.status_code == 303
        assert only(shop).name == "改名"
        assert only(shop).sealed_secrets == before.sealed_secrets

    def test_of_what_somebody_else_changed_asks_again(self, shop: Website, owner: Visitor) -> None:
        save(owner)
        path = f"{LIST}/{only(shop).id}/edit"
        fields = owner.page(path).one("form", action=path).fields()
        owner.post(path, {**fields, "name": "别人的名字"})

        answer = owner.post(path, {**fields, "name": "我的名字"})

        page = read_html(answer.text)
        assert answer.status_code == 409
        assert "已被他人修改" in page.one(role="alert").text
        again = page.one("form", action=path).fields()
        assert owner.post(path, again).status_code == 303
        assert only(shop).name == "我的名字"

    def test_never_moves_an_account_to_another_merchant(
        self, shop: Website, owner: Visitor
    ) -> None:
        """Its orders and refunds are asked about there."""
        save(owner)
        path = f"{LIST}/{only(shop).id}/edit"
        page = owner.page(path)
        fields = page.one("form", action=path).fields()

        answer = owner.post(path, {**fields, "mch_id": "1900000110"})

        assert "readonly" in page.one("input", name="mch_id").attributes
        assert not page.all("a", class_="tile")
        assert answer.status_code == 422
        assert read_html(answer.text).one(id="f-mch_id-error").text == "商户号不能修改"
        assert only(shop).settings["mch_id"] == "1900000109"

    def test_of_a_provider_that_is_offered_no_longer_is_refused(
        self, shop: Website, owner: Visitor
    ) -> None:
        account = shop.open_account()
        path = f"{LIST}/{account.id}/edit"
        fields = owner.page(path).one("form", action=path).fields()

        answer = owner.post(path, fields)

        assert answer.status_code == 422
        assert "不在可选范围内" in read_html(answer.text).one(role="alert").text


class TestUsing:
    def test_moves_new_orders_to_the_account(self, shop: Website, owner: Visitor) -> None:
        save(owner)
        owner.post(LIST, {"provider": "sandbox", "name": "演示", "version": "0"})
        first, second = shop.application.configure_payments.accounts(shop.admin)

        answer = owner.post(f"{LIST}/{second.id}/use")

        assert answer.headers["location"] == LIST
        stored = shop.application.configure_payments.accounts(shop.admin)
        assert [account.active for account in stored] == [False, True]
        assert "物业缴费已改用“演示”" in owner.page(LIST).one(id="toasts").text
        assert owner.page(LIST).has("form", action=f"{LIST}/{first.id}/use")


class TestChecking:
    @pytest.mark.parametrize(
        ("fault", "kind", "words"),
        [
            (None, "toast-done", "“物业收款”配置可用"),
            (Fault.LOST_CALL, "toast-refused", "“物业收款”测试未通过：no connection"),
            (Fault.REFUSED, "toast-refused", "“物业收款”测试未通过：NO_AUTH"),
        ],
    )
    def test_says_what_the_provider_answered(
        self, site: Website, boss: Visitor, fault: Fault | None, kind: str, words: str
    ) -> None:
        account = site.open_account()
        site.provider.faults.append(fault)

        boss.post(f"{LIST}/{account.id}/check")

        toast = boss.page(LIST).one(id="toasts").one(class_=kind)
        assert words in toast.text


class TestOfficialAccount:
    def test_keeps_the_secret_that_is_not_typed_again(self, site: Website, boss: Visitor) -> None:
        boss.post(OFFICIAL, {"app_id": "wx1", "app_secret": SECRET, "version": "0"})

        fields = boss.page(OFFICIAL).one("form", action=OFFICIAL).fields()
        answer = boss.post(OFFICIAL, {**fields, "app_id": "wx2"}, headers=htmx("dialog#dialog"))

        assert fields["app_secret"] == ""
        assert answer.headers["hx-redirect"] == LIST
        stored = site.application.configure_payments.official_account(site.admin)
        assert stored is not None
        assert (stored.app_id, stored.version) == ("wx2", 2)
        assert SECRET not in boss.get(LIST).text + boss.get(OFFICIAL).text

    def test_names_what_a_demo_of_one_s_own_needs(self, boss: Visitor) -> None:
        assert "以 demo- 开头的任意 AppID" in boss.get(OFFICIAL).text

    @pytest.mark.parametrize(
        ("fields", "status", "sentence"),
        [
            ({"app_id": "", "app_secret": SECRET, "version": "0"}, 422, "请填写AppID"),
            ({"app_id": "wx1", "app_secret": "", "version": "0"}, 422, "请填写AppSecret"),
            ({"app_id": "wx1", "app_secret": SECRET, "version": "7"}, 409, "已被他人修改"),
        ],
    )
    def test_shows_what_is_wrong(
        self, boss: Visitor, fields: dict[str, str], status: int, sentence: str
    ) -> None:
        answer = boss.post(OFFICIAL, fields)

        assert answer.status_code == status
        assert sentence in read_html(answer.text).one(class_="field-error").text
        assert SECRET not in answer.text


def save(visitor: Visitor) -> httpx.Response:
    answer = visitor.post(LIST, {**V2, "appid": "wx8888888888888888", "api_key": SECRET})
    assert answer.status_code == 303, answer.text
    return answer


def offer(site: Website, providers: Sequence[Provider], folder: Path) -> PaymentGateways:
    """Let a website offer these providers."""
    place = Site(
        public_url="https://fee.example.com", data_dir=folder, clock=site.clock, ids=site.ids
    )
    gateways = PaymentGateways(
        known=providers, cipher=PlainSecretCipher(), site=place, in_production=False
    )
    configure = attrs.evolve(site.application.configure_payments, gateways=gateways)
    site.application = attrs.evolve(site.application, configure_payments=configure)
    site.server.serve(site.application)
    return gateways
