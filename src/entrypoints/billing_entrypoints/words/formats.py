"""Amounts, days, periods and moments as screens write them."""

from __future__ import annotations

from datetime import date, datetime

from markupsafe import Markup

from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.shanghai import SHANGHAI


def figure(amount: Money) -> str:
    """Return an amount without its sign of currency: `1,300.00`."""
    return f"{amount.yuan:,.2f}"


def moment_text(at: datetime | None) -> str:
    """Return a moment in Shanghai: `2026-11-20 15:22`, `--` for none."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "--"


def day_of(at: datetime) -> str:
    """Return a moment's day in Shanghai: `2026-11-20`."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def clock_text(at: datetime) -> str:
    """Return a moment's time of day in Shanghai: `15:22`."""
    return f"{at.astimezone(SHANGHAI):%H:%M}"


def breakable(address: str) -> Markup:
    """Return an address, escaped, that may break after its slashes and nowhere else."""
    return Markup("/<wbr>").join(address.split("/"))


def day_text(day: date | None) -> str:
    """Return a day: `2026-11-20`, `--` for none."""
    return day.isoformat() if day else "--"


def period_text(period: BillingPeriod) -> str:
    """Return a period without repeating itself: `2026.10.01–10.31`."""
    first, last = period.first_day, period.last_day
    if first == last:
        return f"{first:%Y.%m.%d}"
    end = f"{last:%m.%d}" if first.year == last.year else f"{last:%Y.%m.%d}"
    return f"{first:%Y.%m.%d}–{end}"


def count_text(number: int) -> str:
    """Return a number of things with separators: `10,000`."""
    return f"{number:,}"
