"""The sandbox's SQLite files, separate from our database like a provider's books."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from billing_domain.errors import ProviderUnavailableError

_TIMEOUT_SECONDS: Final = 10.0
_ATTEMPTS: Final = 200
_PAUSE_SECONDS: Final = 0.05

# Amounts are fen, moments whole seconds of Unix time.
PAYMENTS: Final = (
    """CREATE TABLE IF NOT EXISTS merchants (
        account TEXT NOT NULL PRIMARY KEY,
        signing_key TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS orders (
        serial INTEGER NOT NULL PRIMARY KEY,
        account TEXT NOT NULL,
        number TEXT NOT NULL,
        token TEXT NOT NULL UNIQUE,
        amount INTEGER NOT NULL,
        description TEXT NOT NULL,
        return_url TEXT NOT NULL,
        notify_url TEXT NOT NULL,
        expires_at INTEGER NOT NULL,
        state TEXT NOT NULL,
        paid_at INTEGER,
        UNIQUE (account, number)
    ) STRICT""",
    """CREATE TABLE IF NOT EXISTS refunds (
        serial INTEGER NOT NULL PRIMARY KEY,
        account TEXT NOT NULL,
        number TEXT NOT NULL,
        order_number TEXT NOT NULL,
        amount INTEGER NOT NULL,
        made_at INTEGER NOT NULL,
        done_at INTEGER NOT NULL,
        UNIQUE (account, number)
    ) STRICT""",
    "CREATE INDEX IF NOT EXISTS orders_by_day ON orders (account, paid_at)",
    "CREATE INDEX IF NOT EXISTS refunds_by_order ON refunds (account, order_number)",
)


class LedgerFile:
    """Opens the file for each transaction; several processes may share it.

    The first use creates the folder and the file, which only its owner can read. `schema` are the
    statements that create its tables.
    """

    def __init__(self, path: Path, schema: Sequence[str] = PAYMENTS) -> None:
        self._path, self._schema = path, schema

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run a block as one transaction, one at a time.

        Raises ProviderUnavailableError for an unusable file.
        """
        try:
            with closing(self._open()) as connection, connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise ProviderUnavailableError(detail=f"sandbox: {error}") from error

    def _open(self) -> sqlite3.Connection:
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
        connection = sqlite3.connect(self._path, timeout=_TIMEOUT_SECONDS, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            _prepare(connection, self._schema)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, schema: Sequence[str]) -> None:
    """Switch to write-ahead logging and create the tables, unless done before."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        _switch_to_wal(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables == 0:
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            for statement in schema:
                connection.execute(statement)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch with retries: SQLite's timeout does not cover the change of journal mode."""
    for attempt in range(_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
