"""The records of the sandbox's books."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime
from enum import Enum

import attrs

from billing_domain.model.money import Money


class BookState(Enum):
    """The state of an order; CLOSING_LATE is paid after the merchant learned of the closing."""

    WAITING = "NOTPAY"
    PAID = "SUCCESS"
    CLOSED = "CLOSED"
    CLOSING_LATE = "CLOSING_LATE"


@attrs.frozen(kw_only=True)
class BookOrder:
    """One order of a merchant; moments are whole seconds in UTC."""

    account: str
    number: str
    token: str
    amount: Money
    description: str
    return_url: str
    notify_url: str
    expires_at: datetime
    state: BookState
    paid_at: datetime | None
    trade_number: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> BookOrder:
        """Return the order of a row."""
        return cls(
            account=row["account"],
            number=row["number"],
            token=row["token"],
            amount=Money(row["amount"]),
            description=row["description"],
            return_url=row["return_url"],
            notify_url=row["notify_url"],
            expires_at=moment_of(row["expires_at"]),
            state=BookState(row["state"]),
            paid_at=None if row["paid_at"] is None else moment_of(row["paid_at"]),
            trade_number=_trade_number(row["token"]),
        )


@attrs.frozen(kw_only=True)
class BookRefund:
    """One refund of an order; it is DONE from `done_at` on."""

    number: str
    order_number: str
    amount: Money
    made_at: datetime
    done_at: datetime
    trade_number: str

    @classmethod
    def of(cls, row: sqlite3.Row) -> BookRefund:
        """Return the refund of a row."""
        return cls(
            number=row["number"],
            order_number=row["order_number"],
            amount=Money(row["amount"]),
            made_at=moment_of(row["made_at"]),
            done_at=moment_of(row["done_at"]),
            trade_number=_trade_number(f"{row['account']} {row['number']}"),
        )


def moment_of(seconds: int) -> datetime:
    """Return the moment of seconds of Unix time."""
    return datetime.fromtimestamp(seconds, UTC)


def seconds_of(at: datetime) -> int:
    """Return an aware moment as seconds of Unix time."""
    return int(at.timestamp())


def _trade_number(secret: str) -> str:
    """Return a number that no other trade has, not even in a deleted file."""
    return f"SBX{hashlib.sha256(secret.encode()).hexdigest()[:25].upper()}"
