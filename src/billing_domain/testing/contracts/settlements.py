"""The contract of paid orders' settlements, and of the books (rules 5.4, 10, P19)."""

import attrs
import pytest

from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import Bill, PaidBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import Books, OnlineSettlement, discrepancies
from billing_domain.model.payments.order import OrderEvent, OrderNumber, PaymentOrder
from .payment_world import PAID_AT, add_order, add_refund, apply_event, close, pay, settlements_of
from .storage import Storage, StorageContract
from .world import World, paid_in_cash, refused


class StoredSettlementsContract(StorageContract):
    """Each order's settlements, and each bill's order."""

    def test_are_an_order_s_by_ascending_number(self, world: World, house: House) -> None:
        first, second, other = (world.add_bill(house, amount=Money(fen)) for fen in (1, 2, 3))
        order = close(world, add_order(world, second, first))
        pay(world, add_order(world, other))

        with world.begin() as work:
            for item in settlements_of(order):
                work.orders.add_settlements(order.company_id, [item])
            assert list(work.orders.settled_by(order.number)) == [
                OnlineSettlement(first.number, order.number, Money(1)),
                OnlineSettlement(second.number, order.number, Money(2)),
            ]
            assert list(work.orders.settled_by(OrderNumber("2" * 26))) == []

    def test_name_the_order_of_a_bill(self, world: World, house: House) -> None:
        bills = [world.add_bill(house) for _ in range(3)]
        order = pay(world, add_order(world, bills[0], bills[1]))
        world.save_bill(bills[2].pay(paid_in_cash()))
        wanted = [bill.number for bill in bills[1:]]
        assert dict(world.work.orders.settling(wanted)) == {bills[1].number: order.number}
        assert dict(world.work.orders.settling([])) == {}


class SettledOnceContract(StorageContract):
    """One order settles a bill at a time; a refund frees the bill for the next order (5.8)."""

    def test_refuses_a_bill_that_is_settled(self, world: World, house: House) -> None:
        bill, free = world.add_bill(house), world.add_bill(house)
        late = close(world, add_order(world, bill, free))
        order = pay(world, add_order(world, bill))
        with refused(StaleError, kind="bill", id=bill.number):
            world.work.orders.add_settlements(late.company_id, settlements_of(late))
        settling = world.work.orders.settling([bill.number, free.number])
        assert dict(settling) == {bill.number: order.number}

    def test_refuses_to_settle_twice_by_one_order(self, world: World) -> None:
        order = pay(world, add_order(world, world.add_bill(world.add_house("1号楼/101"))))
        with pytest.raises(StaleError):
            world.work.orders.add_settlements(order.company_id, settlements_of(order))

    def test_keeps_what_was_reversed(self, world: World, house: House) -> None:
        bill, kept = world.add_bill(house), world.add_bill(house)
        order = pay(world, add_order(world, bill, kept))
        give_back(world, order, bill)
        stays, goes = settlements_of(order)[1], settlements_of(order)[0]
        assert list(world.work.orders.settled_by(order.number)) == [
            attrs.evolve(goes, reversed=True),
            stays,
        ]
        settling = world.work.orders.settling([bill.number, kept.number])
        assert dict(settling) == {kept.number: order.number}

    def test_lets_another_order_settle_what_was_reversed(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        give_back(world, pay(world, add_order(world, bill)), bill)
        again = pay(world, add_order(world, world.stored_bill(bill.number)))
        assert dict(world.work.orders.settling([bill.number])) == {bill.number: again.number}

    def test_refuses_to_reverse_twice(self, world: World, house: House) -> None:
        """No bill of the step is reversed."""
        bill, kept = world.add_bill(house), world.add_bill(house)
        order = pay(world, add_order(world, bill, kept))
        give_back(world, order, bill)
        with pytest.raises(StaleError):
            world.work.orders.reverse_settlements(order.number, [kept.number, bill.number])
        assert kept.number in world.work.orders.settling([kept.number])

    def test_refuses_to_reverse_what_another_order_settled(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        late = close(world, add_order(world, bill))
        pay(world, add_order(world, bill))
        with pytest.raises(StaleError):
            world.work.orders.reverse_settlements(late.number, [bill.number])


class BooksContract(StorageContract):
    """The data of the money invariant (P19)."""

    def test_are_empty_at_first(self, storage: Storage, world: World) -> None:
        assert books(storage, world.scope) == Books([], [], [], [], {})

    def test_hold_everything_in_scope(self, storage: Storage, world: World, house: House) -> None:
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
        """The order keeps the money of a bill that was paid otherwise."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        late = close(world, add_order(world, bill))
        pay(world, add_order(world, bill))
        apply_event(world, late, OrderEvent.SAID_PAID, paid_at=PAID_AT, unapplied=late.total)
        assert discrepancies(books(storage, world.scope)) == []


class SettlementContract(StoredSettlementsContract, SettledOnceContract, BooksContract):
    """Settlements of paid orders, and the books made of them."""


def give_back(world: World, order: PaymentOrder, bill: Bill) -> None:
    """Return a bill of a paid order to pending, like a refund."""
    paid = world.stored_bill(bill.number)
    assert isinstance(paid, PaidBill)
    with world.change() as work:
        work.orders.reverse_settlements(order.number, [bill.number])
        work.bills.save_all([paid.refunded()])


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
