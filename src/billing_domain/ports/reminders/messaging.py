"""Messages to owners, and the menu of a company's official account (rules 4, 9)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
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
    """A reminder to one resident: how many bills of a house are unpaid, and their sum.

    `link` opens the bills. `client_msg_id` has 1..32 of `[0-9A-Za-z_-]` and is the same at every
    retry: the provider recognises a retry by it (rule 4.4).
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
    """The provider accepted a message; `message_id` is the provider's id, or empty."""

    message_id: str


class MessageSender(Protocol):
    """Sends messages through an official account (rule 4.1)."""

    @abstractmethod
    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Send a message; WeChat recognises a repeated `client_msg_id` for a while.

        Raises ProviderUnavailableError when a retry may help, whether or not the message left;
        RecipientUnreachableError when a retry can't help for this person;
        MessagingMisconfiguredError when no message can leave until staff correct a setting.
        """


@attrs.frozen
class InboxMessage:
    """A reminder as a demo resident reads it."""

    message: ReminderMessage
    sent_at: datetime


class Inbox(Protocol):
    """Shows the messages sent to demo residents, who have no messenger (rule 4.1)."""

    @abstractmethod
    def messages(self, openid: str) -> Sequence[InboxMessage]:
        """Return the last 100 messages to an openid, oldest first; an unknown openid has none."""


class SmsSender(Protocol):
    """Sends text messages to phones; off by default for each company (rule 4.2)."""

    @abstractmethod
    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        """Send one message for each phone and `client_msg_id`; raise like MessageSender."""


@attrs.frozen
class StoredToken:
    """An encrypted access token of an official account, with its expiry."""

    sealed: str = attrs.field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Stores one access token per company and account, shared by all processes.

    The company is part of the key: entering another company's app id gives no access to that
    company's token.
    """

    @abstractmethod
    def get(self, company_id: CompanyId, app_id: str) -> StoredToken | None:
        """Return the stored token, even if expired, or None."""

    @abstractmethod
    def replace(
        self, company_id: CompanyId, app_id: str, *, old: StoredToken | None, new: StoredToken
    ) -> StoredToken:
        """Replace the token if it still equals `old`; return the stored token.

        If another process was faster, this is that process's token: use it.
        """


class MenuEditor(Protocol):
    """Reads and changes the menu of an official account (菜单配置).

    Raises ProviderUnavailableError and MessagingMisconfiguredError like MessageSender.
    """

    @abstractmethod
    def get(self, account: OfficialAccount) -> tuple[MenuButton, ...]:
        """Return the menu that owners see, even one made elsewhere; empty for none."""

    @abstractmethod
    def create(self, account: OfficialAccount, buttons: tuple[MenuButton, ...]) -> None:
        """Replace the menu; raise FieldError like `check_menu`."""

    @abstractmethod
    def delete(self, account: OfficialAccount) -> None:
        """Remove the menu, if there is one."""
