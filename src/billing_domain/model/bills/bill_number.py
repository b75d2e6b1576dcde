"""The 21-digit number of a bill (平台单号)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Final, NewType

from billing_domain.model.shanghai import SHANGHAI

BillNumber = NewType("BillNumber", str)
"""14 digits of Shanghai time and 7 more, e.g. `201810301522145940635`; never reused (rule 1)."""

SERIAL_MAX: Final = 9_999_999


def bill_number(at: datetime, serial: int) -> BillNumber:
    """Compose the number of a bill made at an aware moment; `serial` is 0..9,999,999.

    Raises ValueError for another serial, which is a programming error.
    """
    if not 0 <= serial <= SERIAL_MAX:
        raise ValueError(serial)
    return BillNumber(f"{_moment_digits(at)}{serial:07d}")


@lru_cache(maxsize=16)
def _moment_digits(at: datetime) -> str:
    """Return a moment's 14 digits, shared by all bills of one import."""
    return f"{at.astimezone(SHANGHAI):%Y%m%d%H%M%S}"
