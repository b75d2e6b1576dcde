"""The sandbox's file of messages and menus, separate from our database."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from billing_adapters.sandbox.ledger_file import LedgerFile

# Amounts are fen, moments whole seconds of Unix time.
_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS messages (
        serial INTEGER NOT NULL PRIMARY KEY,
        openid TEXT NOT NULL,
        client_msg_id TEXT NOT NULL,
        community TEXT NOT NULL,
        house TEXT NOT NULL,
        bills INTEGER NOT NULL,
        total INTEGER NOT NULL,
        link TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        UNIQUE (openid, client_msg_id)
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS menus (
        company TEXT NOT NULL PRIMARY KEY,
        buttons TEXT NOT NULL
    ) STRICT""",
)


def message_file(path: Path) -> LedgerFile:
    """Return the file at a path, which several processes may share."""
    return LedgerFile(path, _SCHEMA)
