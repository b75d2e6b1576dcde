"""The product's time zone: calendar days are days in Shanghai."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one time zone without summer time since 1992, before any bill of ours."""


def shanghai_day(at: datetime) -> date:
    """Return the calendar day in Shanghai of an aware moment."""
    return at.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """Return the first moment of a Shanghai day."""
    return datetime.combine(day, time.min, SHANGHAI)


def day_end(day: date) -> datetime:
    """Return the first moment after a Shanghai day."""
    return day_start(day) + timedelta(days=1)
