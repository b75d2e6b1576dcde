"""From the numbers that a spreadsheet keeps to the cells that it shows."""

from __future__ import annotations

import math
from datetime import datetime, time, timedelta
from typing import Final

from billing_adapters.documents.reading.number_formats import Shown
from billing_domain.model.money import decimal_text
from billing_domain.model.sheet import Cell

_SECONDS_A_DAY: Final = 86_400
_WHOLE_MAX: Final = 10**15
_SERIAL_MAX: Final = 2_958_466
"""The day after 31 December 9999."""

EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone
_EPOCH_BEFORE_MARCH_1900: Final = datetime(1899, 12, 31)  # noqa: DTZ001 - same
NO_SUCH_DAY: Final = 60
"""The 29 February 1900 that spreadsheets believe in."""

DAYS_TO_1904: Final = 1_462


def cell_of_number(number: float, shown: Shown, *, from_1904: bool = False) -> Cell:
    """Return a number as the cell that it is shown as.

    A whole number becomes an int, a moment a date or, with a time of day, a datetime. A mere
    time, a duration, a month and a percentage become text: `08:30:00`, `26:00:00`, `2019年1月`,
    `12%`. A number that is no day of the calendar stays a number.
    """
    if not math.isfinite(number):
        return str(number)
    if shown is Shown.DURATION and abs(number) < _SERIAL_MAX:
        return _clock(round(number * _SECONDS_A_DAY))
    if shown is Shown.PERCENT:
        return f"{decimal_text(number * 100)}%"
    if shown in {Shown.MOMENT, Shown.MONTH}:
        return _cell_of_moment(number, shown, from_1904=from_1904)
    return _number(number)


def is_month_of_a_day(number: float, *, from_1904: bool) -> bool:
    """Tell whether a number that is shown by its month is another day than the first."""
    moment = _moment(number, from_1904=from_1904) if math.isfinite(number) else None
    return moment is not None and moment.day > 1


def _cell_of_moment(number: float, shown: Shown, *, from_1904: bool) -> Cell:
    if not from_1904 and 0 <= number < 1:
        return _clock(round(number * _SECONDS_A_DAY))
    moment = _moment(number, from_1904=from_1904)
    if moment is None:
        return _number(number)
    if shown is Shown.MONTH:
        return f"{moment.year}年{moment.month}月"
    return moment if moment.time() != time.min else moment.date()


def _moment(number: float, *, from_1904: bool) -> datetime | None:
    """Return the moment of a number, None for one that is no day of the calendar.

    The day is cut off, not rounded: 23:59:59.997, the end of a day to some databases, belongs
    to it. Half a millisecond is what spreadsheet programs round away, noise of the last digits.
    """
    if abs(number) >= _SERIAL_MAX:
        return None
    days, milliseconds = divmod(round(number * _SECONDS_A_DAY * 1000), _SECONDS_A_DAY * 1000)
    days += DAYS_TO_1904 if from_1904 else 0
    if not 0 < days < _SERIAL_MAX or days == NO_SUCH_DAY:
        return None
    epoch = EPOCH if days > NO_SUCH_DAY else _EPOCH_BEFORE_MARCH_1900
    return epoch + timedelta(days=days, seconds=milliseconds // 1000)


def _clock(seconds: int) -> str:
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{sign}{hour:02}:{minute:02}:{second:02}"


def _number(number: float) -> Cell:
    if number.is_integer() and abs(number) < _WHOLE_MAX:
        return int(number)
    return number
