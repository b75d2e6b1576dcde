"""Writing a day's statement as WeChat Pay does: commas, backticks, amounts in yuan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from billing_domain.model.shanghai import SHANGHAI, shanghai_day
from tests.simulators.merchant_ledger import LedgerOrder, LedgerRefund, MerchantLedger

COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def trade_bill(ledger: MerchantLedger, day: date, *, merchant: str, app: str) -> bytes | None:
    """Return the statement of a Shanghai day, or nothing when there were no trades."""
    who = (app, merchant)
    paid = [order for order in ledger.orders.values() if _on(order.paid_at, day)]
    returned = [refund for refund in ledger.refunds.values() if _on(refund.made_at, day)]
    rows = [_payment(order, who) for order in paid] + [_refund(each, who) for each in returned]
    if not rows:
        return None
    income = sum(order.amount for order in paid)
    outgo = sum(refund.amount for refund in returned)
    sums = [
        str(len(rows)),
        *(_yuan(income), _yuan(outgo), "0.00", "0.00000", _yuan(income), _yuan(outgo)),
    ]
    return written(COLUMNS, rows, SUMMARY, sums)


def written(
    columns: str, rows: Iterable[Sequence[str]], summary: str, sums: Sequence[str]
) -> bytes:
    """Return a file of these columns and rows, with the mark that spreadsheets like in front."""
    lines = [columns, *map(_marked, rows), summary, _marked(sums)]
    return ("\ufeff" + "".join(f"{line}\r\n" for line in lines)).encode()


def _payment(order: LedgerOrder, who: tuple[str, str]) -> list[str]:
    assert order.paid_at is not None
    return [
        *(_moment(order.paid_at), *who, "0", "", order.transaction_id, order.number),
        *(order.openid, "JSAPI", "SUCCESS", "OTHERS", "CNY", _yuan(order.amount), "0.00"),
        *("0", "0", "0.00", "0.00", "", "", order.description, "", "0.00000", "0.60%"),
        *(_yuan(order.amount), "0.00", ""),
    ]


def _refund(refund: LedgerRefund, who: tuple[str, str]) -> list[str]:
    order = refund.order
    state = {"SUCCESS": "SUCCESS", "CLOSED": "FAIL", "REFUNDCLOSE": "FAIL"}
    return [
        *(_moment(refund.made_at), *who, "0", "", order.transaction_id, order.number),
        *(order.openid, "JSAPI", "REFUND", "OTHERS", "CNY", "0.00", "0.00"),
        *(refund.reference, refund.number, _yuan(refund.amount), "0.00", "ORIGINAL"),
        *(state.get(refund.state, "PROCESSING"), order.description, "", "0.00000", "0.60%"),
        *("0.00", _yuan(refund.amount), ""),
    ]


def _marked(cells: Iterable[str]) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def _on(at: datetime | None, day: date) -> bool:
    return at is not None and shanghai_day(at) == day


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _yuan(fen: int) -> str:
    return f"{Decimal(fen).scaleb(-2):.2f}"
