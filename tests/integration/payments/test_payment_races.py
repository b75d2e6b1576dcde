"""Paying at the same moment as others: exactly one wins, and what would happen without guards."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import attrs
import pytest
from sqlalchemy import update

from billing_adapters.sql.bills.rows import bill_values
from billing_adapters.sql.db.engine import Database
from billing_adapters.sql.payments.order_rows import order_values
from billing_adapters.sql.tables.bills import bills
from billing_adapters.sql.tables.payments import payment_orders
from billing_domain.errors import BillReservedError, StaleError
from billing_domain.model.bills.bill import PaymentChannel, PendingBill, Settlement
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import discrepancies
from billing_domain.model.payments.order import OrderEvent, OrderState, PaymentOrder
from billing_domain.testing.contracts.payment_world import (
    PAID_AT,
    add_order,
    an_order,
    close,
    held,
    keep_order,
    settlements_of,
)
from billing_domain.testing.contracts.world import World, paid_in_cash
from tests.integration.sql.races import WRITERS, race

PAYMENT = Settlement(PaymentChannel.ONLINE, PAID_AT, "王伟")
CROSSING = [(0, 1, 2), (0, 3, 4), (1, 3, 5), (2, 4, 5)]
"""Choices of bills of which any two have one in common."""


class TestCheckoutAgainstStaff:
    """Rule 2.5, promise P13: the desk never changes a bill under an order."""

    @pytest.mark.parametrize("verb", ["edit", "remove", "mark paid"])
    def test_exactly_one_wins(self, world: World, verb: str) -> None:
        def rival(bill: PendingBill) -> Callable[[int], None]:
            orders = [an_order(world, bill) for _ in range(WRITERS)]
            return lambda writer: (
                WRITES[verb](world, bill) if writer % 2 else keep_order(world, orders[writer])
            )

        outcomes = [race(rival(bill)) for bill in some_bills(world, 10)]

        assert [outcome.count(None) for outcome in outcomes] == [1] * 10
        assert agrees(world) == []

    def test_without_the_guards_both_would_believe_they_won(
        self, world: World, sql_database: Database
    ) -> None:
        """The control: an edit by version alone, and a checkout that does not look."""
        (bill,) = some_bills(world, 1)
        orders = [an_order(world, bill) for _ in range(WRITERS)]

        def unguarded(writer: int) -> None:
            values = (
                bill_values(dearer(bill), world.company.id)
                if writer % 2
                else {"reserved_by": orders[writer].number}
            )
            with sql_database.engine.begin() as connection:
                connection.execute(
                    update(bills).where(bills.c.number == bill.number).values(values)
                )

        assert race(unguarded) == [None] * WRITERS
        assert agrees(world) != []


class TestCheckoutsOfCommonBills:
    """Rule 5.4: two open orders never hold one bill."""

    def test_exactly_one_wins(self, world: World) -> None:
        for repetition in range(5):
            stock = some_bills(world, 6)
            orders = [
                an_order(world, *shuffled([stock[place] for place in places], repetition))
                for places in CROSSING
            ]
            outcome = race(keeper(world, orders))

            winner = orders[outcome.index(None)]
            assert outcome.count(None) == 1
            assert {type(each) for each in outcome} == {type(None), BillReservedError}
            assert held(world, *stock) == dict.fromkeys(winner.bills, winner.number)

    def test_of_one_request_make_one_order(self, world: World) -> None:
        """Promise P01: a payer who taps twice has one order."""
        (bill,) = some_bills(world, 1)
        orders = [an_order(world, bill, request_key="tap") for _ in range(WRITERS)]
        outcome = race(keeper(world, orders))

        assert outcome.count(None) == 1
        assert {type(each) for each in outcome} == {type(None), StaleError}

    def test_wait_for_no_order_that_lets_go(self, world: World) -> None:
        """Bills are taken and freed in one order, so that nobody waits in a circle."""
        for repetition in range(5):
            stock = some_bills(world, 50, newest_first=True)
            old = add_order(world, *shuffled(stock, repetition))
            new = an_order(world, *shuffled(stock, repetition + 1))
            outcome = race(closer(world, old, new), writers=2)

            assert {type(each) for each in outcome} <= {type(None), BillReservedError}
            assert agrees(world) == []


class TestSettlementsOfOneOrder:
    """Rule 5.5: delivered fifty times at once, settled once."""

    def test_happen_once(self, world: World) -> None:
        order = add_order(world, *some_bills(world, 5))
        outcome = race(lambda _: settle(world, order), writers=50)

        assert outcome.count(None) == 1
        assert {type(each) for each in outcome} == {type(None), StaleError}
        with world.begin() as work:
            stored = work.orders.find(order.number)
            assert list(work.orders.settled_by(order.number)) == settlements_of(order)
        assert stored is not None
        assert stored.state is OrderState.PAID
        assert agrees(world) == []

    def test_without_the_guard_all_would_believe_they_won(
        self, world: World, sql_database: Database
    ) -> None:
        """The control: the order's version is what tells the first from the others."""
        order = add_order(world, *some_bills(world, 5))
        paid, _effect = order.after(OrderEvent.SAID_PAID, paid_at=PAID_AT)
        unguarded = update(payment_orders).where(payment_orders.c.number == order.number)

        def overwrite(_: int) -> None:
            with sql_database.engine.begin() as connection:
                connection.execute(unguarded.values(order_values(paid)))

        assert race(overwrite) == [None] * WRITERS

    def test_by_two_orders_settle_a_bill_once(self, world: World) -> None:
        """Promise P13: money that comes late for a closed order finds the bill taken."""
        (bill,) = some_bills(world, 1)
        late = close(world, add_order(world, bill))
        order = add_order(world, bill)

        def record(writer: int) -> None:
            with world.begin() as work:
                work.orders.add_settlements(
                    order.company_id, settlements_of((late, order)[writer % 2])
                )
                work.commit()

        outcome = race(record)

        assert outcome.count(None) == 1
        assert {type(each) for each in outcome} == {type(None), StaleError}


