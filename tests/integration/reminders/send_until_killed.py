"""A worker with a short lease that says each message aloud once WeChat has taken it.

Its argument is after how many it stops for good, before anything of the last one is written down,
so that whoever started it can kill it there.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import timedelta

import attrs

from billing_domain.model.jobs.outbox import JobKind
from billing_domain.ports.reminders.messaging import (
    Delivered,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
)
from billing_domain.services.reminders.deliver_reminders import DeliverReminders
from billing_entrypoints.bootstrap import open_application
from billing_entrypoints.settings import load_settings

LEASE = timedelta(seconds=3)


class AloudSender(MessageSender):
    """Sends for real, and stops for good in the middle of what it was told to stop at."""

    def __init__(self, inner: MessageSender, stop_after: int) -> None:
        self._inner, self._left = inner, stop_after

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        """Send a message and say it."""
        delivered = self._inner.send(account, openid, message)
        sys.stdout.write(f"{message.client_msg_id}\n")
        sys.stdout.flush()
        self._left -= 1
        if not self._left:
            time.sleep(600)
        return delivered


def main(stop_after: str) -> None:
    """Work until killed."""
    with open_application(load_settings()) as application:
        outbox = application.run_outbox
        deliver = outbox.handlers[JobKind.REMINDER]
        assert isinstance(deliver, DeliverReminders)
        aloud = attrs.evolve(deliver, sender=AloudSender(deliver.sender, int(stop_after)))
        victim = attrs.evolve(outbox, handlers={JobKind.REMINDER: aloud}, lease=LEASE)
        while True:
            victim.run_once(holder=f"victim-{os.getpid()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
