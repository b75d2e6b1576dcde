"""The allocation of an order's money to its bills; the rest is unapplied (5.6)."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from billing_domain.model.bills.bill import Bill, PaidBill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.order import PaymentOrder


@attrs.frozen
class Allocation:
    """The bills to settle, and the unapplied money; together they equal the order's total."""

    paid: tuple[PaidBill, ...]
    unapplied: Money
    misfits: tuple[BillNumber, ...]


def allocate(order: PaymentOrder, bills: Collection[Bill], settlement: Settlement) -> Allocation:
    """Return what an order's money settles; `bills` are the existing bills of its lines.

    A line's money settles its bill if the bill is pending and has the amount of checkout.
    Otherwise the money is unapplied: the bill was paid, voided, edited or deleted meanwhile (P05,
    P11).
    """
    found = {bill.number: bill for bill in bills}
    paid: list[PaidBill] = []
    misfits: list[BillNumber] = []
    for line in sorted(order.lines, key=lambda line: line.bill):
        bill = found.get(line.bill)
        if isinstance(bill, PendingBill) and bill.amount == line.amount:
            paid.append(bill.pay(settlement))
        else:
            misfits.append(line.bill)
    applied = Money.total(bill.amount for bill in paid)
    return Allocation(tuple(paid), order.total - applied, tuple(misfits))


def online_settlement(order: PaymentOrder) -> Settlement:
    """Return the settlement of a paid order's bills: online, at the provider's time."""
    return Settlement(
        PaymentChannel.ONLINE,
        order.paid_at or order.created_at,
        payer_name=order.payer.name,
        voucher_number=order.provider_number or "",
    )
