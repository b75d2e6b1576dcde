"""The frozen content of a receipt (收据), and amounts in Chinese capitals (大写)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_UNITS: Final = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def _masked(residents: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Mask phones from any caller; a masked phone stays unchanged."""
    return tuple((name, mask_phone(phone)) for name, phone in residents)


@attrs.frozen(kw_only=True)
class ReceiptContent:
    """The content of one paid bill's receipt, stored so that all prints are the same (rule 6).

    `residents` are pairs of name and phone; phones are masked here, so no whole phone reaches
    paper (promise P45). Labels are the words on screens. Empty texts and None are printed as `--`.
    Both moments are aware.
    """

    community_name: str
    company_name: str
    bill_number: BillNumber
    external_number: str | None = None
    address: str
    fee_type: str
    amount: Money
    period: BillingPeriod
    residents: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_masked)
    imported_at: datetime
    paid_at: datetime
    channel: str
    payer_name: str = ""
    voucher_number: str = ""
    remark: str = ""


def amount_in_capitals(amount: Money) -> str:
    """Return an amount in bank capitals: `壹仟叁佰元整`, `壹佰元零伍分` (rule 6).

    Follows the central bank's 支付结算办法: 整 ends only whole yuan; one 零 stands for zeros
    between digits and before 分 without 角; optional 零 before 仟 and 角 are left out. Raises
    ValueError below zero, which is a programming error.
    """
    if amount.fen < 0:
        raise ValueError(amount)
    yuan, cents = divmod(amount.fen, 100)
    jiao, fen = divmod(cents, 10)
    text = f"{_whole(yuan)}元" if yuan or not cents else ""
    if not cents:
        return f"{text}整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif yuan:
        text += "零"
    return f"{text}{_DIGITS[fen]}分" if fen else text


def _whole(number: int) -> str:
    """Return a whole number in capitals: the part before the largest unit, the unit, the rest."""
    for size, unit in _UNITS:
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return f"{_whole(high)}{unit}{gap}{_whole(low) if low else ''}"
    return _DIGITS[number]


@attrs.frozen
class IssuedReceipt:
    """The receipt of one payment, the same at every print (rule 6).

    A bill paid again after a refund gets a new receipt.
    """

    bill: BillNumber
    community_id: CommunityId
    content: ReceiptContent
    issued_at: datetime
    issued_by: str
