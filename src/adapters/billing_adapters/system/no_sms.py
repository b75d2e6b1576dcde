"""No text messages: what a deployment has that is connected to no SMS service."""

from __future__ import annotations

from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.ports.reminders.messaging import Delivered, ReminderMessage, SmsSender


class NoSmsSender(SmsSender):
    """Refuses every message, so that none is taken for sent."""

    def send(self, phone: str, message: ReminderMessage) -> Delivered:  # noqa: ARG002 - none goes
        """Raise MessagingMisconfiguredError, `no_sms`."""
        raise MessagingMisconfiguredError(reason="no_sms", detail="")
