"""Messages to owners, and the menu of a company's official account (rules 4, 9)."""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from typing import Protocol

import attrs

from billing_domain.model.company.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.reminders.menu import MenuButton
from billing_domain.model.reminders.official_account import OfficialAccount
from billing_domain.model.reminders.settings import ReminderTemplate


@attrs.frozen
class ReminderMessage:
    """What a reminder says to one resident: how many bills of a house are unpaid, and their sum.

    `link` opens them. `client_msg_id` is the same whenever this message is tried again, and has
    1..32 of `[0-9A-Za-z_-]`: it is how the provider can tell a second attempt (rule 4.4).
    """

    community: str
    house: str
    count: int
    total: Money
    link: str
    client_msg_id: str


@attrs.frozen
class MessagingAccount:
    """An official account with the template that its reminders use."""

    official_account: OfficialAccount
    template: ReminderTemplate


@attrs.frozen
class Delivered:
    """The provider took a message; `message_id` is its number there, empty if it tells none."""

    message_id: str


class MessageSender(Protocol):
    """Sends messages through an official account (rule 4.1)."""

    @abstractmethod
    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Send a message; the same `client_msg_id` again is no second one where WeChat can tell.

        Raises ProviderUnavailableError when trying again later may help, whether or not the
        message went; RecipientUnreachableError when it does not help with this person; and
        MessagingMisconfiguredError when it helps with nobody until staff mend a setting.
        """


class SmsSender(Protocol):
    """Sends text messages to phones; companies have it off by default (rule 4.2)."""

    @abstractmethod
    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        """Send a message, once for a phone and `client_msg_id`; raise as MessageSender does."""


@attrs.frozen
class StoredToken:
    """An access token of an official account, encrypted, and until when it is good."""

    sealed: str = attrs.field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Keeps one access token for each company's account, for all processes together.

    The company is part of the key: whoever merely enters another company's app id must not find
    the token that its secret has earned.
    """

    @abstractmethod
    def get(self, company_id: CompanyId, app_id: str) -> StoredToken | None:
        """Return the token, which may have expired, or None."""

    @abstractmethod
    def replace(
        self, company_id: CompanyId, app_id: str, *, old: StoredToken | None, new: StoredToken
    ) -> StoredToken:
        """Put a token where `old` still is, and return what is there now.

        That is another token when somebody else was faster: use it.
        """


class MenuEditor(Protocol):
    """Looks at and changes the menu of an official account (菜单配置).

    Raises ProviderUnavailableError and MessagingMisconfiguredError as MessageSender does.
    """

    @abstractmethod
    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        """Return the menu that owners see, wherever it was made; empty for none."""

    @abstractmethod
    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        """Put a menu in place of the one that is there; raise FieldError as `check_menu` does."""

    @abstractmethod
    def delete(self, account: OfficialAccount) -> None:
        """Remove the menu; there may be none."""
