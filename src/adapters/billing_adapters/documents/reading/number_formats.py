"""What a number format shows a number as: a number, a moment, a month, a duration or a percentage.

A spreadsheet keeps dates as numbers, and only the format tells them apart. Chinese spreadsheet
programs turn the typed text `2019年1月` into the number of 1 January shown by year and month; as
the end of a period that means 31 January (rule 3.8), so the month has to be told from the day.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final


class Shown(Enum):
    """How a number is shown."""

    NUMBER = "number"
    MOMENT = "moment"
    MONTH = "month"
    DURATION = "duration"
    PERCENT = "percent"


_MONTH_IDS: Final = frozenset({17, 27, 36, 50, 52, 57})
_DURATION_ID: Final = 46
_PERCENT_IDS: Final = frozenset({9, 10})
_MOMENT_IDS: Final = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
"""Built-in formats, of which a file gives only the number; 27 to 58 are Chinese."""

_SPOKEN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|AM/PM|A/P|上午/下午|General', re.IGNORECASE)
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_CODE_MAX: Final = 1_000


@lru_cache(maxsize=1_000)
def shown_as(format_id: int, code: str | None) -> Shown:
    """Return what a format shows, by the code that the file gives or else by its number."""
    if code is None:
        return _built_in(format_id)
    section = _SPOKEN.sub("", code[:_CODE_MAX]).split(";")[0].lower()
    if _ELAPSED.search(section):
        return Shown.DURATION
    letters = set(_BRACKETS.sub("", section)) & set("ymdhsae")
    if not letters & set("ymdhs") and "aaa" not in section:
        return Shown.PERCENT if "%" in section else Shown.NUMBER
    month = "m" in letters and letters & set("ye") and not letters & set("dhs")
    return Shown.MONTH if month else Shown.MOMENT


def _built_in(format_id: int) -> Shown:
    if format_id in _MONTH_IDS:
        return Shown.MONTH
    if format_id == _DURATION_ID:
        return Shown.DURATION
    if format_id in _PERCENT_IDS:
        return Shown.PERCENT
    return Shown.MOMENT if format_id in _MOMENT_IDS else Shown.NUMBER
