"""The sandbox's books: orders, refunds and the merchants' keys."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from billing_adapters.sandbox.ledger_file import LedgerFile
from billing_adapters.sandbox.records import BookOrder, BookRefund, BookState, seconds_of
from billing_domain.model.money import Money
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.system import Clock

_RANDOM_BYTES: Final = 32


class BookRefusedError(Exception):
    """The books refuse a refund; `code` is the reason. Never leaves this package."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SandboxBooks:
    """Stores the books in a file that several processes share.

    Every method is one transaction and raises ProviderUnavailableError for an unusable file.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self._file, self._clock = LedgerFile(path), clock

    def signing_key(self, account: str) -> bytes:
        """Return the key that signs a merchant's messages; the first call draws it."""
        drawn = secrets.token_hex(_RANDOM_BYTES)
        with self._file.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO merchants VALUES (?, ?)", (account, drawn))
            row = connection.execute(
                "SELECT signing_key FROM merchants WHERE account = ?", (account,)
            ).fetchone()
        return bytes.fromhex(row["signing_key"])

    def place(
        self,
        account: str,
        number: str,
        *,
        amount: Money,
        description: str,
        return_url: str,
        notify_url: str,
        expires_at: datetime,
    ) -> BookOrder:
        """Place an order, or return the existing order of this number."""
        token = secrets.token_urlsafe(_RANDOM_BYTES)
        texts = (account, number, token, description, return_url, notify_url)
        with self._file.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO orders (account, number, token, description, return_url,"
                " notify_url, amount, expires_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*texts, amount.fen, seconds_of(expires_at), BookState.WAITING.value),
            )
            row = connection.execute(_ORDER_BY_NUMBER, (account, number)).fetchone()
        return BookOrder.of(row)

    def order(self, account: str, number: str) -> BookOrder | None:
        """Return a merchant's order, or None."""
        with self._file.transaction() as connection:
            return _order(connection, _ORDER_BY_NUMBER, account, number)

    def order_of(self, token: str) -> BookOrder | None:
        """Return the order of a payer's token, or None."""
        with self._file.transaction() as connection:
            return _order(connection, _PAYERS_ORDER, token)

    def close(self, account: str, number: str) -> BookOrder | None:
        """Close an order in the state WAITING; return the order as stored, or None."""
        with self._file.transaction() as connection:
            connection.execute(
                "UPDATE orders SET state = ? WHERE account = ? AND number = ? AND state = ?",
                (BookState.CLOSED.value, account, number, BookState.WAITING.value),
            )
            return _order(connection, _ORDER_BY_NUMBER, account, number)

    def move(self, token: str, *, since: BookState, to: BookState) -> BookOrder | None:
        """Move an order from the state `since` to `to`; None when it has another state.

        Of two simultaneous payments, one gets None.
        """
        paid_at = seconds_of(self._clock.now()) if to is BookState.PAID else None
        with self._file.transaction() as connection:
            moved = connection.execute(
                "UPDATE orders SET state = ?, paid_at = ? WHERE token = ? AND state = ?",
                (to.value, paid_at, token, since.value),
            ).rowcount
            return _order(connection, _PAYERS_ORDER, token) if moved else None

    def refund(
        self,
        account: str,
        number: str,
        *,
        order_number: str,
        amount: Money,
        takes: timedelta,
    ) -> BookRefund:
        """Add a refund, or return the existing one of this number; raise BookRefusedError."""
        now = self._clock.now()
        moments = (seconds_of(now), seconds_of(now + takes))
        with self._file.transaction() as connection:
            row = connection.execute(_REFUND_BY_NUMBER, (account, number)).fetchone()
            if row is None:
                _check_refundable(connection, account, order_number, amount)
                connection.execute(
                    "INSERT INTO refunds (account, number, order_number, amount, made_at, done_at)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (account, number, order_number, amount.fen, *moments),
                )
                row = connection.execute(_REFUND_BY_NUMBER, (account, number)).fetchone()
        return BookRefund.of(row)

    def refund_of(self, account: str, number: str) -> BookRefund | None:
        """Return a merchant's refund, or None."""
        with self._file.transaction() as connection:
            row = connection.execute(_REFUND_BY_NUMBER, (account, number)).fetchone()
        return None if row is None else BookRefund.of(row)

    def trades(self, account: str, day: date) -> tuple[Sequence[BookOrder], Sequence[BookRefund]]:
        """Return a merchant's payments and refunds of a Shanghai day, oldest first."""
        span = (account, seconds_of(day_start(day)), seconds_of(day_end(day)))
        with self._file.transaction() as connection:
            paid = connection.execute(_PAID_BETWEEN, span).fetchall()
            returned = connection.execute(_RETURNED_BETWEEN, span).fetchall()
        return [BookOrder.of(row) for row in paid], [BookRefund.of(row) for row in returned]


_ORDER_BY_NUMBER: Final = "SELECT * FROM orders WHERE account = ? AND number = ?"
_PAYERS_ORDER: Final = "SELECT * FROM orders WHERE token = ?"
_REFUND_BY_NUMBER: Final = "SELECT * FROM refunds WHERE account = ? AND number = ?"
_PAID_BETWEEN: Final = (
    "SELECT * FROM orders WHERE account = ? AND paid_at >= ? AND paid_at < ?"
    " ORDER BY paid_at, serial"
)
_RETURNED_BETWEEN: Final = (
    "SELECT * FROM refunds WHERE account = ? AND made_at >= ? AND made_at < ?"
    " ORDER BY made_at, serial"
)


def _order(connection: sqlite3.Connection, query: str, *values: str) -> BookOrder | None:
    row = connection.execute(query, values).fetchone()
    return None if row is None else BookOrder.of(row)


def _check_refundable(
    connection: sqlite3.Connection, account: str, order_number: str, amount: Money
) -> None:
    """Raise BookRefusedError unless the order is PAID and has at least `amount` left."""
    order = _order(connection, _ORDER_BY_NUMBER, account, order_number)
    if order is None:
        raise BookRefusedError("ORDER_NOT_EXIST")
    if order.state is not BookState.PAID:
        raise BookRefusedError("ORDER_NOT_PAID")
    row = connection.execute(
        "SELECT coalesce(sum(amount), 0) AS returned FROM refunds"
        " WHERE account = ? AND order_number = ?",
        (account, order_number),
    ).fetchone()
    if not 0 < amount.fen <= order.amount.fen - row["returned"]:
        raise BookRefusedError("NOT_ENOUGH")
