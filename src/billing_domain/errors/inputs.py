"""What a person typed and can't be used: amounts, dates, fields, criteria."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    InvalidInputError,
)


@attrs.frozen(str=False)
class AmountError(InvalidInputError):
    """An amount is not written as money or lies outside 0.01..99,999,999.99 (rule 3.7).

    `reason` is `format`, `two_numbers`, `percent`, `date`, `not_positive` or `too_large`.
    """

    code: ClassVar[str] = "amount_invalid"
    text: str
    reason: str


@attrs.frozen(str=False)
class DateTextError(InvalidInputError):
    """A date is in none of the accepted forms, or its year is outside 2000..2099 (rule 3.8).

    `reason` is `format`, `no_such_day` or `year`; `forms` names the DateForms that are taken.
    """

    code: ClassVar[str] = "date_invalid"
    text: str
    reason: str
    forms: tuple[str, ...] = ()


@attrs.frozen(str=False)
class PeriodOrderError(InvalidInputError):
    """A billing period ends before it starts (rule 3.8)."""

    code: ClassVar[str] = "period_order"
    first_day: date
    last_day: date


@attrs.frozen(str=False)
class FieldError(InvalidInputError):
    """One named field is empty, too long or malformed.

    `reason` is `required`, `too_long`, `too_short`, `format`, `taken`, `unknown`, `wrong`,
    `fixed`, `future` or `twice`.
    """

    code: ClassVar[str] = "field_invalid"
    field: str
    reason: str
    value: str = ""


@attrs.frozen(str=False)
class FilterUnreadableError(InvalidInputError):
    """A criterion can't be read, so nothing acts on all results of its filter (rule 2.4).

    `criteria` are pairs of a criterion's name and what was given for it.
    """

    code: ClassVar[str] = "filter_unreadable"
    criteria: tuple[tuple[str, str], ...]
