"""The menu of an official account: looked at, changed and removed (rule 9)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from wechatpy import WeChatClient

from billing_adapters.fakes.system import FrozenClock
from billing_domain.errors import (
    FieldError,
    MessagingMisconfiguredError,
    ProviderUnavailableError,
)
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.testing import strategies
from tests.integration.providers.official_stage import OfficialStage, official_stage
from tests.simulators.faults import Fault

PAY = MenuButton("物业缴费", "https://fee.example.com/owner")
SERVICE = MenuButton("服务", buttons=(PAY, MenuButton("报修", "https://fee.example.com/repair")))


@pytest.fixture
def stage(clock: FrozenClock) -> Iterator[OfficialStage]:
    with official_stage(clock) as opened:
        yield opened


@pytest.fixture
def sdk(stage: OfficialStage) -> Iterator[WeChatClient]:
    client = WeChatClient(stage.simulator.tokens.app_id, stage.simulator.tokens.secret)
    client.API_BASE_URL = f"{stage.simulator.url}/cgi-bin/"
    client.session.set(client.access_token_key, stage.tokens().current(stage.account))
    yield client
    client._http.close()  # noqa: SLF001 - it never closes its session itself


class TestTheMenu:
    def test_is_none_at_first(self, stage: OfficialStage) -> None:
        assert stage.menu_editor().get(stage.account) == ()

    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(menu=strategies.menus())
    def test_is_the_one_that_was_put_there(
        self, stage: OfficialStage, menu: tuple[MenuButton, ...]
    ) -> None:
        stage.menu_editor().create(stage.account, menu)

        assert stage.menu_editor().get(stage.account) == menu

    def test_is_gone_when_it_was_removed(self, stage: OfficialStage) -> None:
        stage.menu_editor().create(stage.account, (PAY,))

        stage.menu_editor().delete(stage.account)
        stage.menu_editor().delete(stage.account)

        assert stage.menu_editor().get(stage.account) == ()

    def test_shows_buttons_that_do_something_else_without_an_address(
        self, stage: OfficialStage
    ) -> None:
        stage.simulator.menu = [{"type": "click", "name": "客服", "key": "help"}]

        assert stage.menu_editor().get(stage.account) == (MenuButton("客服"),)

    def test_that_wechat_would_refuse_is_not_sent(self, stage: OfficialStage) -> None:
        with pytest.raises(FieldError):
            stage.menu_editor().create(stage.account, (MenuButton("物业缴费啊", PAY.url),))

        assert not stage.simulator.requests

    def test_that_wechat_refuses_all_the_same_is_a_wrong_setting(
        self, stage: OfficialStage
    ) -> None:
        stage.simulator.faults.plan([None, "40055"])

        with pytest.raises(MessagingMisconfiguredError) as refused:
            stage.menu_editor().create(stage.account, (PAY,))

        assert refused.value.reason == "menu"

    @pytest.mark.parametrize("fault", ["45009", Fault.CUT, Fault.GARBAGE, Fault.MISSING_FIELDS])
    def test_can_not_be_seen_in_an_outage(self, stage: OfficialStage, fault: Fault | str) -> None:
        stage.simulator.faults.plan([None, fault])

        with pytest.raises(ProviderUnavailableError):
            stage.menu_editor().get(stage.account)

    @pytest.mark.parametrize(
        "odd",
        [["no button"], [{"type": "view"}], [{"type": "view", "name": "a", "url": 7}]],
    )
    def test_that_can_not_be_read_is_none_to_rely_on(
        self, stage: OfficialStage, odd: list[dict[str, object]]
    ) -> None:
        stage.simulator.menu = [{"name": "a", "sub_button": odd}]

        with pytest.raises(ProviderUnavailableError):
            stage.menu_editor().get(stage.account)


class TestAnIndependentSdk:
    def test_sees_the_menu_that_we_made(self, stage: OfficialStage, sdk: WeChatClient) -> None:
        stage.menu_editor().create(stage.account, (PAY, SERVICE))

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

    def test_makes_a_menu_that_we_see(self, stage: OfficialStage, sdk: WeChatClient) -> None:
        sdk.menu.create({"button": [{"type": "view", "name": PAY.name, "url": PAY.url}]})

        assert stage.menu_editor().get(stage.account) == (PAY,)

    def test_finds_none_that_we_removed(self, stage: OfficialStage, sdk: WeChatClient) -> None:
        stage.menu_editor().create(stage.account, (PAY,))
        stage.menu_editor().delete(stage.account)

        assert sdk.menu.get() is None
