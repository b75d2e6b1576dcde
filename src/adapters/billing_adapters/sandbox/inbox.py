"""The inbox of demo residents: messages are stored in a file instead of sent to WeChat."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from billing_adapters.sandbox.ledger_file import LedgerFile
from billing_adapters.sandbox.records import moment_of, seconds_of
from billing_domain.model.money import Money
from billing_domain.model.reminders.official_account import DEMO
from billing_domain.ports.reminders.messaging import (
    Delivered,
    Inbox,
    InboxMessage,
    MessageSender,
    MessagingAccount,
    ReminderMessage,
)
from billing_domain.ports.system import Clock

MESSAGES_SHOWN: Final = 100


class SandboxInbox(MessageSender, Inbox):
    """Stores messages to demo openids; the real sender sends all others.

    A repeated `client_msg_id` is recognised for ever; WeChat forgets it after ten minutes.
    """

    def __init__(self, file: LedgerFile, clock: Clock, *, others: MessageSender) -> None:
        self._file, self._clock, self._others = file, clock, others

    def send(self, account: MessagingAccount, openid: str, message: ReminderMessage) -> Delivered:
        if not openid.startswith(DEMO):
            return self._others.send(account, openid, message)
        key = (openid, message.client_msg_id)
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO messages (openid, client_msg_id, community, house, link,"
                " bills, total, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *key,
                    message.community,
                    message.house,
                    message.link,
                    message.count,
                    message.total.fen,
                    seconds_of(self._clock.now()),
                ),
            )
            row = connection.execute(
                "SELECT serial FROM messages WHERE openid = ? AND client_msg_id = ?", key
            ).fetchone()
        return Delivered(str(row["serial"]))

    def messages(self, openid: str) -> Sequence[InboxMessage]:
        with self._file.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM messages WHERE openid = ? ORDER BY serial DESC LIMIT ?",
                (openid, MESSAGES_SHOWN),
            ).fetchall()
        return [_message(row) for row in reversed(rows)]


def _message(row: sqlite3.Row) -> InboxMessage:
    message = ReminderMessage(
        community=row["community"],
        house=row["house"],
        count=row["bills"],
        total=Money(row["total"]),
        link=row["link"],
        client_msg_id=row["client_msg_id"],
    )
    return InboxMessage(message, moment_of(row["sent_at"]))
