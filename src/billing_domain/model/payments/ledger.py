"""The money invariant: received money is settled, unapplied or returned (rule 10, P19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import attrs

from billing_domain.model.bills.bill import Bill, PaidBill, PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderLine, OrderNumber, OrderState, PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundState


@attrs.frozen
class OnlineSettlement:
    """The settlement of one bill by one order; `reversed` after a refund reopened the bill."""

    bill: BillNumber
    order: OrderNumber
    amount: Money
    reversed: bool = False


@attrs.frozen
class Books:
    """The data of the money invariant at one moment.

    `bills` are all existing bills; `reserved` maps bills to the open orders that reserve them.
    """

    orders: Collection[PaymentOrder]
    settlements: Collection[OnlineSettlement]
    refunds: Collection[Refund]
    bills: Collection[Bill]
    reserved: dict[BillNumber, OrderNumber]


def discrepancies(books: Books) -> list[str]:
    """Return the discrepancies, one line each; correct books have none."""
    return [
        *_orders_conserve_money(books),
        *_settlements_have_orders(books),
        *_bills_settled_once(books),
        *_reservations_have_open_orders(books),
    ]


def _orders_conserve_money(books: Books) -> Iterable[str]:
    for order in books.orders:
        took = order.total if order.state is OrderState.PAID else Money.zero()
        settled = Money.total(
            item.amount
            for item in books.settlements
            if item.order == order.number and not item.reversed
        )
        returned = Money.total(
            refund.amount
            for refund in books.refunds
            if refund.order == order.number and refund.state is RefundState.DONE
        )
        # A double refund would cancel out against a negative held amount.
        if took != settled + order.unapplied + returned or order.unapplied < Money.zero():
            yield (
                f"order {order.number} took {took}, settled {settled}, "
                f"holds {order.unapplied}, returned {returned}"
            )


def _settlements_have_orders(books: Books) -> Iterable[str]:
    orders = {order.number: order for order in books.orders}
    for item in books.settlements:
        order = orders.get(item.order)
        if order is None:
            yield f"bill {item.bill} was settled by order {item.order}, which does not exist"
        elif order.state is not OrderState.PAID:
            yield f"order {order.number} is {order.state.value} and settled bill {item.bill}"
        elif OrderLine(item.bill, item.amount) not in order.lines:
            yield f"order {order.number} has no line of {item.amount} for bill {item.bill}"


def _bills_settled_once(books: Books) -> Iterable[str]:
    live = Counter((item.bill, item.amount) for item in books.settlements if not item.reversed)
    owed = Counter(
        (bill.number, bill.amount)
        for bill in books.bills
        if isinstance(bill, PaidBill) and bill.settlement.channel is PaymentChannel.ONLINE
    )
    states = {bill.number: bill.state.value for bill in books.bills}
    for number, amount in sorted(live.keys() | owed.keys()):
        times = live[number, amount]
        if times != owed[number, amount]:
            state = states.get(number, "gone")
            yield f"bill {number} is {state}, settled {times} times with {amount}"


def _reservations_have_open_orders(books: Books) -> Iterable[str]:
    states = {order.number: order.state for order in books.orders}
    for bill, order in books.reserved.items():
        state = states.get(order)
        if state is None or not state.open:
            yield f"bill {bill} is reserved by order {order}, which is not open"
