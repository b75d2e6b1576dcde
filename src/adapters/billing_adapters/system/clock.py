"""The machine's clock."""

from __future__ import annotations

from datetime import UTC, datetime

from billing_domain.ports.system import Clock


class SystemClock(Clock):
    """Tells the machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)
