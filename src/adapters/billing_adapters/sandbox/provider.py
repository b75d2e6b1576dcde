"""The sandbox as one provider: its books and courier, shared by gateways and cashier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from billing_adapters.sandbox.books import SandboxBooks
from billing_adapters.sandbox.courier import SCHEDULE, Courier
from billing_adapters.sandbox.records import BookOrder, BookState
from billing_domain.ports.system import Clock

_LATE_PAYMENT_SECONDS: Final = 1.0


class SandboxProvider:
    """A provider whose books are one file, shared by several processes.

    `schedule` are the seconds before each attempt to deliver a message.
    """

    def __init__(self, path: Path, clock: Clock, *, schedule: Sequence[float] = SCHEDULE) -> None:
        self.books, self.clock = SandboxBooks(path, clock), clock
        self._courier = Courier(clock.now, schedule)

    def take_money(self, token: str, *, since: BookState, after: float = 0.0) -> bool:
        """Pay an order in the state `since` and send the message; tell whether it was paid."""
        order = self.books.move(token, since=since, to=BookState.PAID)
        if order is None or order.paid_at is None:
            return False
        key = self.books.signing_key(order.account)
        self._courier.send(order, key, paid_at=order.paid_at, after=after)
        return True

    def report_closed(self, order: BookOrder) -> None:
        """Note that the merchant learns of a closed order; pay a CLOSING_LATE order after it."""
        if order.state is BookState.CLOSING_LATE:
            self.take_money(order.token, since=BookState.CLOSING_LATE, after=_LATE_PAYMENT_SECONDS)
