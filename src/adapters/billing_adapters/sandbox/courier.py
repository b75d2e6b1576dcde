"""Delivers the sandbox's messages to the merchant by HTTP, as real providers do."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from billing_adapters.http_client import HttpClient, Timeouts
from billing_adapters.sandbox.messages import accepted, sign_message, write_message
from billing_adapters.sandbox.records import BookOrder
from billing_domain.errors import ProviderUnavailableError

SCHEDULE: Final = (0.0, 1.0, 5.0, 15.0)
"""Seconds to wait before each attempt; after the last attempt the message is dropped."""

_LOGGER: Final = logging.getLogger("billing.sandbox")
_WAITS: Final = Timeouts(connect=3.0, silence=10.0, whole=15.0)


class Courier:
    """Delivers each message in its own daemon thread.

    A message is lost if no attempt succeeds or the process ends: the merchant queries the order.
    """

    def __init__(self, now: Callable[[], datetime], schedule: Sequence[float] = SCHEDULE) -> None:
        self._now, self._schedule = now, tuple(schedule)
        # Making a client takes tens of milliseconds, and all messages go to one host.
        self._client = cache(lambda origin: HttpClient(origin, timeouts=_WAITS))

    def send(self, order: BookOrder, key: bytes, *, paid_at: datetime, after: float = 0.0) -> None:
        """Start delivering the message about a payment after `after` seconds; returns at once."""
        body = write_message(order, paid_at)
        threading.Thread(
            target=self._deliver,
            args=(order.notify_url, key, body, after),
            name="sandbox-courier",
            daemon=True,
        ).start()

    def _deliver(self, url: str, key: bytes, body: bytes, after: float) -> None:
        time.sleep(after)
        for wait in self._schedule:
            time.sleep(wait)
            if self._attempt(url, key, body):
                return
        _LOGGER.warning("sandbox gave up a message to %s", url)

    def _attempt(self, url: str, key: bytes, body: bytes) -> bool:
        parts = urlsplit(url)
        try:
            client = self._client(f"{parts.scheme}://{parts.netloc}")
            headers = sign_message(key, body, at=self._now())
            answer = client.call("POST", parts.path or "/", headers=headers, body=body)
        except ProviderUnavailableError as error:
            _LOGGER.info("sandbox could not deliver to %s: %s", url, error)
            return False
        except ValueError as error:
            _LOGGER.warning("sandbox can't deliver to %s: %s", url, error)
            return False
        return accepted(answer.status, answer.body)
