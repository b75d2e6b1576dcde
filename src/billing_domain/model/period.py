"""The period that a bill charges for, and the date texts that people write."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache
from typing import Final

import attrs

from billing_domain.errors import DateTextError, PeriodOrderError
from billing_domain.model.folding import half_width, without_invisible

BILLED_YEARS: Final = range(2000, 2100)
"""The years that a bill may charge for (rule 3.8)."""

LIFETIME_YEARS: Final = range(1900, 2100)
"""The years in which a resident may have moved in."""

_ONE_DAY: Final = timedelta(days=1)
_TEXT_SHOWN_MAX: Final = 64
_BLANKS: Final = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
"""Blanks that part no two numbers, so that `2019 年 1 月` is read and `1 2月` is not."""

_YEAR_FIRST: Final = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"(?:(?:T|\s+)[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?)?"
)
"""What the same cell means in a workbook, whatever the template asks for (rule 3.8)."""


class DateForm(Enum):
    """A way to write a date; an import profile lists those that it takes (rules 3.8, 3.13)."""

    CHINESE = r"(?P<year>[0-9]{4})年(?P<month>[0-9]{1,2})月(?:(?P<day>[0-9]{1,2})日)?"
    HYPHENS = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
    SLASHES = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})"


class PeriodEdge(Enum):
    """Which end of a period a date stands for, so that a bare month can be one."""

    START = "start"
    END = "end"


@attrs.frozen(order=True)
class BillingPeriod:
    """First and last day that a bill charges for, both included, first <= last (rule 1)."""

    first_day: date
    last_day: date

    def __attrs_post_init__(self) -> None:
        """Refuse a period that ends before it starts, with PeriodOrderError (rule 3.8)."""
        if self.first_day > self.last_day:
            raise PeriodOrderError(first_day=self.first_day, last_day=self.last_day)

    def following(self) -> BillingPeriod:
        """Return the next period: as many months, or as many days if it is no whole months."""
        first = self.last_day + _ONE_DAY
        months = 12 * (first.year - self.first_day.year) + first.month - self.first_day.month
        if months and _months_later(self.first_day, months) == first:
            return BillingPeriod(first, _months_later(first, months) - _ONE_DAY)
        return BillingPeriod(first, first + (self.last_day - self.first_day))


def _months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it lacks the day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def parse_day(
    value: str | date,
    *,
    edge: PeriodEdge,
    forms: Collection[DateForm] = (DateForm.CHINESE,),
    years: range = BILLED_YEARS,
) -> date:
    """Read one end of a period from a date cell or a text (rule 3.8).

    `2019年01月` is the first day of the month as a start and its last day as an end;
    `2019年12月5日` is that day; leading zeros are optional. `2019-12-5`, `2019/12/5` and
    `2019.12.5`, with a time of day or without, are read whatever `forms` says; full-width digits,
    blanks and invisible characters are folded. Raises DateTextError for any other text, for a
    day that the calendar lacks, and for years outside `years`.
    """
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return _in_range(day, years, shown=day.isoformat())
    return _read_text(value.strip(), edge, tuple(forms), years)


def in_forms(text: str, forms: Collection[DateForm]) -> bool:
    """Tell whether a date text is written in one of a template's own forms."""
    return _match(_folded(text), forms) is not None


def chinese_day(day: date) -> str:
    """Return a day as the guide writes it: `2018年1月9日`."""
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=4096)
def _read_text(text: str, edge: PeriodEdge, forms: tuple[DateForm, ...], years: range) -> date:
    """Read a date text; one sheet says the same few dates hundreds of times."""
    shown = text[:_TEXT_SHOWN_MAX]
    folded = _folded(text)
    match = _match(folded, forms) or _YEAR_FIRST.fullmatch(folded)
    if match is None:
        raise DateTextError(text=shown, reason="format", forms=tuple(form.name for form in forms))
    year, month = int(match["year"]), int(match["month"])
    try:
        if match["day"] is not None:
            day = date(year, month, int(match["day"]))
        else:
            last = calendar.monthrange(year, month)[1]
            day = date(year, month, 1 if edge is PeriodEdge.START else last)
    except ValueError as error:
        raise DateTextError(text=shown, reason="no_such_day") from error
    return _in_range(day, years, shown=shown)


def _folded(text: str) -> str:
    return _BLANKS.sub("", half_width(without_invisible(text)))


def _match(text: str, forms: Collection[DateForm]) -> re.Match[str] | None:
    for form in forms:
        match = re.fullmatch(form.value, text)
        if match is not None:
            return match
    return None


def _in_range(day: date, years: range, *, shown: str) -> date:
    if day.year not in years:
        raise DateTextError(text=shown, reason="year", years=(years[0], years[-1]))
    return day
