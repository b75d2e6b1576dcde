"""The menu of a demo official account, kept in a file instead of in WeChat."""

from __future__ import annotations

import json
from typing import Any

from billing_adapters.sandbox.ledger_file import LedgerFile
from billing_domain.model.reminders.menu import MenuButton, check_menu
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import MenuEditor


class SandboxMenuEditor(MenuEditor):
    """Keeps the menus of demo accounts, and leaves every other one to the real editor."""

    def __init__(self, file: LedgerFile, *, others: MenuEditor) -> None:
        self._file, self._others = file, others

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        if not account.is_demo:
            return self._others.get(account)
        with self._file.transaction() as connection:
            row = connection.execute(
                "SELECT buttons FROM menus WHERE company = ?", (account.company_id,)
            ).fetchone()
        return _buttons(json.loads(row["buttons"])) if row else ()

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        if not account.is_demo:
            self._others.create(account, buttons)
            return
        check_menu(buttons)
        text = json.dumps([_written(button) for button in buttons], ensure_ascii=False)
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO menus VALUES (?, ?)", (account.company_id, text)
            )

    def delete(self, account: OfficialAccount) -> None:
        if not account.is_demo:
            self._others.delete(account)
            return
        with self._file.transaction() as connection:
            connection.execute("DELETE FROM menus WHERE company = ?", (account.company_id,))


def _written(button: MenuButton) -> dict[str, Any]:
    below = [_written(each) for each in button.buttons]
    return {"name": button.name, "url": button.url, "buttons": below}


def _buttons(documents: list[dict[str, Any]]) -> tuple[MenuButton, ...]:
    return tuple(
        MenuButton(each["name"], each["url"], _buttons(each["buttons"])) for each in documents
    )
