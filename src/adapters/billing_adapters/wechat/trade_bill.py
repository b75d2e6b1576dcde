"""The statement file (交易账单) of both versions.

The columns differ between years and merchants, so they are found by name. Every field begins with
a backtick, and no field is quoted. A comma without a backtick after it belongs to the text.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from billing_adapters.payment_kit.fields import MalformedMessageError
from billing_domain.errors import StatementNotReadyError
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.refund import RefundNumber
from billing_domain.model.shanghai import SHANGHAI, day_end
from billing_domain.ports.payments.gateway import StatementLine

READY_AFTER: Final = timedelta(hours=10)
"""How long after its day a statement is requested; earlier, "none" may mean "not yet"."""

FILE_BYTES_MAX: Final = 64 * 1024 * 1024

_GZIP: Final = 31
_SUMMARY: Final = "总交易单数"
_FREE_TEXT: Final = "商品名称"
_PAID_COLUMNS: Final = ("订单金额", "总金额", "应结订单金额")
_REFUND_COLUMNS: Final = ("申请退款金额", "退款金额")
_YUAN: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")


def check_ready(day: date, now: datetime) -> None:
    """Raise StatementNotReadyError before ten o'clock of the next day in Shanghai (rule 7.2)."""
    if now < day_end(day) + READY_AFTER:
        raise StatementNotReadyError(day=day)


def unpacked(content: bytes) -> bytes:
    """Unpack a gzip file; raise MalformedMessageError for a damaged or too large one."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        result = unpacker.decompress(content, FILE_BYTES_MAX)
    except zlib.error:
        raise MalformedMessageError("gzip") from None
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedMessageError("gzip")
    return result


def parse_trade_bill(content: bytes, *, merchant: str) -> Sequence[StatementLine]:
    """Return the trades of a statement in file order; raise MalformedMessageError.

    Failed refunds moved no money and are left out. The count in the summary must equal the number
    of rows, or the file is incomplete.
    """
    try:
        lines = content.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError:
        raise MalformedMessageError("encoding") from None
    details, summary = lines[1:-2], lines[-2:]
    if len(lines) < 3 or not summary[0].startswith(_SUMMARY):  # noqa: PLR2004 - header and summary
        raise MalformedMessageError("no summary")
    if summary[1].split(",", 1)[0] != f"`{len(details)}":
        raise MalformedMessageError("rows are missing")
    header = lines[0].split(",")
    rows = (_row(header, line) for line in details)
    return [_trade(row, merchant) for row in rows if row.get("退款状态") != "FAIL"]


def _row(header: Sequence[str], line: str) -> Mapping[str, str]:
    mark, cells = line[:1], line[1:].split(",`")
    extra = len(cells) - len(header)
    if extra > 0 and _FREE_TEXT in header:
        at = header.index(_FREE_TEXT)
        cells[at : at + extra + 1] = [",`".join(cells[at : at + extra + 1])]
    if mark != "`" or len(cells) != len(header):
        raise MalformedMessageError("row")
    return dict(zip(header, cells, strict=True))


def _trade(row: Mapping[str, str], merchant: str) -> StatementLine:
    if _cell(row, "商户号") != merchant:
        raise MalformedMessageError("another merchant's statement")
    state = _cell(row, "交易状态")
    if state not in {"SUCCESS", "REFUND", "REVOKED"}:
        raise MalformedMessageError("交易状态")
    is_refund = state != "SUCCESS"
    refund = RefundNumber(_cell(row, "商户退款单号")) if is_refund else None
    return StatementLine(
        order=OrderNumber(_cell(row, "商户订单号")),
        provider_number=_cell(row, "微信退款单号" if is_refund else "微信订单号"),
        amount=_money(row, _REFUND_COLUMNS if is_refund else _PAID_COLUMNS),
        at=_moment(row),
        refund=refund,
    )


def _cell(row: Mapping[str, str], name: str) -> str:
    try:
        return row[name]
    except KeyError:
        raise MalformedMessageError(name) from None


def _money(row: Mapping[str, str], names: Sequence[str]) -> Money:
    """Return the amount in the first of the columns that the statement has."""
    text = _cell(row, next((name for name in names if name in row), names[0]))
    if _YUAN.fullmatch(text) is None:
        raise MalformedMessageError(names[0])
    return Money(int(Decimal(text).scaleb(2)))


def _moment(row: Mapping[str, str]) -> datetime:
    text = row.get("退款申请时间") or _cell(row, "交易时间")
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError:
        raise MalformedMessageError("交易时间") from None
