"""The invariant of money: what came in is settled, unapplied or returned (promise P19)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import Books, OnlineSettlement, discrepancies
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.payments.refund import RefundState
from tests.unit.payments.builders import IN_CASH, number, order_of, paid, pending, refund_of

FIRST, SECOND = paid(1, 10_00), paid(2, 5_00)
ORDER = order_of(FIRST, SECOND, state=OrderState.PAID)


def settled_by(order: PaymentOrder) -> list[OnlineSettlement]:
    return [OnlineSettlement(line.bill, order.number, line.amount) for line in order.lines]


BOTH = settled_by(ORDER)
UNDONE = [BOTH[0], attrs.evolve(BOTH[1], reversed=True)]


def books(**changes: Any) -> Books:
    """Return the books of one paid order, with what a test changes about them."""
    right: dict[str, Any] = {
        "orders": [ORDER],
        "settlements": BOTH,
        "refunds": [],
        "bills": [FIRST, SECOND, pending(3), paid(4, settlement=IN_CASH)],
        "reserved": {},
    }
    return Books(**{**right, **changes})


def held(fen: int) -> list[PaymentOrder]:
    return [attrs.evolve(ORDER, unapplied=Money(fen))]


class TestBooksThatAgree:
    def test_have_nothing_to_say_of_a_paid_order(self) -> None:
        assert discrepancies(books()) == []

    def test_count_money_that_fits_no_bill(self) -> None:
        right = books(
            orders=held(5_00), settlements=BOTH[:1], bills=[FIRST, paid(2, 5_00, IN_CASH)]
        )

        assert discrepancies(right) == []

    def test_count_money_that_went_back(self) -> None:
        right = books(
            settlements=UNDONE,
            refunds=[refund_of(ORDER, 5_00, state=RefundState.DONE)],
            bills=[FIRST, pending(2, 5_00)],
        )

        assert discrepancies(right) == []

    @pytest.mark.parametrize("state", [state for state in RefundState if state is not state.DONE])
    def test_count_a_refund_only_when_it_is_done(self, state: RefundState) -> None:
        assert discrepancies(books(refunds=[refund_of(ORDER, 5_00, state=state)])) == []

    def test_let_a_bill_be_paid_again_after_a_refund(self) -> None:
        again = order_of(SECOND, serial=2, state=OrderState.PAID)
        right = books(
            orders=[ORDER, again],
            settlements=[*UNDONE, *settled_by(again)],
            refunds=[refund_of(ORDER, 5_00, state=RefundState.DONE)],
        )

        assert discrepancies(right) == []

    @pytest.mark.parametrize("state", [OrderState.CREATED, OrderState.WAITING])
    def test_reserve_bills_for_open_orders(self, state: OrderState) -> None:
        waiting = order_of(pending(3), serial=2, state=state)

        right = books(orders=[ORDER, waiting], reserved={number(3): waiting.number})

        assert discrepancies(right) == []

    def test_may_be_empty(self) -> None:
        assert discrepancies(Books([], [], [], [], {})) == []


class TestOrders:
    def test_lose_no_money(self) -> None:
        found = discrepancies(books(settlements=BOTH[:1], bills=[FIRST, pending(2, 5_00)]))

        assert found == [
            f"order {ORDER.number} took ¥15.00, settled ¥10.00, holds ¥0.00, returned ¥0.00"
        ]

    def test_make_no_money(self) -> None:
        assert discrepancies(books(orders=held(1))) == [
            f"order {ORDER.number} took ¥15.00, settled ¥15.00, holds ¥0.01, returned ¥0.00"
        ]

    def test_return_no_money_twice(self) -> None:
        twice = [refund_of(ORDER, 5_00, serial, state=RefundState.DONE) for serial in (900, 901)]
        wrong = books(
            orders=held(-5_00),
            settlements=UNDONE,
            refunds=twice,
            bills=[FIRST, pending(2, 5_00)],
        )

        assert discrepancies(wrong) == [
            f"order {ORDER.number} took ¥15.00, settled ¥10.00, holds -¥5.00, returned ¥10.00"
        ]

    @pytest.mark.parametrize("state", [OrderState.CREATED, OrderState.WAITING, OrderState.CLOSED])
    def test_settle_nothing_before_they_are_paid(self, state: OrderState) -> None:
        found = discrepancies(books(orders=[attrs.evolve(ORDER, state=state)]))

        assert found == [
            f"order {ORDER.number} took ¥0.00, settled ¥15.00, holds ¥0.00, returned ¥0.00",
            f"order {ORDER.number} is {state.value} and settled bill {FIRST.number}",
            f"order {ORDER.number} is {state.value} and settled bill {SECOND.number}",
        ]

    def test_return_nothing_before_they_are_paid(self) -> None:
        closed = order_of(pending(3), serial=2, state=OrderState.CLOSED)

        found = discrepancies(
            books(orders=[ORDER, closed], refunds=[refund_of(closed, 1, state=RefundState.DONE)])
        )

        assert found == [
            f"order {closed.number} took ¥0.00, settled ¥0.00, holds ¥0.00, returned ¥0.01"
        ]

    def test_settle_only_what_is_on_their_lines(self) -> None:
        swapped = [
            attrs.evolve(BOTH[0], amount=Money(9_00)),
            attrs.evolve(BOTH[1], amount=Money(6_00)),
        ]

        found = discrepancies(books(settlements=swapped, bills=[paid(1, 9_00), paid(2, 6_00)]))

        assert found == [
            f"order {ORDER.number} has no line of ¥9.00 for bill {FIRST.number}",
            f"order {ORDER.number} has no line of ¥6.00 for bill {SECOND.number}",
        ]

    def test_exist_for_every_settlement(self) -> None:
        found = discrepancies(books(orders=[]))

        assert [line.split(" was ")[0] for line in found] == [
            f"bill {FIRST.number}",
            f"bill {SECOND.number}",
        ]
        assert all(line.endswith("which does not exist") for line in found)


class TestBills:
    def test_are_settled_once_only(self) -> None:
        other = order_of(FIRST, serial=2, state=OrderState.PAID)

        found = discrepancies(
            books(orders=[ORDER, other], settlements=[*BOTH, *settled_by(other)])
        )

        assert found == [f"bill {FIRST.number} is paid, settled 2 times with ¥10.00"]

    def test_are_not_paid_online_without_a_settlement(self) -> None:
        assert discrepancies(books(bills=[FIRST, SECOND, paid(3, 1)])) == [
            f"bill {number(3)} is paid, settled 0 times with ¥0.01"
        ]

    @pytest.mark.parametrize(
        ("bill", "state"), [(pending(2, 5_00), "pending"), (paid(2, 5_00, IN_CASH), "paid")]
    )
    def test_are_paid_online_when_settled(self, bill: Any, state: str) -> None:
        assert discrepancies(books(bills=[FIRST, bill])) == [
            f"bill {SECOND.number} is {state}, settled 1 times with ¥5.00"
        ]

    def test_are_not_deleted_when_settled(self) -> None:
        assert discrepancies(books(bills=[FIRST])) == [
            f"bill {SECOND.number} is gone, settled 1 times with ¥5.00"
        ]

    def test_keep_their_amount_when_settled(self) -> None:
        assert discrepancies(books(bills=[FIRST, paid(2, 6_00)])) == [
            f"bill {SECOND.number} is paid, settled 1 times with ¥5.00",
            f"bill {SECOND.number} is paid, settled 0 times with ¥6.00",
        ]


class TestReservations:
    @pytest.mark.parametrize("state", [OrderState.PAID, OrderState.CLOSED])
    def test_end_with_the_order(self, state: OrderState) -> None:
        over = order_of(pending(3), serial=2, state=state, unapplied=Money(0))
        if state is OrderState.PAID:
            over = attrs.evolve(over, unapplied=over.total)

        found = discrepancies(books(orders=[ORDER, over], reserved={number(3): over.number}))

        assert found == [f"bill {number(3)} is reserved by order {over.number}, which is not open"]

    def test_belong_to_an_order(self) -> None:
        gone = order_of(pending(3), serial=2).number

        assert discrepancies(books(reserved={number(3): gone})) == [
            f"bill {number(3)} is reserved by order {gone}, which is not open"
        ]
