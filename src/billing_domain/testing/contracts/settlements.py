"""The contract of what paid orders settled, and of the books (rules 5.4, 10, P19)."""

from __future__ import annotations

import attrs
import pytest

from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import Bill, PaidBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import Books, OnlineSettlement, discrepancies
from billing_domain.model.payments.order import OrderEvent, OrderNumber, PaymentOrder
from billing_domain.testing.contracts.payment_world import (
    PAID_AT,
    add_order,
    add_refund,
    close,
    learn,
    pay,
    settlements_of,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World, paid_in_cash


class StoredSettlementsContract(StorageContract):
    """Each order's settlements, and each bill's order."""

    def test_are_an_order_s_by_ascending_number(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        first, second, other = (world.add_bill(house, amount=Money(fen)) for fen in (1, 2, 3))
        order = close(world, add_order(world, second, first))
        pay(world, add_order(world, other))

        with storage.begin() as work:
            for item in settlements_of(order):
                work.orders.add_settlements(order.company_id, [item])
            assert list(work.orders.settled_by(order.number)) == [
                OnlineSettlement(first.number, order.number, Money(1)),
                OnlineSettlement(second.number, order.number, Money(2)),
            ]
            assert list(work.orders.settled_by(OrderNumber("2" * 26))) == []

    def test_name_the_order_of_a_bill(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(3)]
        order = pay(world, add_order(world, bills[0], bills[1]))
        world.save_bill(bills[2].pay(paid_in_cash()))

        with storage.begin() as work:
            wanted = [bill.number for bill in bills[1:]]
            assert dict(work.orders.settling(wanted)) == {bills[1].number: order.number}
            assert dict(work.orders.settling([])) == {}

    def test_are_undone_with_their_unit_of_work(self, storage: Storage, world: World) -> None:
        order = add_order(world, world.add_bill(world.add_house("1号楼/101")))
        with storage.begin() as work:
            work.orders.add_settlements(order.company_id, settlements_of(order))
            assert work.orders.settled_by(order.number)

        with storage.begin() as work:
            assert list(work.orders.settled_by(order.number)) == []


class SettledOnceContract(StorageContract):
    """A bill is settled by one order at a time; a refund makes it free for the next (5.8)."""

    def test_refuses_a_bill_that_is_settled(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill, free = world.add_bill(house), world.add_bill(house)
        late = close(world, add_order(world, bill, free))
        order = pay(world, add_order(world, bill))
        with storage.begin() as work, pytest.raises(StaleError) as refusal:
            work.orders.add_settlements(late.company_id, settlements_of(late))

        assert refusal.value.facts == {"kind": "bill", "id": bill.number}
        with storage.begin() as work:
            settling = work.orders.settling([bill.number, free.number])
            assert dict(settling) == {bill.number: order.number}

    def test_refuses_to_settle_twice_by_one_order(self, storage: Storage, world: World) -> None:
        order = pay(world, add_order(world, world.add_bill(world.add_house("1号楼/101"))))
        with storage.begin() as work, pytest.raises(StaleError):
            work.orders.add_settlements(order.company_id, settlements_of(order))

    def test_keeps_what_was_reversed(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill, kept = world.add_bill(house), world.add_bill(house)
        order = pay(world, add_order(world, bill, kept))
        give_back(world, order, bill)

        with storage.begin() as work:
            stays, goes = settlements_of(order)[1], settlements_of(order)[0]
            assert list(work.orders.settled_by(order.number)) == [
                attrs.evolve(goes, reversed=True),
                stays,
            ]
            settling = work.orders.settling([bill.number, kept.number])
            assert dict(settling) == {kept.number: order.number}

    def test_lets_another_order_settle_what_was_reversed(
        self, storage: Storage, world: World
    ) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        give_back(world, pay(world, add_order(world, bill)), bill)
        again = pay(world, add_order(world, world.stored_bill(bill.number)))

        with storage.begin() as work:
            assert dict(work.orders.settling([bill.number])) == {bill.number: again.number}

    def test_refuses_to_reverse_twice(self, storage: Storage, world: World) -> None:
        """No bill of the step is reversed."""
        house = world.add_house("1号楼/101")
        bill, kept = world.add_bill(house), world.add_bill(house)
        order = pay(world, add_order(world, bill, kept))
        give_back(world, order, bill)
        with pytest.raises(StaleError), storage.begin() as work:
            work.orders.reverse_settlements(order.number, [kept.number, bill.number])

        with storage.begin() as work:
            assert kept.number in work.orders.settling([kept.number])

    def test_refuses_to_reverse_what_another_order_settled(
        self, storage: Storage, world: World
    ) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        late = close(world, add_order(world, bill))
        pay(world, add_order(world, bill))
        with storage.begin() as work, pytest.raises(StaleError):
            work.orders.reverse_settlements(late.number, [bill.number])


class BooksContract(StorageContract):
    """Everything that the invariant of money speaks of (P19)."""

    def test_are_empty_at_first(self, storage: Storage, world: World) -> None:
        assert books(storage, world.scope) == Books([], [], [], [], {})

    def test_hold_everything_in_scope(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house, amount=Money(fen)) for fen in (1, 2, 3, 4, 5)]
        paid = pay(world, add_order(world, bills[0], bills[1]))
        waiting, closed = add_order(world, bills[2]), close(world, add_order(world, bills[3]))
        refund = add_refund(world, paid)
        give_back(world, paid, bills[0])
        world.save_bill(bills[4].pay(paid_in_cash()))
        kept = attrs.evolve(settlements_of(paid)[0], reversed=True), settlements_of(paid)[1]

        found = books(storage, world.garden_scope)
        assert found == Books(
            orders=[paid, waiting, closed],
            settlements=list(kept),
            refunds=[refund],
            bills=[world.stored_bill(bill.number) for bill in bills],
            reserved={bills[2].number: waiting.number},
        )
        assert found == books(storage, world.scope)

    def test_hold_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        order = pay(world, add_order(world, world.add_bill(house)))
        add_refund(world, order)
        add_order(world, world.add_bill(house))

        for scope in (world.rival_scope, world.lakeside_scope):
            assert books(storage, scope) == Books([], [], [], [], {})

    def test_agree_after_payments_and_a_late_one(self, storage: Storage, world: World) -> None:
        """Money of a bill that was paid otherwise is held by its order."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        late = close(world, add_order(world, bill))
        pay(world, add_order(world, bill))
        learn(world, late, OrderEvent.SAID_PAID, paid_at=PAID_AT, unapplied=late.total)

        assert discrepancies(books(storage, world.scope)) == []


class SettlementContract(StoredSettlementsContract, SettledOnceContract, BooksContract):
    """What paid orders settled, and the books made of it."""


def give_back(world: World, order: PaymentOrder, bill: Bill) -> None:
    """Return a bill of a paid order to pending, as a refund does."""
    paid = world.stored_bill(bill.number)
    assert isinstance(paid, PaidBill)
    with world.begin() as work:
        work.orders.reverse_settlements(order.number, [bill.number])
        work.bills.save_all([paid.refunded()])
        work.commit()


def books(storage: Storage, scope: Scope) -> Books:
    """Return the books in a fixed order."""
    with storage.begin() as work:
        found = work.orders.books(scope)
    return Books(
        orders=sorted(found.orders, key=lambda order: order.number),
        settlements=sorted(found.settlements, key=lambda item: (item.order, item.bill)),
        refunds=sorted(found.refunds, key=lambda refund: refund.number),
        bills=sorted(found.bills, key=lambda bill: bill.number),
        reserved=dict(found.reserved),
    )
