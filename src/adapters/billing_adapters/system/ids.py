"""Identifiers from the clock and the operating system's randomness."""

from __future__ import annotations

import secrets
import string
import threading
import time
from collections.abc import Sequence
from typing import Final

from billing_domain.model.bills.bill_number import SERIAL_MAX
from billing_domain.model.company.community import SECRET_LENGTH
from billing_domain.model.payments.order import SERIAL_MAX as ORDER_SERIAL_MAX
from billing_domain.ports.system import IdGenerator

_RANDOM_BITS: Final = 73
_VERSION_7: Final = 7 << 76
_VARIANT: Final = 0b10 << 62
_TOKEN_BYTES: Final = 32
_SECRET_ALPHABET: Final = string.ascii_letters + string.digits


class SystemIds(IdGenerator):
    """Ids in the layout of a version 7 UUID: ascending time, then random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new_id(self) -> str:
        """Return 32 hex digits, greater than every id returned before.

        Within a millisecond, and after the clock was set back, the last id plus one.
        """
        drawn = _uuid7(time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS))
        with self._lock:
            self._last = max(drawn, self._last + 1)
            return f"{self._last:032x}"

    def bill_serials(self, count: int) -> Sequence[int]:
        """Return a block of `count` serials that begins anywhere; raise ValueError for more.

        Two blocks of one second rarely overlap; the unique key of bill numbers finds those.
        """
        lowest = secrets.randbelow(SERIAL_MAX + 2 - count)
        return range(lowest, lowest + count)[::-1]

    def order_serial(self) -> int:
        return secrets.randbelow(ORDER_SERIAL_MAX + 1)

    def new_secret(self) -> str:
        return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(SECRET_LENGTH))

    def new_token(self) -> str:
        return secrets.token_urlsafe(_TOKEN_BYTES)


def _uuid7(milliseconds: int, chance: int) -> int:
    """Compose a version 7 UUID; the top random bit stays 0, so counting up never overflows."""
    high, low = chance >> 61, chance & ((1 << 61) - 1)
    return milliseconds << 80 | _VERSION_7 | high << 64 | _VARIANT | low
