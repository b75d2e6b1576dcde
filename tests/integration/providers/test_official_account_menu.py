"""The menu of an official account: looked at, changed and removed (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from wechatpy import WeChatClient

from billing_adapters.wechat.custom_menu import WechatMenuEditor
from billing_domain.errors import (
    FieldError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
)
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.testing import strategies
from tests.integration.providers.official import NewTokens
from tests.simulators.faults import Fault
from tests.simulators.wechat_official import WechatOfficialSimulator

PAY = MenuButton("物业缴费", "https://fee.example.com/owner")
SERVICE = MenuButton("服务", buttons=(PAY, MenuButton("报修", "https://fee.example.com/repair")))


@pytest.fixture
def sdk(
    wechat: WechatOfficialSimulator, account: OfficialAccount, new_tokens: NewTokens
) -> Iterator[WeChatClient]:
    client = WeChatClient(wechat.tokens.app_id, wechat.tokens.secret)
    client.API_BASE_URL = f"{wechat.url}/cgi-bin/"
    client.session.set(client.access_token_key, new_tokens().current(account))
    yield client
    client._http.close()  # noqa: SLF001 - it never closes its session itself


class TestTheMenu:
    def test_is_none_at_first(self, account: OfficialAccount, menus: WechatMenuEditor) -> None:
        assert menus.get(account) == ()

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(menu=strategies.menus())
    def test_is_the_one_that_was_put_there(
        self, account: OfficialAccount, menus: WechatMenuEditor, menu: tuple[MenuButton, ...]
    ) -> None:
        menus.create(account, menu)

        assert menus.get(account) == menu

    def test_is_gone_when_it_was_removed(
        self, account: OfficialAccount, menus: WechatMenuEditor
    ) -> None:
        menus.create(account, (PAY,))

        menus.delete(account)
        menus.delete(account)

        assert menus.get(account) == ()

    def test_shows_buttons_that_do_something_else_without_an_address(
        self, wechat: WechatOfficialSimulator, account: OfficialAccount, menus: WechatMenuEditor
    ) -> None:
        wechat.menu = [{"type": "click", "name": "客服", "key": "help"}]

        assert menus.get(account) == (MenuButton("客服"),)

    def test_that_wechat_would_refuse_is_not_sent(
        self, wechat: WechatOfficialSimulator, account: OfficialAccount, menus: WechatMenuEditor
    ) -> None:
        with pytest.raises(FieldError):
            menus.create(account, (MenuButton("物业缴费啊", PAY.url),))

        assert not wechat.requests

    def test_that_wechat_refuses_all_the_same_is_a_wrong_setting(
        self, wechat: WechatOfficialSimulator, account: OfficialAccount, menus: WechatMenuEditor
    ) -> None:
        wechat.faults.plan([None, "40055"])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            menus.create(account, (PAY,))

        assert refused.value.reason == "menu"

    @pytest.mark.parametrize("fault", ["45009", Fault.CUT, Fault.GARBAGE, Fault.MISSING_FIELDS])
    def test_can_not_be_seen_in_an_outage(
        self,
        wechat: WechatOfficialSimulator,
        account: OfficialAccount,
        menus: WechatMenuEditor,
        fault: Fault | str,
    ) -> None:
        wechat.faults.plan([None, fault])

        with pytest.raises(ProviderUnavailableError):
            menus.get(account)

    @pytest.mark.parametrize(
        "odd",
        [["no button"], [{"type": "view"}], [{"type": "view", "name": "a", "url": 7}]],
    )
    def test_that_can_not_be_read_is_none_to_rely_on(
        self,
        wechat: WechatOfficialSimulator,
        account: OfficialAccount,
        menus: WechatMenuEditor,
        odd: list[dict[str, object]],
    ) -> None:
        wechat.menu = [{"name": "a", "sub_button": odd}]

        with pytest.raises(ProviderUnavailableError):
            menus.get(account)


class TestAnIndependentSdk:
    def test_sees_the_menu_that_we_made(
        self, account: OfficialAccount, menus: WechatMenuEditor, sdk: WeChatClient
    ) -> None:
        menus.create(account, (PAY, SERVICE))

        assert sdk.menu.get()["menu"]["button"] == [
            {"type": "view", "name": PAY.name, "url": PAY.url},
            {
                "name": SERVICE.name,
                "sub_button": [
                    {"type": "view", "name": each.name, "url": each.url}
                    for each in SERVICE.buttons
                ],
            },
        ]

    def test_makes_a_menu_that_we_see(
        self, account: OfficialAccount, menus: WechatMenuEditor, sdk: WeChatClient
    ) -> None:
        sdk.menu.create({"button": [{"type": "view", "name": PAY.name, "url": PAY.url}]})

        assert menus.get(account) == (PAY,)

    def test_finds_none_that_we_removed(
        self, account: OfficialAccount, menus: WechatMenuEditor, sdk: WeChatClient
    ) -> None:
        menus.create(account, (PAY,))
        menus.delete(account)

        assert sdk.menu.get() is None
