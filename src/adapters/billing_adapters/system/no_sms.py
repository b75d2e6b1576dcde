"""The SMS sender of a deployment without an SMS service."""

from __future__ import annotations

from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.ports.reminders.messaging import Delivered, ReminderMessage, SmsSender


class NoSmsSender(SmsSender):
    """Refuses every message."""

    def send(self, phone: str, message: ReminderMessage) -> Delivered:  # noqa: ARG002 - nothing is sent
        """Raise MessagingMisconfiguredError, `no_sms`."""
        raise MessagingMisconfiguredError(reason="no_sms", detail="")
