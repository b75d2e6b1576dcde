"""The allocation of an order's money to its bills; the rest is unapplied (5.6)."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from billing_domain.model.bills.bill import Bill, PaidBill, PaymentChannel, PendingBill, Settlement
from billing_domain.model.money import Money
from billing_domain.model.payments.order import PaymentOrder


@attrs.frozen
class Allocation:
    """The bills to settle, and the unapplied money; together they equal the order's total."""

    paid: tuple[PaidBill, ...]
    unapplied: Money


def allocate(order: PaymentOrder, bills: Collection[Bill], settlement: Settlement) -> Allocation:
    """Return what an order's money settles; `bills` are the existing bills of its lines.

    A line's money settles its bill if the bill is pending and has the amount of checkout.
    Otherwise the money is unapplied: the bill was paid, voided, edited or deleted meanwhile (P05,
    P11).
    """
    owed = {line.bill: line.amount for line in order.lines}
    paid = tuple(
        bill.pay(settlement)
        for bill in sorted(bills, key=lambda bill: bill.number)
        if isinstance(bill, PendingBill) and bill.amount == owed.get(bill.number)
    )
    return Allocation(paid, order.total - Money.total(bill.amount for bill in paid))


def online_settlement(order: PaymentOrder) -> Settlement:
    """Return the settlement of a paid order's bills: online, at the provider's time."""
    return Settlement(
        PaymentChannel.ONLINE,
        order.paid_at or order.created_at,
        payer_name=order.payer.name,
        voucher_number=order.provider_number or "",
    )
