"""The charges of bills: money and periods."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from hypothesis import strategies as st

from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.period import BillingPeriod

FIRST_BILLED_DAY: Final = date(2000, 1, 1)
LAST_BILLED_DAY: Final = date(2099, 12, 31)


@cache
def moneys(fen_max: int = FEN_MAX) -> st.SearchStrategy[Money]:
    """Amounts above zero, by default of one bill (rule 3.7)."""
    everyday = st.integers(1, 500_000)
    return st.one_of(everyday, st.integers(1, fen_max)).map(Money)


@cache
def billed_days() -> st.SearchStrategy[date]:
    """Days that a bill may charge for (rule 3.8)."""
    return st.dates(FIRST_BILLED_DAY, LAST_BILLED_DAY)


@cache
def billing_periods() -> st.SearchStrategy[BillingPeriod]:
    """Periods, including those of one day."""
    return st.tuples(billed_days(), billed_days()).map(
        lambda days: BillingPeriod(min(days), max(days))
    )
