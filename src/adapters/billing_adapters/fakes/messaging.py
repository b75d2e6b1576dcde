"""Messages and menus without WeChat, with failures on request."""

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

    Each call raises the next of `failures`; None lets a call succeed. A failure with `silent`
    delivers before it is raised, like a lost answer.
    """

    def __init__(self) -> None:
        self.taken: list[TakenMessage] = []
        self.calls: list[str] = []
        self.failures: deque[BillingError | None] = deque()

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        del account
        return self.take(openid, message)

    def take(self, address: str, message: ReminderMessage) -> Delivered:
        """Store a message for an address, or raise the next failure."""
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
    """Text messages, stored with the others."""

    messages: FakeMessages

    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        return self.messages.take(phone, message)


class FakeMenus(MenuEditor):
    """The menus of accounts, by app id."""

    def __init__(self) -> None:
        self._menus: dict[str, tuple[MenuButton, ...]] = {}

    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        return self._menus.get(account.app_id, ())

    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        check_menu(buttons)
        self._menus[account.app_id] = buttons

    def delete(self, account: OfficialAccount) -> None:
        self._menus.pop(account.app_id, None)
