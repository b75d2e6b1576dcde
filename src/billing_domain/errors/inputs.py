"""Errors about typed input: amounts, dates, fields, criteria."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    InvalidInputError,
)


@attrs.frozen(str=False)
class AmountError(InvalidInputError):
    """The amount is malformed or outside 0.01..99,999,999.99 yuan (rule 3.7).

    `reason` is `format`, `two_numbers`, `percent`, `date`, `not_positive` or `too_large`.
    """

    code: ClassVar[str] = "amount_invalid"
    text: str
    reason: str


@attrs.frozen(str=False)
class DateTextError(InvalidInputError):
    """The date has no accepted form, or its year is outside 2000..2099 (rule 3.8).

    `reason` is `format`, `no_such_day` or `year`; `forms` names the DateForms that are taken.
    """

    code: ClassVar[str] = "date_invalid"
    text: str
    reason: str
    forms: tuple[str, ...] = ()


@attrs.frozen(str=False)
class PeriodOrderError(InvalidInputError):
    """The billing period ends before it starts (rule 3.8)."""

    code: ClassVar[str] = "period_order"
    first_day: date
    last_day: date


@attrs.frozen(str=False)
class FieldError(InvalidInputError):
    """One named field is empty, too long or malformed.

    `reason` is `required`, `too_long`, `too_short`, `format`, `taken`, `unknown`, `wrong`,
    `fixed`, `future`, `twice`, `no_address` or `unclear`.
    """

    code: ClassVar[str] = "field_invalid"
    field: str
    reason: str
    value: str = ""


@attrs.frozen(str=False)
class FilterUnreadableError(InvalidInputError):
    """A criterion can't be read, so acts on all results of the filter are refused (rule 2.4).

    `criteria` are pairs: the criterion's name and its unreadable value.
    """

    code: ClassVar[str] = "filter_unreadable"
    criteria: tuple[tuple[str, str], ...]
