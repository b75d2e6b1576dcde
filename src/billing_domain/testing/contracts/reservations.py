"""The contract of open orders that reserve their bills (rules 2.5, 5.4)."""

from collections.abc import Callable

import attrs
import pytest

from billing_domain.errors import BillReservedError, StaleError
from billing_domain.model.bills.bill import BillOrigin, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderEvent, OrderNumber
from .bills import edited
from .payment_world import add_order, an_order, apply_event, close, held, keep_order, pay
from .storage import StorageContract
from .world import NOON, World, paid_in_cash, refused


class ReservingContract(StorageContract):
    """A new order reserves all of its bills or none."""

    def test_holds_the_bills_and_changes_nothing_of_them(self, world: World) -> None:
        first, second, free = three_bills(world)
        order = add_order(world, second, first)
        assert held(world, first, second, free) == {
            first.number: order.number,
            second.number: order.number,
        }
        assert world.work.orders.holding([]) == {}
        assert world.work.orders.holding([BillNumber("2" * 21)]) == {}
        assert [world.stored_bill(bill.number) for bill in (first, second)] == [first, second]

    def test_takes_all_or_none(self, world: World) -> None:
        """Two open orders never reserve one bill."""
        first, second, third = three_bills(world)
        holder = add_order(world, second)
        order = an_order(world, first, second, third)
        with refused(BillReservedError, number=second.number, order=holder.number):
            keep_order(world, order)
        assert held(world, first, second, third) == {second.number: holder.number}
        assert world.work.orders.find(order.number) is None

    @pytest.mark.parametrize("how", ["paid", "voided", "removed", "dearer"])
    def test_refuses_a_bill_that_is_not_what_the_payer_saw(self, world: World, how: str) -> None:
        house = world.add_house("1号楼/101")
        free = world.add_bill(house)
        bill = world.add_bill(house, origin=BillOrigin.PUSHED if how == "voided" else IMPORTED)
        order = an_order(world, bill, free)
        CHANGES[how](world, bill)
        with refused(StaleError, kind="bill", id=bill.number):
            keep_order(world, order)
        assert held(world, free, bill) == {}

    def test_takes_a_bill_whose_remark_was_changed(self, world: World) -> None:
        bill, *_ = three_bills(world)
        order = an_order(world, bill)
        world.save_bill(edited(bill, "新备注"))
        keep_order(world, order)
        assert held(world, bill) == {bill.number: order.number}

    def test_names_the_first_bill_in_the_way(self, world: World) -> None:
        first, second, third = three_bills(world)
        holder = add_order(world, second)
        world.save_bill(third.pay(paid_in_cash()))
        with pytest.raises(BillReservedError) as reserved:
            add_order(world, third, second, first)
        close(world, holder)
        world.save_bill(first.pay(paid_in_cash()))
        with pytest.raises(StaleError) as stale:
            add_order(world, third, second, first)

        assert reserved.value.number == second.number
        assert stale.value.id == first.number


class ReservedBillsContract(StorageContract):
    """Only the order itself may write a bill that it reserves (P13)."""

    def test_can_not_be_saved(self, world: World) -> None:
        first, second, third = three_bills(world)
        order = add_order(world, second, third)
        with refused(BillReservedError, number=second.number, order=order.number):
            world.work.bills.save_all([edited(bill, "改") for bill in (third, second, first)])
        assert world.stored_bill(first.number) == first

    def test_can_not_be_removed(self, world: World) -> None:
        first, second, third = three_bills(world)
        order = add_order(world, second, third)
        with refused(BillReservedError, number=second.number, order=order.number):
            world.remove_bills(third, second, first)
        assert world.stored_bill(first.number) == first

    def test_can_not_be_written_by_another_order(self, world: World) -> None:
        first, second, _third = three_bills(world)
        order, other = add_order(world, first), add_order(world, second)
        with pytest.raises(BillReservedError) as refusal:
            world.work.bills.save_all([edited(first, "改")], holder=other.number)
        assert refusal.value.order == order.number

    def test_can_be_saved_by_their_order_with_free_ones(self, world: World) -> None:
        first, second, third = three_bills(world)
        order = add_order(world, first, third)
        paid = [bill.pay(paid_in_cash()) for bill in (first, second, third)]
        world.work.bills.save_all(paid, holder=order.number)
        assert [world.stored_bill(bill.number) for bill in paid] == paid

    def test_may_be_named_with_an_order_that_nobody_knows(self, world: World) -> None:
        bill, *_ = three_bills(world)
        world.work.bills.save_all([edited(bill, "改")], holder=OrderNumber("2" * 26))
        assert world.stored_bill(bill.number) == edited(bill, "改")

    def test_are_stale_before_they_are_held(self, world: World) -> None:
        """An old version raises StaleError before BillReservedError."""
        bill, *_ = three_bills(world)
        world.save_bill(edited(bill, "先改"))
        add_order(world, bill)
        with pytest.raises(StaleError):
            world.save_bill(edited(bill, "后改"))
        with pytest.raises(StaleError):
            world.remove_bills(bill)

    def test_are_looked_at_one_by_one(self, world: World) -> None:
        """The error names the bill with the lowest number, for either error."""
        first, second, third = three_bills(world)
        for bill in (first, third):
            world.save_bill(edited(bill, "先改"))
        add_order(world, second)
        with pytest.raises(BillReservedError):
            world.remove_bills(third, second)
        with pytest.raises(BillReservedError):
            world.work.bills.save_all([edited(bill, "后改") for bill in (third, second)])
        with refused(StaleError, kind="bill", id=first.number):
            world.remove_bills(second, first)


