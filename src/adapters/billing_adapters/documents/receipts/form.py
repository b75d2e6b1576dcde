"""The form of a receipt: its cells and their texts (rule 6).

The Chinese labels are data of the printed form, not messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import attrs

from billing_domain.model.bills.bill import BillState
from billing_domain.model.payments.receipt import ReceiptContent, amount_in_capitals
from billing_domain.model.period import BillingPeriod, chinese_day
from billing_domain.model.shanghai import SHANGHAI

MISSING: Final = "--"
RESIDENTS_MAX: Final = 20
"""Residents beyond this number are counted, not named, so the page has room."""

REMARK_LINES_MAX: Final = 12
"""A longer remark loses its line ends, so the page has room."""

CHARGE_WIDTHS: Final = (52.0, 26.0, 34.0, 36.0, 22.0)
LABEL_WIDTH: Final = 30.0
VALUE_WIDTH: Final = 55.0
WIDE_WIDTH: Final = LABEL_WIDTH + 2 * VALUE_WIDTH
STAMP_HEIGHT: Final = 46.0
"""Millimetres; a company's round stamp has 40."""

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point, except musical symbols."""


@attrs.frozen
class Cell:
    """A text in a box; widths are millimetres, labels are shaded."""

    text: str
    width: float
    label: bool = False
    centred: bool = False


@attrs.frozen
class Row:
    """Cells side by side; `height_min` is millimetres."""

    cells: tuple[Cell, ...]
    height_min: float = 0.0


@attrs.frozen
class Form:
    """The texts of one receipt, in reading order."""

    title: str
    number: str
    printed: str
    rows: tuple[Row, ...]

    def texts(self) -> Iterator[str]:
        """Yield every text on the page."""
        yield from (self.title, self.number, self.printed)
        for row in self.rows:
            yield from (cell.text for cell in row.cells)

    def characters(self) -> set[str]:
        """Return every character to draw."""
        return set("".join(self.texts())) - {"\n"}


def receipt_form(content: ReceiptContent, printed_on: date) -> Form:
    """Return the form of a paid bill's receipt."""
    return Form(
        title=printable(receipt_title(content)),
        number=f"单号：{content.bill_number}",
        printed=f"打印日期：{chinese_day(printed_on)}",
        rows=(*_charge_rows(content), *_payment_rows(content)),
    )


def receipt_title(content: ReceiptContent) -> str:
    """Return the headline: `{小区}收款收据`."""
    return f"{content.community_name}收款收据"


def printable(text: str | None) -> str:
    """Return a text for paper, `--` for none.

    Invisible characters (joiners, direction marks, variation selectors) are removed. Each blank
    becomes a space, each line end a line feed. Visible characters are never removed.
    """
    if text and text.isprintable() and not _INVISIBLE.search(text):
        return text.strip() or MISSING
    lines = (text or "").strip().splitlines()
    return "\n".join("".join(map(_shown, line)) for line in lines).strip() or MISSING


def _charge_rows(content: ReceiptContent) -> Sequence[Row]:
    labels = ("房屋地址", "缴费类型", "费用金额", "费用时段", "状态")
    values = (
        content.address,
        content.fee_type,
        str(content.amount),
        _period(content.period),
        BillState.PAID.label,
    )
    heads = zip(labels, CHARGE_WIDTHS, strict=True)
    facts = zip(values, CHARGE_WIDTHS, strict=True)
    return (
        Row(tuple(Cell(label, width, label=True, centred=True) for label, width in heads)),
        Row(tuple(Cell(printable(value), width, centred=True) for value, width in facts)),
        _wide("金额大写", f"人民币{amount_in_capitals(content.amount)}"),
    )


def _payment_rows(content: ReceiptContent) -> Sequence[Row]:
    imported, paid = _moment(content.imported_at), _moment(content.paid_at)
    return (
        _wide("住户/电话", _residents(content.residents)),
        _pair("导入时间", imported, "物业系统单号", content.external_number),
        _pair("支付时间", paid, "支付渠道", content.channel),
        _pair("支付人姓名", content.payer_name, "凭证/流水号", content.voucher_number),
        _wide("备注", _flowing(content.remark)),
        _wide("收款单位\n(盖章)", content.company_name, height_min=STAMP_HEIGHT),
    )


def _wide(label: str, value: str, *, height_min: float = 0.0) -> Row:
    return Row((_label(label), Cell(printable(value), WIDE_WIDTH)), height_min)


def _pair(label: str, value: str, label_2: str, value_2: str | None) -> Row:
    first, second = Cell(printable(value), VALUE_WIDTH), Cell(printable(value_2), VALUE_WIDTH)
    return Row((_label(label), first, _label(label_2), second))


def _label(text: str) -> Cell:
    return Cell(text, LABEL_WIDTH, label=True, centred=True)


def _residents(residents: Sequence[tuple[str, str]]) -> str:
    """Return names with phones, and the number of residents when some are not named."""
    named = [f"{name} {phone}".strip() for name, phone in residents[:RESIDENTS_MAX]]
    more = f" 等{len(residents)}人" if len(residents) > RESIDENTS_MAX else ""
    return "；".join(named) + more


def _flowing(remark: str) -> str:
    """Return a remark with its line ends; too many line ends become spaces."""
    lines = [line for line in remark.splitlines() if line.strip()]
    return ("\n" if len(lines) <= REMARK_LINES_MAX else " ").join(lines)


def _period(period: BillingPeriod) -> str:
    return f"{period.first_day.isoformat()}\n至 {period.last_day.isoformat()}"


def _moment(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _shown(character: str) -> str:
    if character.isspace() and character != "\u3000":
        return " "
    return "" if _INVISIBLE.match(character) else character
