"""Where an order's money goes: rule 5.6, promises P05, P11."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import attrs
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.model.bills.bill import Bill, BillOrigin, PaymentChannel, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from billing_domain.model.payments.allocation import allocate, online_settlement
from tests.unit.payments.builders import IN_CASH, NOW, ONLINE, order_of, pending

MEANWHILE: dict[str, Callable[[PendingBill], Bill | None]] = {
    "untouched": lambda bill: bill,
    "reworded": lambda bill: attrs.evolve(bill, fee_type=FeeType.WATER, remark="改"),
    "paid offline": lambda bill: bill.pay(IN_CASH),
    "paid online": lambda bill: bill.pay(ONLINE),
    "voided": lambda bill: bill.void(NOW),
    "dearer": lambda bill: attrs.evolve(bill, amount=bill.amount + Money(1)),
    "cheaper": lambda bill: attrs.evolve(bill, amount=bill.amount - Money(1)),
    "deleted": lambda _bill: None,
}
PAYABLE = {"untouched", "reworded"}
LINES = st.lists(
    st.tuples(st.integers(2, 99_999_999_99), st.sampled_from(sorted(MEANWHILE))),
    min_size=1,
    max_size=50,
)


def bills_of(lines: list[tuple[int, str]]) -> tuple[list[PendingBill], list[Bill]]:
    """Return bills as they were at checkout and those that there are afterwards."""
    before = [
        pending(serial, fen, origin=BillOrigin.PUSHED) for serial, (fen, _) in enumerate(lines)
    ]
    changed = [MEANWHILE[fate](bill) for bill, (_, fate) in zip(before, lines, strict=True)]
    return before, [bill for bill in changed if bill is not None]


class TestAllocate:
    @given(LINES, st.randoms(use_true_random=False))
    def test_neither_loses_nor_makes_money(
        self, lines: list[tuple[int, str]], luck: Random
    ) -> None:
        before, bills = bills_of(lines)
        luck.shuffle(bills)
        order = order_of(*before)

        result = allocate(order, bills, ONLINE)

        settled = Money.total(bill.amount for bill in result.paid)
        assert settled + result.unapplied == order.total
        assert result.unapplied >= Money.zero()

    @given(LINES)
    def test_settles_what_costs_as_much_as_at_checkout(self, lines: list[tuple[int, str]]) -> None:
        before, bills = bills_of(lines)

        result = allocate(order_of(*before), bills, ONLINE)

        fates = {bill.number: fate for bill, (_, fate) in zip(before, lines, strict=True)}
        costs = {bill.number: bill.amount for bill in before}
        assert {bill.number for bill in result.paid} == {
            number for number, fate in fates.items() if fate in PAYABLE
        }
        assert all(bill.amount == costs[bill.number] for bill in result.paid)

    def test_leaves_bills_alone_that_the_order_does_not_name(self) -> None:
        mine, other = pending(1), pending(2)

        result = allocate(order_of(mine), [other, mine], ONLINE)

        assert [bill.number for bill in result.paid] == [mine.number]

    def test_settles_in_ascending_order_of_bills(self) -> None:
        bills = [pending(serial) for serial in (3, 1, 2)]

        result = allocate(order_of(*bills), bills, ONLINE)

        assert [bill.number for bill in result.paid] == sorted(bill.number for bill in bills)

    def test_writes_the_settlement_and_a_new_version_into_the_bill(self) -> None:
        bill = pending(version=4)

        (settled,) = allocate(order_of(bill), [bill], ONLINE).paid

        assert (settled.settlement, settled.version) == (ONLINE, 5)


class TestOnlineSettlement:
    def test_says_who_paid_when_and_under_which_number(self) -> None:
        paid_at = NOW.replace(hour=13)
        order = order_of(pending(), paid_at=paid_at, provider_number="4200001")

        settlement = online_settlement(order)

        assert settlement.channel is PaymentChannel.ONLINE
        assert settlement.paid_at == paid_at
        assert (settlement.payer_name, settlement.voucher_number) == ("王小明", "4200001")

    def test_takes_the_checkout_for_a_provider_that_does_not_say_when(self) -> None:
        settlement = online_settlement(order_of(pending()))

        assert (settlement.paid_at, settlement.voucher_number) == (NOW, "")
