"""What WeChat checks of a menu, and how it shows one."""

from __future__ import annotations

from typing import Any


def menu_refusal(document: dict[str, Any]) -> int:
    """Return the code that a menu is refused with, 0 for none."""
    buttons = document.get("button", [])
    if not 1 <= len(buttons) <= 3:
        return 40016
    for button in buttons:
        below = button.get("sub_button", [])
        if len(below) > 5:
            return 40023
        if code := _name_refusal(button, 16):
            return code
        for leaf in below or [button]:
            if code := _name_refusal(leaf, 60) or _action_refusal(leaf):
                return code
    return 0


def shown_menu(buttons: list[dict[str, Any]] | None) -> dict[str, Any]:
    """Return a menu as the question for the current one is answered."""
    if buttons is None:
        return {"is_menu_open": 0, "selfmenu_info": {"button": []}}
    shown = [
        {"name": each["name"], "sub_button": {"list": each["sub_button"]}}
        if each.get("sub_button")
        else each
        for each in buttons
    ]
    return {"is_menu_open": 1, "selfmenu_info": {"button": shown}}


def _name_refusal(button: dict[str, Any], bytes_max: int) -> int:
    return 0 if 1 <= len(button.get("name", "").encode()) <= bytes_max else 40018


def _action_refusal(button: dict[str, Any]) -> int:
    if button.get("type") == "click":
        return 0 if button.get("key") else 40019
    if button.get("type") != "view":
        return 40015
    return 0 if 1 <= len(button.get("url", "").encode()) <= 1024 else 40020
