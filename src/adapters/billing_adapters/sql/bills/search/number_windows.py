"""Turns a part of a bill number into ranges of numbers that an index can seek.

A bill number is 14 digits of its moment (`YYYYmmddHHMMSS`) and 7 more digits. A part of 8 or more
digits fits at few positions, since hours end at 23 and minutes at 59. At each position little is
unknown: a day before the part, or one or two digits after it. So a phone number is excluded
without reading all bill numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import Final

import attrs

PART_LENGTH_MIN: Final = 8
"""Shorter parts fit at too many positions."""

_RANGES_MAX: Final = 400
_TAIL_MAX: Final = 2
_LENGTH: Final = 21
_DAY: Final = 8
_HOUR: Final = 10
_UNKNOWN: Final = "?"


@attrs.frozen
class Windows:
    """Prefixes of the numbers that may contain a part, and of the reversed numbers."""

    forwards: tuple[str, ...]
    backwards: tuple[str, ...]


def windows(part: str, oldest: date, newest: date) -> Windows | None:
    """Return the windows for a part; `oldest` and `newest` are the days of the bills.

    Every number of these days that contains the part begins with one of the prefixes. Returns
    None for a part of the wrong length and for too many prefixes.
    """
    if not PART_LENGTH_MIN <= len(part) <= _LENGTH:
        return None
    days = _days(oldest, newest)
    forwards: set[str] = set()
    backwards: set[str] = set()
    for place in range(_LENGTH - len(part) + 1):
        behind = _LENGTH - len(part) - place
        fitting = _fitting_days(part, place, days) if _fits_clock(part, place) else []
        if behind <= _TAIL_MAX and fitting:
            backwards.update(f"{tail}{part[::-1]}" for tail in _digits(behind))
        elif fitting and place <= _HOUR:
            forwards.update(f"{head}{part}" for head in _heads(place, fitting))
        elif fitting:
            return None
        if len(forwards) + len(backwards) > _RANGES_MAX:
            return None
    return Windows(tuple(sorted(forwards)), tuple(sorted(backwards)))


@lru_cache(maxsize=16)
def _days(oldest: date, newest: date) -> Sequence[str]:
    """Return each day as a bill-number prefix (`20261103`). Cached: pages of one day ask again."""
    count = (newest - oldest).days + 1
    return [f"{oldest + timedelta(days=each):%Y%m%d}" for each in range(count)]


def _fitting_days(part: str, place: int, days: Sequence[str]) -> Sequence[str]:
    """Return the days on which a number can contain the part at a position."""
    known = part[: max(0, _DAY - place)]
    return [day for day in days if day.startswith(known, place)] if known else days


def _fits_clock(part: str, place: int) -> bool:
    """Tell whether the part, at a position, leaves valid hour, minute and second digits."""
    digits = f"{_UNKNOWN * place}{part}".ljust(_LENGTH, _UNKNOWN)
    return all(digits[start : start + 2] in values for start, values in _CLOCK)


def _two_digits(count: int) -> frozenset[str]:
    """Return the two-digit numbers below a count, also with one or both digits unknown."""
    values = [f"{value:02d}" for value in range(count)]
    known = {*values, *(value[0] + _UNKNOWN for value in values)}
    return frozenset({*known, *(_UNKNOWN + value[1] for value in values), 2 * _UNKNOWN})


_CLOCK: Final = ((8, _two_digits(24)), (10, _two_digits(60)), (12, _two_digits(60)))
"""Start and valid digits of hour, minute and second."""


def _heads(place: int, days: Sequence[str]) -> set[str]:
    """Return the digits that may precede a position up to the hour."""
    hours = {f"{hour:02d}"[: max(0, place - _DAY)] for hour in range(24)}
    return {f"{day}{hour}"[:place] for day, hour in product(days, hours)}


def _digits(count: int) -> Iterator[str]:
    return ("".join(each) for each in product("0123456789", repeat=count))
