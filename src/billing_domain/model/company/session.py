"""Staff sessions, and the throttling of password guessing."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import Final

import attrs

from billing_domain.model.company.staff import StaffId

IDLE_MAX: Final = timedelta(hours=2)
LIFETIME_MAX: Final = timedelta(hours=12)
ATTEMPTS_FREE: Final = 5
"""The failures of one account or address that cause no waiting (promise P39)."""

WAIT_FIRST: Final = timedelta(seconds=30)
WAIT_MAX: Final = timedelta(minutes=15)
FORGET_AFTER: Final = timedelta(hours=24)


@attrs.frozen
class StaffSession:
    """One signed-in browser; `token_hash` is the SHA-256 of the cookie's opaque token."""

    token_hash: str
    staff_id: StaffId
    created_at: datetime
    seen_at: datetime

    def is_live(self, now: datetime) -> bool:
        """Return whether the session is neither idle for 2 hours nor older than 12 hours."""
        return now < self.seen_at + IDLE_MAX and now < self.created_at + LIFETIME_MAX


@attrs.frozen
class SignInFailures:
    """The consecutive failed attempts of one login name or one network address.

    `key` is `account:<name>` or `address:<ip>`.
    """

    key: str
    count: int
    last_at: datetime

    def wait_seconds(self, now: datetime) -> int:
        """Return the whole seconds to wait, 0 when an attempt is allowed.

        The wait doubles with each further failure up to 15 minutes, so nobody is locked out
        permanently. After 24 quiet hours the failures no longer count.
        """
        if self.count < ATTEMPTS_FREE or now >= self.last_at + FORGET_AFTER:
            return 0
        doublings = min(self.count - ATTEMPTS_FREE, 10)
        wait = min(WAIT_FIRST * (1 << doublings), WAIT_MAX)
        left = self.last_at + wait - now
        return max(0, math.ceil(left.total_seconds()))


def hash_token(token: str) -> str:
    """Return the SHA-256 of a session token in hex; only the hash is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
