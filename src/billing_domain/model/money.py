"""Money in whole fen, and the reading of amounts as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

import attrs

from billing_domain.errors import AmountError
from billing_domain.model.folding import half_width, without_invisible

FEN_MAX: Final = 99_999_999_99
"""The largest amount of one bill, in fen (rule 3.7)."""

_AMOUNT: Final = re.compile(
    r"(?P<sign>-?)¥?\s*(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+)\s*元?"
)
_PERCENT: Final = re.compile(r"-?[0-9.,]+\s*[%‰]")
_SPLIT_NUMBER: Final = re.compile(r"[0-9.,]\s+[0-9.,]")
_TEXT_LENGTH_MAX: Final = 64
_EXCEL_DIGITS: Final = 15
_ROUNDING: Final = Context(prec=_TEXT_LENGTH_MAX + 2, rounding=ROUND_HALF_UP)
"""Holds every digit of the longest text, so that nothing is rounded but the last step."""


@attrs.frozen(order=True)
class Money:
    """An amount of renminbi as an integer number of fen (1 yuan = 100 fen)."""

    fen: int = attrs.field(validator=attrs.validators.instance_of(int))

    @classmethod
    def parse(cls, value: str | float | Decimal) -> Money:
        """Read a bill's amount in yuan, rounded half up to whole fen (rule 3.7).

        Text may have `¥` before it or `元` behind it, blanks and invisible characters around
        these, thousands separators and full-width digits. A number from a spreadsheet counts as
        the decimal text that the spreadsheet shows, so the float 1.005 is 1.01 yuan. Raises
        AmountError when it is not one plain amount, not above zero after rounding, or above
        99,999,999.99.
        """
        shown = decimal_text(value)
        folded = half_width(without_invisible(shown)).strip()
        match = _AMOUNT.fullmatch(folded) if len(folded) <= _TEXT_LENGTH_MAX else None
        shown = shown[:_TEXT_LENGTH_MAX]
        if match is None:
            raise AmountError(text=shown, reason=_unreadable(folded[:_TEXT_LENGTH_MAX]))
        yuan = Decimal(match["sign"] + match["number"].replace(",", ""))
        fen = int(yuan.scaleb(2, _ROUNDING).quantize(Decimal(1), context=_ROUNDING))
        if fen <= 0:
            raise AmountError(text=shown, reason="not_positive")
        if fen > FEN_MAX:
            raise AmountError(text=shown, reason="too_large")
        return cls(fen)

    @classmethod
    def zero(cls) -> Money:
        """Return no money."""
        return cls(0)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Add amounts up; no amounts are zero."""
        return cls(sum(amount.fen for amount in amounts))

    def __add__(self, other: Money) -> Money:
        """Add two amounts."""
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        """Take one amount from another; the result may be negative."""
        return Money(self.fen - other.fen)

    @property
    def yuan(self) -> Decimal:
        """The amount in yuan with exactly two decimals."""
        return Decimal(self.fen).scaleb(-2)

    def __str__(self) -> str:
        """Return the amount as people read it: `¥1,300.00`."""
        sign = "-" if self.fen < 0 else ""
        return f"{sign}¥{abs(self.yuan):,.2f}"


def _unreadable(text: str) -> str:
    """Return why a text is no amount: it has two numbers, is a percentage, or is neither."""
    if _SPLIT_NUMBER.search(text):
        return "two_numbers"
    return "percent" if _PERCENT.fullmatch(text) else "format"


def decimal_text(value: str | float | Decimal) -> str:
    """Return a number cell's value as the decimal text a spreadsheet shows, text unchanged.

    Spreadsheets keep 15 significant digits of a binary float; more digits are noise of the
    binary form, not something anybody typed.
    """
    if isinstance(value, float):
        value = Decimal(format(value, f".{_EXCEL_DIGITS}g"))
    return format(value, "f") if isinstance(value, Decimal) else str(value)
