"""The bills of a payment order, and what each came to."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.ports.bills import BillRow
from billing_domain.use_cases.payments.view_payments import OrderDetail
from billing_entrypoints.words import screens


@attrs.frozen
class PaidItem:
    """One bill of an order: `row` is None for one that is gone, `became` says what it came to."""

    number: BillNumber
    amount: Money
    row: BillRow | None
    became: str
    refundable: bool


def paid_items(detail: OrderDetail) -> Sequence[PaidItem]:
    """Return the bills of an order with what each came to."""
    rows = {row.number: row for row in detail.rows}
    settled = {item.bill: item for item in detail.settlements}
    spoken = {
        number for refund in detail.refunds if refund.state.holds_money for number in refund.bills
    }
    return [
        PaidItem(
            line.bill,
            line.amount,
            rows.get(line.bill),
            _became(detail.order, settled.get(line.bill)),
            refundable=_refundable(settled.get(line.bill), spoken),
        )
        for line in detail.order.lines
    ]


def _refundable(item: OnlineSettlement | None, spoken: Collection[BillNumber]) -> bool:
    return item is not None and not item.reversed and item.bill not in spoken


def _became(order: PaymentOrder, item: OnlineSettlement | None) -> str:
    if item is not None:
        return screens.RETURNED if item.reversed else screens.SETTLED
    if order.state is OrderState.PAID:
        return screens.NOT_SETTLED
    return screens.PAYING if order.state.open else screens.UNPAID
