"""Where in a bill number a part of it can stand, as ranges that an index finds.

A number is 14 digits of a moment and 7 more. A longer run of digits fits into the moment at few
places only, since hours end at 23 and minutes at 59; and at each place little is missing: a day in
front, or a digit or two behind. So a whole phone, which almost never is a part of a number, is
known not to be one without reading all the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import product
from typing import Final

import attrs

PART_LENGTH_MIN: Final = 8
"""Shorter parts fit at too many places."""

_RANGES_MAX: Final = 400
_TAIL_MAX: Final = 2
_LENGTH: Final = 21
_DAY: Final = 8
_HOUR: Final = 10
_UNKNOWN: Final = "?"


@attrs.frozen
class Windows:
    """Beginnings of the numbers that may contain a part, and of the reversed ones."""

    forwards: tuple[str, ...]
    backwards: tuple[str, ...]


def windows(part: str, oldest: date, newest: date) -> Windows | None:
    """Return where numbers of bills made from one day to another may contain digits.

    Every such number that contains the part has one of the beginnings. None means that there are
    too many of them.
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
    """Return the days as numbers begin with them; the same ones are asked for all day long."""
    count = (newest - oldest).days + 1
    return [f"{oldest + timedelta(days=each):%Y%m%d}" for each in range(count)]


def _fitting_days(part: str, place: int, days: Sequence[str]) -> Sequence[str]:
    """Return the days on which a number can have the part at a place."""
    known = part[: max(0, _DAY - place)]
    return [day for day in days if day.startswith(known, place)] if known else days


def _fits_clock(part: str, place: int) -> bool:
    """Tell whether hour, minute and second can be what the part says at a place."""
    digits = f"{_UNKNOWN * place}{part}".ljust(_LENGTH, _UNKNOWN)
    return all(digits[start : start + 2] in values for start, values in _CLOCK)


def _two_digits(count: int) -> frozenset[str]:
    """Return the numbers below a count in two digits, also with one or both of them unknown."""
    values = [f"{value:02d}" for value in range(count)]
    known = {*values, *(value[0] + _UNKNOWN for value in values)}
    return frozenset({*known, *(_UNKNOWN + value[1] for value in values), 2 * _UNKNOWN})


_CLOCK: Final = ((8, _two_digits(24)), (10, _two_digits(60)), (12, _two_digits(60)))
"""Where hour, minute and second begin, and what can stand there."""


def _heads(place: int, days: Sequence[str]) -> set[str]:
    """Return what may stand in front of a place that is not behind the hour."""
    hours = {f"{hour:02d}"[: max(0, place - _DAY)] for hour in range(24)}
    return {f"{day}{hour}"[:place] for day, hour in product(days, hours)}


def _digits(count: int) -> Iterator[str]:
    return ("".join(each) for each in product("0123456789", repeat=count))