def keeper(world: World, orders: Sequence[PaymentOrder]) -> Callable[[int], None]:
    """Let each writer check out with an order of its own."""
    return lambda writer: keep_order(world, orders[writer])


def closer(world: World, old: PaymentOrder, new: PaymentOrder) -> Callable[[int], object]:
    """Let one writer close an order and another check out with the next."""
    return lambda writer: keep_order(world, new) if writer else close(world, old)


def settle(world: World, order: PaymentOrder) -> None:
    """Settle an order as it was read before: the order first, then its bills."""
    paid, _effect = order.after(OrderEvent.SAID_PAID, paid_at=PAID_AT)
    with world.begin() as work:
        found = work.bills.get_many(world.scope, order.bills)
        work.orders.save(paid)
        pending = [bill for bill in found if isinstance(bill, PendingBill)]
        work.bills.save_all([bill.pay(PAYMENT) for bill in pending], holder=order.number)
        work.orders.add_settlements(order.company_id, settlements_of(order))
        work.commit()


def some_bills(world: World, count: int, *, newest_first: bool = False) -> list[PendingBill]:
    """Keep bills of a house of their own; PostgreSQL likes to write them in the order kept."""
    house = world.add_house(f"{world.new_id()}号楼/1")
    pending = [world.a_bill(house) for _ in range(count)]
    world.add_bills(pending[::-1] if newest_first else pending)
    return pending


def dearer(bill: PendingBill) -> PendingBill:
    return attrs.evolve(bill, amount=bill.amount + Money(1), version=bill.version + 1)


def shuffled(stock: Sequence[PendingBill], seed: int) -> list[PendingBill]:
    return random.Random(seed).sample(stock, len(stock))


def agrees(world: World) -> list[str]:
    """Return what does not agree in the books."""
    with world.begin() as work:
        return discrepancies(work.orders.books(world.scope))


WRITES: dict[str, Callable[[World, PendingBill], None]] = {
    "edit": lambda world, bill: world.save_bill(dearer(bill)),
    "remove": lambda world, bill: world.remove_bills(bill),
    "mark paid": lambda world, bill: world.save_bill(bill.pay(paid_in_cash())),
}