class ReleasedBillsContract(StorageContract):
    """A decided order reserves no bill."""

    def test_frees_the_bills_of_a_closed_order(self, world: World) -> None:
        first, second, third = three_bills(world)
        closed, other = add_order(world, first, second), add_order(world, third)
        close(world, closed)
        assert held(world, first, second, third) == {third.number: other.number}
        world.save_bill(edited(first, "改"))
        world.remove_bills(second)
        assert world.stored_bill(first.number) == edited(first, "改")

    def test_frees_the_bills_of_a_paid_order(self, world: World) -> None:
        bill, *_ = three_bills(world)
        pay(world, add_order(world, bill))
        assert held(world, bill) == {}
        stored = world.stored_bill(bill.number)
        assert (stored.state.value, stored.version) == ("paid", 2)

    def test_keeps_the_bills_of_a_waiting_order(self, world: World) -> None:
        bill, *_ = three_bills(world)
        order = apply_event(world, add_order(world, bill), OrderEvent.PLACING_UNKNOWN)
        assert held(world, bill) == {bill.number: order.number}

    def test_lets_the_next_order_hold_them(self, world: World) -> None:
        bill, other, _third = three_bills(world)
        closed = close(world, add_order(world, bill))
        order = add_order(world, other, bill)
        apply_event(world, closed, OrderEvent.SAID_PAID, paid_at=NOON)
        assert held(world, bill, other) == dict.fromkeys([bill.number, other.number], order.number)

    def test_frees_nothing_before_it_is_committed(self, world: World) -> None:
        bill, *_ = three_bills(world)
        order = add_order(world, bill)
        closed, _effect = order.after(OrderEvent.CLOSE_CONFIRMED)
        with world.begin() as work:
            work.orders.save(closed)
            assert work.orders.holding([bill.number]) == {}
        assert held(world, bill) == {bill.number: order.number}

    def test_frees_nothing_for_a_stale_version(self, world: World) -> None:
        bill, *_ = three_bills(world)
        order = add_order(world, bill)
        apply_event(world, order, OrderEvent.SAID_UNPAID)
        with pytest.raises(StaleError):
            close(world, order)
        assert held(world, bill) == {bill.number: order.number}


class ReservationContract(ReservingContract, ReservedBillsContract, ReleasedBillsContract):
    """Only the open order may use its bills (rules 2.5, 5.4)."""


IMPORTED = BillOrigin.IMPORTED
CHANGES: dict[str, Callable[[World, PendingBill], None]] = {
    "paid": lambda world, bill: world.save_bill(bill.pay(paid_in_cash())),
    "voided": lambda world, bill: world.save_bill(bill.void(NOON)),
    "removed": lambda world, bill: world.remove_bills(bill),
    "dearer": lambda world, bill: world.save_bill(
        attrs.evolve(bill, amount=bill.amount + Money(1), version=2)
    ),
}


def three_bills(world: World) -> tuple[PendingBill, PendingBill, PendingBill]:
    """Add three bills of one house, by ascending number."""
    house = world.add_house(f"1号楼/{world.new_id()}")
    return world.add_bill(house), world.add_bill(house), world.add_bill(house)
