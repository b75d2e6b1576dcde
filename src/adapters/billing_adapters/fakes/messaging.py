"""An official account in memory: it keeps what it was given, and fails as it is told."""

from __future__ import annotations

from collections import deque

import attrs

from billing_domain.errors import BillingError
from billing_domain.model.reminders.menu import MenuButton, check_menu
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MenuEditor,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
    SmsSender,
)


@attrs.frozen
class TakenMessage:
    """A message that arrived at an openid or a phone."""

    address: str = attrs.field(repr=False)
    message: ReminderMessage


class FakeMessages(MessageSender):
    """Delivers every message once for an address and `client_msg_id`.

    `failures` are met by the next calls, one each; None lets one pass, and a failure with
    `silent` delivers before it is raised, as a lost answer does.
    """

    def __init__(self) -> None:
        self.taken: list[TakenMessage] = []
        self.calls: list[str] = []
        self.failures: deque[BillingError | None] = deque()

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Keep a message, or fail as told."""
        del account
        return self.take(openid, message)

    def take(self, address: str, message: ReminderMessage) -> Delivered:
        """Keep a message for an address, or fail as told."""
        self.calls.append(message.client_msg_id)
        failure = self.failures.popleft() if self.failures else None
        if failure is None or getattr(failure, "silent", False):
            self._keep(address, message)
        if failure is not None:
            raise failure
        return Delivered(message.client_msg_id)

    def _keep(self, address: str, message: ReminderMessage) -> None:
        known = {(each.address, each.message.client_msg_id) for each in self.taken}
        if (address, message.client_msg_id) not in known:
            self.taken.append(TakenMessage(address, message))


@attrs.frozen
class FakeSms(SmsSender):
    """Text messages, kept with the others."""

    messages: FakeMessages

    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        """Keep a message, or fail as told."""
        return self.messages.take(phone, message)


class FakeMenus(MenuEditor):
    """The menus of accounts, by app id."""

    def __init__(self) -> None:
        self._menus: dict[str, tuple[MenuButton, ...]] = {}

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        """Return the menu, empty for none."""
        return self._menus.get(account.app_id, ())

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        """Put a menu in place of the one that is there; raise FieldError as `check_menu` does."""
        check_menu(buttons)
        self._menus[account.app_id] = buttons

    def delete(self, account: OfficialAccount) -> None:
        """Remove the menu; there may be none."""
        self._menus.pop(account.app_id, None)
