"""The menu of an official account in WeChat (菜单配置)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_unknown,
    object_at,
    text_at,
)
from billing_adapters.wechat.official_client import OfficialClient
from billing_adapters.wechat.official_codes import error_code, refusal
from billing_domain.model.reminders.menu import MenuButton, check_menu
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import MenuEditor


class WechatMenuEditor(MenuEditor):
    """Edits the menu of all followers; phones show a change within a day."""

    def __init__(self, client: OfficialClient) -> None:
        self._client = client

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        """Return the current menu, even if somebody made it on WeChat's own pages."""
        answer = self._asked(account, "GET", "/cgi-bin/get_current_selfmenu_info")
        with malformed_is_unknown():
            if answer.get("is_menu_open") == 0:
                return ()
            return tuple(_button(each) for each in _list(object_at(answer, "selfmenu_info")))

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        check_menu(buttons)
        document = {"button": [_written(button) for button in buttons]}
        self._asked(account, "POST", "/cgi-bin/menu/create", document)

    def delete(self, account: OfficialAccount) -> None:
        self._asked(account, "GET", "/cgi-bin/menu/delete")

    def _asked(
        self,
        account: OfficialAccount,
        method: str,
        path: str,
        document: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        answer = self._client.call(account, method, path, document)
        with malformed_is_unknown():
            if error_code(answer) != 0:
                raise refusal(answer)
        return answer


def _written(button: MenuButton) -> dict[str, object]:
    if button.buttons:
        return {"name": button.name, "sub_button": [_written(each) for each in button.buttons]}
    return {"type": "view", "name": button.name, "url": button.url}


def _button(document: object) -> MenuButton:
    if not isinstance(document, dict) or "sub_button" not in document:
        return _leaf(document)
    below = _list(object_at(document, "sub_button"), key="list")
    return MenuButton(text_at(document, "name"), buttons=tuple(_leaf(each) for each in below))


def _leaf(document: object) -> MenuButton:
    if not isinstance(document, dict):
        raise MalformedMessageError("button")
    url = document.get("url") if document.get("type") == "view" else ""
    if not isinstance(url, str):
        raise MalformedMessageError("url")
    return MenuButton(text_at(document, "name"), url)


def _list(document: dict[str, Any], *, key: str = "button") -> list[object]:
    found = document.get(key)
    if not isinstance(found, list):
        raise MalformedMessageError(key)
    return found
