"""The sandbox as one company: its books and its courier, shared by gateways and cashier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from billing_adapters.sandbox.books import SandboxBooks
from billing_adapters.sandbox.courier import SCHEDULE, Courier
from billing_adapters.sandbox.records import BookOrder, BookState
from billing_domain.ports.system import Clock

_HEARD_FIRST_SECONDS: Final = 1.0


class SandboxProvider:
    """A provider whose books are one file; several processes may be it at the same time.

    `schedule` are the seconds before each attempt to deliver a message.
    """

    def __init__(self, path: Path, clock: Clock, *, schedule: Sequence[float] = SCHEDULE) -> None:
        self.books, self.clock = SandboxBooks(path, clock), clock
        self._courier = Courier(clock.now, schedule)

    def take_money(self, token: str, *, since: BookState, after: float = 0.0) -> bool:
        """Let an order in the state `since` be paid and send the message; tell whether it was."""
        order = self.books.move(token, since=since, to=BookState.PAID)
        if order is None or order.paid_at is None:
            return False
        key = self.books.signing_key(order.account)
        self._courier.send(order, key, paid_at=order.paid_at, after=after)
        return True

    def tell_closed(self, order: BookOrder) -> None:
        """Note that the merchant hears that an order is closed: late money comes after that."""
        if order.state is BookState.CLOSING_LATE:
            self.take_money(order.token, since=BookState.CLOSING_LATE, after=_HEARD_FIRST_SECONDS)
