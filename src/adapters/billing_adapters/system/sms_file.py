"""Text messages: written to a file for demos and tests; no deployment has a real service yet."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from billing_domain.errors import MessagingMisconfiguredError
from billing_domain.ports.reminders.messaging import Delivered, ReminderMessage, SmsSender


class FileSmsSender(SmsSender):
    """Appends one line of JSON for each message, once for a phone and `client_msg_id`.

    Only one process may write, with several threads. Raises OSError for an unwritable file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def send(self, phone: str, message: ReminderMessage) -> Delivered:
        key = [phone, message.client_msg_id]
        with self._lock:
            if key not in [[line["phone"], line["id"]] for line in self._lines()]:
                self._append(phone, message)
        return Delivered(message.client_msg_id)

    def _lines(self) -> list[dict[str, str]]:
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def _append(self, phone: str, message: ReminderMessage) -> None:
        line = {
            "phone": phone,
            "id": message.client_msg_id,
            "community": message.community,
            "house": message.house,
            "count": message.count,
            "total": str(message.total),
            "link": message.link,
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


class NoSmsSender(SmsSender):
    """Refuses every message."""

    def send(self, phone: str, message: ReminderMessage) -> Delivered:  # noqa: ARG002 - nothing is sent
        """Raise MessagingMisconfiguredError, `no_sms`."""
        raise MessagingMisconfiguredError(reason="no_sms", detail="")
