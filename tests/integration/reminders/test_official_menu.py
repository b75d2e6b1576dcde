"""The official account's menu in the browser: seen, edited, synchronised, removed (rule 9)."""

from __future__ import annotations

import attrs
import pytest

from billing_adapters.fakes.messaging import FakeMenus
from billing_domain.errors import (
    BillingError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
)
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import OfficialAccount
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

PATH = "/staff/official-menu"
REMOVAL = f"{PATH}/removal"
URL = "https://fee.example.com/help"
HELP = MenuButton("帮助", URL)
MORE = MenuButton("更多", buttons=(MenuButton("联系我们", URL), MenuButton("报修", f"{URL}/2")))


class SulkingMenus(FakeMenus):
    """Fails every call."""

    def __init__(self, error: BillingError) -> None:
        super().__init__()
        self.error = error

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        del account
        raise self.error

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        del account, buttons
        raise self.error

    def delete(self, account: OfficialAccount) -> None:
        del account
        raise self.error


class ForeignMenus(FakeMenus):
    """Has a menu that was made on WeChat's own pages."""

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        del account
        return (MenuButton("客服"), HELP)


@pytest.fixture
def official(site: Website) -> Website:
    """A website whose company has an official account."""
    site.application.configure_payments.save_official_account(
        site.admin, app_id="wx0123456789abcdef", secret="hush", version=0
    )
    return site


class TestPage:
    def test_needs_an_official_account(self, boss: Visitor) -> None:
        page = boss.page(PATH)

        assert "还没有设置公众号" in page.one("main").text
        assert not page.has("form", action=PATH)

    def test_shows_the_menu_that_owners_see(self, official: Website, boss: Visitor) -> None:
        own = own_url(official)
        put(official, MenuButton("缴费", own), MORE)

        page = boss.page(PATH)

        assert drawn(page) == ["缴费", "≡ 更多"]
        assert page.one(class_="chat-below").text == "联系我们报修"
        fields = page.one("form", action=PATH).fields()
        assert (fields["b1_name"], fields["b1_url"]) == ("缴费", "")
        assert fields["b1_page"] == official.community.id
        assert (fields["b2s1_name"], fields["b2s1_url"]) == ("联系我们", URL)
        unfolded = ["open" in each.attributes for each in page.one("main").all("details")]
        assert unfolded == [False, True, False]

    def test_warns_of_buttons_that_were_made_elsewhere(
        self, official: Website, boss: Visitor
    ) -> None:
        serve(official, ForeignMenus())

        assert "“客服”是在公众平台上设置的其它功能" in boss.page(PATH).one("main").text


