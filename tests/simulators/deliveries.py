"""Notifications on their way to the merchant: sent again by a schedule until taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import attrs

from billing_domain.ports.system import Clock

Message = tuple[Mapping[str, str], bytes]
"""Headers and body."""

SCHEDULE = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600),
        *(10800, 10800, 10800, 21600, 21600),
    )
)
"""How long after each attempt that failed the next one follows; then never again."""

_PATIENCE = 5.0


@attrs.define(eq=False)
class Delivery:
    """One message; it is signed anew whenever it is sent."""

    url: str
    compose: Callable[[], Message]
    due_at: datetime
    attempts: int = 0
    taken: bool = False
    answers: list[tuple[int, bytes]] = attrs.field(factory=list)


class Deliveries:
    """Sends what is due when it is told to.

    Messages go out two times at once while `twice` is set; `late_by` delays the first attempt.
    """

    def __init__(self, clock: Clock, accepts: Callable[[int, bytes], bool]) -> None:
        self._clock, self._accepts = clock, accepts
        self._lock = threading.Lock()
        self.waiting: list[Delivery] = []
        self.twice = False
        self.late_by = timedelta(0)

    def add(self, url: str, compose: Callable[[], Message]) -> None:
        """Put a message on its way; a merchant without an address gets none."""
        if not url:
            return
        due_at = self._clock.now() + self.late_by
        copies = [Delivery(url, compose, due_at) for _ in range(2 if self.twice else 1)]
        with self._lock:
            self.waiting += copies

    def deliver_due(self) -> Sequence[Delivery]:
        """Send all that is due now, once, and return it with the merchant's answers."""
        now = self._clock.now()
        with self._lock:
            due = [delivery for delivery in self.waiting if delivery.due_at <= now]
            self.waiting = [delivery for delivery in self.waiting if delivery.due_at > now]
        for delivery in due:
            self._attempt(delivery)
        return due

    def _attempt(self, delivery: Delivery) -> None:
        delivery.attempts += 1
        answer = _post(delivery.url, *delivery.compose())
        if answer is not None:
            delivery.answers.append(answer)
            delivery.taken = self._accepts(*answer)
        if not delivery.taken and delivery.attempts <= len(SCHEDULE):
            delivery.due_at = self._clock.now() + SCHEDULE[delivery.attempts - 1]
            with self._lock:
                self.waiting.append(delivery)


def _post(url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes] | None:
    address = urlsplit(url)
    connection = HTTPConnection(address.netloc, timeout=_PATIENCE)
    try:
        connection.request("POST", address.path or "/", body=body, headers=dict(headers))
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
