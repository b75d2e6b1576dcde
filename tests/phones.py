"""Phones that recognise a repeated message as WeChat does.

The provider can be down, silent before or after it delivered, and refuse people or everybody; the
process can end before or after a message left. Nothing waits for the machine's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import attrs

from billing_domain.errors import (
    MessagingMisconfiguredError,
    ProviderUnavailableError,
    RecipientUnreachableError,
)
from billing_domain.model.reminders.queued_reminder import ReminderId
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
    SmsSender,
)
from billing_domain.ports.system import Clock

KNOWN_FOR: Final = timedelta(minutes=10)
"""How long a phone's provider knows a `client_msg_id` again."""


class KilledError(BaseException):
    """The process ends here: no handler of ours catches it."""


class Answer(Enum):
    """What a call to the provider meets."""

    FINE = "fine"
    DOWN = "down"
    SILENT_BEFORE = "silent before it arrived"
    SILENT_AFTER = "silent after it arrived"
    UNREACHABLE = "unreachable"
    MISCONFIGURED = "misconfigured"
    KILLED_BEFORE = "we died before it left"
    KILLED_AFTER = "we died after it left"

    @property
    def arrives(self) -> bool:
        """Whether the message is on the phone afterwards."""
        return self in {Answer.FINE, Answer.SILENT_AFTER, Answer.KILLED_AFTER}

    @property
    def leaves_doubt(self) -> bool:
        """Whether we can't know if the message is there."""
        return self.value.startswith(("silent", "we died"))


@attrs.frozen
class Call:
    """One message that we tried to send; `new` when it is on the phone because of this call."""

    address: str
    message: ReminderMessage
    at: datetime
    answer: Answer
    new: bool

    @property
    def reminder(self) -> ReminderId:
        """The reminder that its link opens."""
        return ReminderId(self.message.link.rpartition("/")[2])


class Phones(MessageSender):
    """All phones of the town; `coming` are the answers to the next calls, `standing` to others.

    `watch` sees every call at its moment.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first: dict[tuple[str, str], datetime] = {}
        self.calls: list[Call] = []
        self.coming: deque[Answer] = deque()
        self.standing = Answer.FINE
        self.watch: Callable[[Call], None] = lambda _: None

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Take a message, once within ten minutes, or fail as told."""
        del account
        return self.take(openid, message)

    def take(self, address: str, message: ReminderMessage) -> Delivered:
        """Take a message for an openid or a phone."""
        answer = self.coming.popleft() if self.coming else self.standing
        now, name = self._clock.now(), (address, message.client_msg_id)
        first = self._first.get(name)
        new = answer.arrives and (first is None or now - first >= KNOWN_FOR)
        if new:
            self._first[name] = now
        self.calls.append(Call(address, message, now, answer, new))
        self.watch(self.calls[-1])
        _raise(answer)
        return Delivered(message.client_msg_id[:8])

    @property
    def arrived(self) -> list[Call]:
        """The messages on all phones, oldest first."""
        return [call for call in self.calls if call.new]


@attrs.frozen
class PhonesBySms(SmsSender):
    """The same phones, reached by text message."""

    phones: Phones

    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        """Take a message, or fail as told."""
        return self.phones.take(phone, message)


def _raise(answer: Answer) -> None:
    if answer in {Answer.KILLED_BEFORE, Answer.KILLED_AFTER}:
        raise KilledError
    if answer is Answer.DOWN:
        raise ProviderUnavailableError(detail="-1")
    if answer in {Answer.SILENT_BEFORE, Answer.SILENT_AFTER}:
        raise ProviderUnavailableError(detail="timeout", silent=True)
    if answer is Answer.UNREACHABLE:
        raise RecipientUnreachableError(reason="not_following")
    if answer is Answer.MISCONFIGURED:
        raise MessagingMisconfiguredError(reason="template", detail="40037")
