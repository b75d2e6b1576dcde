"""The menu of a company's official account (自定义菜单) in WeChat (rule 9)."""

from __future__ import annotations

import re
from typing import Final

import attrs

from billing_domain.errors import FieldError

BUTTONS_MAX: Final = 3
SUB_BUTTONS_MAX: Final = 5
NAME_WIDTH_MAX: Final = 8
"""Four Chinese characters or eight letters; a sub-button may have twice as many."""

URL_BYTES_MAX: Final = 1024
_URL: Final = re.compile(r"https?://[!-~]+")


@attrs.frozen
class MenuButton:
    """A button that opens a page, or that unfolds sub-buttons.

    A button of another kind, made elsewhere, has neither `url` nor `buttons`.
    """

    name: str
    url: str = ""
    buttons: tuple[MenuButton, ...] = ()


def check_menu(buttons: tuple[MenuButton, ...]) -> None:
    """Raise FieldError for a menu that WeChat would refuse."""
    _check_number(buttons, BUTTONS_MAX)
    for button in buttons:
        _check_name(button, NAME_WIDTH_MAX)
        if not button.buttons:
            _check_url(button)
            continue
        _check_number(button.buttons, SUB_BUTTONS_MAX)
        for sub_button in button.buttons:
            _check_name(sub_button, 2 * NAME_WIDTH_MAX)
            _check_url(sub_button)


def name_width(name: str) -> int:
    """Return the width of a name: one for each ASCII character, two for any other."""
    return sum(1 if char.isascii() else 2 for char in name)


def _check_number(buttons: tuple[MenuButton, ...], number_max: int) -> None:
    if not buttons:
        raise FieldError(field="menu_buttons", reason="required")
    if len(buttons) > number_max:
        raise FieldError(field="menu_buttons", reason="too_long")


def _check_name(button: MenuButton, width_max: int) -> None:
    if not button.name.strip():
        raise FieldError(field="menu_name", reason="required")
    if not button.name.isprintable():
        raise FieldError(field="menu_name", reason="format", value=button.name)
    if name_width(button.name) > width_max:
        raise FieldError(field="menu_name", reason="too_long", value=button.name)


def _check_url(button: MenuButton) -> None:
    if not button.url:
        raise FieldError(field="menu_url", reason="required")
    if len(button.url) > URL_BYTES_MAX or _URL.fullmatch(button.url) is None:
        raise FieldError(field="menu_url", reason="format", value=button.url)