class TestSynchronising:
    def test_puts_the_menu_in_place(self, official: Website, boss: Visitor) -> None:
        answer = boss.post(
            PATH,
            {
                "b1_name": " 缴费 ",
                "b1_page": official.community.id,
                "b3_name": "更多",
                "b3s2_name": "联系物业前台",
                "b3s2_url": URL,
            },
        )

        assert answer.headers["location"] == PATH
        assert menu(official) == (
            MenuButton("缴费", own_url(official)),
            MenuButton("更多", buttons=(MenuButton("联系物业前台", URL),)),
        )

    def test_sends_what_it_shows(self, official: Website, boss: Visitor) -> None:
        put(official, MenuButton("缴费", own_url(official)), MORE)
        before = menu(official)

        boss.post(PATH, typed(boss.page(PATH)))

        assert menu(official) == before

    def test_draws_without_sending(self, official: Website, boss: Visitor) -> None:
        page = read_html(boss.post(PATH, {**one_button(), "preview": "yes"}).text)

        assert drawn(page) == ["帮助"]
        assert "还没有同步到微信" in page.text
        assert page.one(id="f-b1_name")["value"] == "帮助"
        assert menu(official) == ()

    @pytest.mark.parametrize(
        ("wrong", "field", "sentence"),
        [
            ({"b1_name": ""}, "b1_name", "请填写菜单名称"),
            ({"b1_name": "名字太长了"}, "b1_name", "最多 4 个汉字"),
            ({"b1_url": ""}, "b1_url", "请填写菜单链接"),
            ({"b1_url": "javascript:alert(1)"}, "b1_url", "须以 http:// 或 https:// 开头"),
            ({"b1_url": "", "b1s1_name": "下面"}, "b1s1_url", "请填写菜单链接"),
            ({"b1s5_url": URL}, "b1s5_name", "请填写菜单名称"),
            ({"b1s5_url": URL, "b1s5_name": "九个字的名字太长了"}, "b1s5_name", "子菜单最多"),
            ({"b3_url": URL}, "b3_name", "请填写菜单名称"),
        ],
    )
    def test_says_what_is_wrong_beside_its_field(
        self, official: Website, boss: Visitor, wrong: dict[str, str], field: str, sentence: str
    ) -> None:
        answer = boss.post(PATH, {**one_button(), **wrong})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert sentence in page.one(id=f"f-{field}-error").text
        assert menu(official) == ()

    def test_refuses_an_empty_menu(self, boss: Visitor, official: Website) -> None:
        put(official, HELP)

        answer = boss.post(PATH, {"b1_name": " "})

        assert answer.status_code == 422
        assert "请填写菜单" in read_html(answer.text).one(role="alert").text
        assert menu(official) == (HELP,)

    @pytest.mark.parametrize(
        ("error", "status", "sentence"),
        [
            (
                MessagingMisconfiguredError(reason="menu", detail="40018 invalid button name"),
                422,
                "微信不接受这个菜单，请检查菜单名称和链接（40018 invalid button name）",
            ),
            (
                MessagingMisconfiguredError(reason="address", detail="40164 1.2.3.4"),
                422,
                "服务器的 IP 不在公众号的白名单里",
            ),
            (ProviderUnavailableError(detail="-1"), 503, "微信暂时没有回应，请稍后再试"),
        ],
    )
    def test_loses_nothing_when_wechat_refuses(
        self, official: Website, boss: Visitor, error: BillingError, status: int, sentence: str
    ) -> None:
        serve(official, SulkingMenus(error))

        answer = boss.post(PATH, {**one_button(), "b2_name": "更多", "b2s1_name": "没写完"})
        assert answer.status_code == 422
        complete = {**one_button(), "b2_name": "更多", "b2s1_name": "联系", "b2s1_url": URL}
        answer = boss.post(PATH, complete)

        page = read_html(answer.text)
        assert answer.status_code == status
        assert sentence in page.one(role="alert").text
        assert complete.items() <= page.one("form", action=PATH).fields().items()

    def test_says_why_the_menu_can_not_be_read(self, official: Website, boss: Visitor) -> None:
        serve(official, SulkingMenus(ProviderUnavailableError(detail="-1")))

        page = boss.page(PATH)

        assert "读不到微信里的菜单" in page.one(role="alert").text
        assert page.has("form", action=PATH)


class TestRemoving:
    def test_asks_and_removes(self, official: Website, boss: Visitor) -> None:
        put(official, HELP)
        assert "删除菜单" in boss.page(REMOVAL).one("h2", id="dialog-title").text

        answer = boss.post(REMOVAL)

        assert answer.headers["location"] == PATH
        assert menu(official) == ()

    def test_says_why_it_did_not(self, official: Website, boss: Visitor) -> None:
        serve(official, SulkingMenus(ProviderUnavailableError(detail="-1")))

        assert boss.post(REMOVAL).headers["location"] == PATH
        assert "微信暂时没有回应" in boss.page(PATH).one(id="toasts").text


def own_url(site: Website) -> str:
    return f"{site.application.show_collection_codes.owner_url}/{site.community.id}"


def one_button() -> dict[str, str]:
    return {"b1_name": "帮助", "b1_url": URL}


def typed(page: Element) -> dict[str, str]:
    fields = page.one("form", action=PATH).fields()
    return {name: value for name, value in fields.items() if name != "_csrf_token"}


def drawn(page: Element) -> list[str]:
    return [each.text for each in page.all(class_="chat-top")]


def serve(site: Website, menus: FakeMenus) -> None:
    configure = attrs.evolve(site.application.configure_reminders, menu=menus)
    site.server.serve(attrs.evolve(site.application, configure_reminders=configure))


def put(site: Website, *buttons: MenuButton) -> None:
    site.application.configure_reminders.put_menu(site.admin, buttons)


def menu(site: Website) -> tuple[MenuButton, ...]:
    return site.application.configure_reminders.show_menu(site.admin)
