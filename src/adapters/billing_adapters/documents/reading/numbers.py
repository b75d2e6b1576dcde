"""From the numbers that a spreadsheet keeps to the cells that it shows."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from billing_adapters.documents.reading.number_formats import Shown
from billing_domain.model.sheet import Cell

_SECONDS_A_DAY: Final = 86_400
_WHOLE_MAX: Final = 10**15
_SERIAL_MAX: Final = 2_958_466
"""The day after 31 December 9999."""

_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no time zone
_EPOCH_BEFORE_MARCH_1900: Final = datetime(1899, 12, 31)  # noqa: DTZ001 - same
_NO_SUCH_DAY: Final = 60
"""The 29 February 1900 that spreadsheets believe in."""

DAYS_TO_1904: Final = 1_462


def cell_of_number(number: float, shown: Shown, *, from_1904: bool = False) -> Cell:
    """Return a number as the cell that it is shown as.

    A whole number becomes an int, a moment a date or, with a time of day, a datetime. A mere
    time, a duration and a month become text: `08:30:00`, `26:00:00`, `2019年1月`. A number
    that is no day of the calendar stays a number.
    """
    if not math.isfinite(number):
        return str(number)
    if shown is Shown.DURATION and abs(number) < _SERIAL_MAX:
        return _clock(round(number * _SECONDS_A_DAY))
    if shown in {Shown.MOMENT, Shown.MONTH}:
        return _moment(number, shown, from_1904=from_1904)
    return _number(number)


def _moment(number: float, shown: Shown, *, from_1904: bool) -> Cell:
    days, seconds = divmod(round(number * _SECONDS_A_DAY), _SECONDS_A_DAY)
    if days == 0 and not from_1904:
        return _clock(seconds)
    days += DAYS_TO_1904 if from_1904 else 0
    if not 0 < days < _SERIAL_MAX or days == _NO_SUCH_DAY:
        return _number(number)
    epoch = _EPOCH if days > _NO_SUCH_DAY else _EPOCH_BEFORE_MARCH_1900
    moment = epoch + timedelta(days=days, seconds=seconds)
    if shown is Shown.MONTH and moment.day == 1:
        return f"{moment.year}年{moment.month}月"
    return moment if seconds else moment.date()


def _clock(seconds: int) -> str:
    sign = "-" if seconds < 0 else ""
    minutes, second = divmod(abs(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{sign}{hour:02}:{minute:02}:{second:02}"


def _number(number: float) -> Cell:
    if number.is_integer() and abs(number) < _WHOLE_MAX:
        return int(number)
    return number
