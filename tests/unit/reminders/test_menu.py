"""Menus that WeChat takes: rule 9."""

from __future__ import annotations

import pytest
from hypothesis import given

from billing_domain.errors import FieldError
from billing_domain.model.reminders.menu import MenuButton, check_menu, name_width
from billing_domain.testing import strategies

URL = "https://fee.example/owner"
PAY = MenuButton("物业缴费", URL)


def refusal(*buttons: MenuButton) -> tuple[str, str]:
    with pytest.raises(FieldError) as refused:
        check_menu(buttons)
    return refused.value.field, refused.value.reason


class TestAMenu:
    def test_is_one_button_to_the_owner_pages(self) -> None:
        check_menu((PAY,))

    @given(strategies.menus())
    def test_is_whatever_the_strategy_makes(self, menu: tuple[MenuButton, ...]) -> None:
        check_menu(menu)

    def test_has_one_to_three_buttons(self) -> None:
        check_menu((PAY,) * 3)
        assert refusal() == ("menu_buttons", "required")
        assert refusal(*(PAY,) * 4) == ("menu_buttons", "too_long")

    def test_has_at_most_five_buttons_below_one(self) -> None:
        check_menu((MenuButton("服务", buttons=(PAY,) * 5),))
        assert refusal(MenuButton("服务", buttons=(PAY,) * 6)) == ("menu_buttons", "too_long")


class TestAName:
    @pytest.mark.parametrize("name", ["物业缴费", "Payments", "缴费pay1"])
    def test_has_four_chinese_characters_or_eight_letters(self, name: str) -> None:
        assert name_width(name) == 8
        check_menu((MenuButton(name, URL),))
        assert refusal(MenuButton(f"{name}!", URL)) == ("menu_name", "too_long")

    def test_may_be_twice_as_long_below(self) -> None:
        check_menu((MenuButton("服务", buttons=(MenuButton("物业缴费在线办理", URL),)),))
        below = MenuButton("物业缴费在线办理!", URL)
        assert refusal(MenuButton("服务", buttons=(below,))) == ("menu_name", "too_long")

    @pytest.mark.parametrize(
        ("name", "reason"), [("", "required"), (" ", "required"), ("a\n", "format")]
    )
    def test_can_be_read(self, name: str, reason: str) -> None:
        assert refusal(MenuButton(name, URL)) == ("menu_name", reason)


class TestAnAddress:
    def test_is_that_of_a_page(self) -> None:
        check_menu((MenuButton("a", "https://a.example/" + "x" * 1006),))

    @pytest.mark.parametrize(
        "url",
        ["javascript:alert(1)", "//a.example", "https://a b", "https://a.example/" + "x" * 1007],
    )
    def test_is_nothing_else(self, url: str) -> None:
        assert refusal(MenuButton("a", url)) == ("menu_url", "format")

    def test_is_there_for_every_button_that_unfolds_nothing(self) -> None:
        assert refusal(MenuButton("a")) == ("menu_url", "required")
        assert refusal(MenuButton("a", buttons=(MenuButton("b"),))) == ("menu_url", "required")
