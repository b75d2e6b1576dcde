"""The contract of BillRepository."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillOrigin, PaymentChannel, PendingBill, Settlement
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.period import BillingPeriod
from billing_domain.testing.contracts.guarded_bills import (
    BillNumbersContract,
    GuardedBillsContract,
)
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import MARCH, NOON, World, paid_in_cash


class StoredBillsContract(StorageContract):
    """A bill in any state comes back as stored."""

    def test_returns_every_fact_of_a_pending_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), **FACTS)

        assert world.stored_bill(bill.number) == bill

    def test_returns_every_fact_of_a_paid_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), **FACTS)
        paid = attrs.evolve(bill.pay(paid_in_cash(EVENING)), receipted=True)
        world.save_bill(paid)

        assert world.stored_bill(bill.number) == paid

    def test_returns_every_fact_of_a_bill_paid_online(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        paid = bill.pay(Settlement(PaymentChannel.ONLINE, EVENING))
        world.save_bill(paid)

        assert world.stored_bill(bill.number) == paid

    def test_returns_every_fact_of_a_voided_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), **FACTS)
        voided = bill.void(EVENING)
        world.save_bill(voided)

        assert world.stored_bill(bill.number) == voided

    def test_forgets_the_payment_that_was_taken_back(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        paid = bill.pay(paid_in_cash())
        world.save_bill(paid)
        world.save_bill(paid.take_back())

        assert world.stored_bill(bill.number) == attrs.evolve(bill, version=3)

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.bills.get(scope, bill.number)

            assert refusal.value.facts == {"kind": "bill", "id": bill.number}
        with storage.begin() as work:
            assert work.bills.get(world.garden_scope, bill.number) == bill

    def test_returns_many_in_scope_by_ascending_number(
        self, storage: Storage, world: World
    ) -> None:
        here, there = world.add_house("1号楼/101"), world.add_house("2栋/1", world.lakeside)
        bills = [world.add_bill(house) for house in (here, there, here)]
        wanted = [bills[2].number, bills[1].number, bills[0].number, BillNumber("2" * 21)]
        with storage.begin() as work:
            assert list(work.bills.get_many(world.scope, wanted)) == bills
            assert list(work.bills.get_many(world.garden_scope, wanted)) == [bills[0], bills[2]]
            assert list(work.bills.get_many(world.rival_scope, wanted)) == []
            assert list(work.bills.get_many(world.scope, [])) == []

    def test_returns_more_than_any_statement_takes_parameters(
        self, storage: Storage, world: World
    ) -> None:
        house = world.add_house("1号楼/101")
        bill = world.add_bill(house)
        wanted = [BillNumber(f"{number:021d}") for number in range(5_000)]
        with storage.begin() as work:
            assert list(work.bills.get_many(world.scope, [*wanted, bill.number])) == [bill]


class ChargesContract(StorageContract):
    """The charges of houses, for the warning about duplicates (rule 3.12)."""

    def test_are_those_of_unpaid_and_paid_bills(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        april = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
        world.add_bill(house)
        world.save_bill(world.add_bill(house, period=april).pay(paid_in_cash()))
        pushed = world.add_bill(house, fee_type=FeeType.RENT, origin=BillOrigin.PUSHED)
        world.save_bill(pushed.void(NOON))
        world.remove_bills(world.add_bill(house, fee_type=FeeType.WATER))

        with storage.begin() as work:
            assert work.bills.charges(world.garden.id, [house.id]) == {
                ChargeKey(house.id, FeeType.PROPERTY, MARCH),
                ChargeKey(house.id, FeeType.PROPERTY, april),
            }

    def test_are_those_of_the_periods_asked_for(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        april = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
        world.add_bill(house)
        world.add_bill(house, period=april)

        with storage.begin() as work:
            charges = work.bills.charges(world.garden.id, [house.id], periods=[april])
            assert charges == {ChargeKey(house.id, FeeType.PROPERTY, april)}
            assert work.bills.charges(world.garden.id, [house.id], periods=[]) == set()

    def test_are_those_of_the_houses_asked_for(self, storage: Storage, world: World) -> None:
        asked, other = world.add_house("1号楼/101"), world.add_house("1号楼/102")
        abroad = world.add_house("1号楼/101", world.lakeside)
        for house in (asked, other, abroad):
            world.add_bill(house)

        with storage.begin() as work:
            charges = work.bills.charges(world.garden.id, [asked.id, abroad.id])
            assert charges == {ChargeKey(asked.id, FeeType.PROPERTY, MARCH)}
            assert work.bills.charges(world.garden.id, []) == set()


class RemindedBillsContract(StorageContract):
    """A bill stores the moment of its last reminder without a new version (rule 4)."""

    def test_are_marked_without_a_new_version(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        first, second, other = (world.add_bill(house) for _ in range(3))
        mark_reminded(world, EVENING, second, first)

        assert world.stored_bill(first.number) == attrs.evolve(first, reminded_at=EVENING)
        assert world.stored_bill(second.number) == attrs.evolve(second, reminded_at=EVENING)
        assert world.stored_bill(other.number) == other

    def test_keep_a_later_moment(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        for moment in (NOON, EVENING, NOON):
            mark_reminded(world, moment, bill)

        assert world.stored_bill(bill.number).reminded_at == EVENING

    def test_are_marked_in_any_state(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        paid = bill.pay(paid_in_cash())
        world.save_bill(paid)
        mark_reminded(world, EVENING, bill)

        assert world.stored_bill(bill.number) == attrs.evolve(paid, reminded_at=EVENING)

    def test_leave_out_what_is_gone(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        gone, never, there = world.add_bill(house), world.a_bill(house), world.add_bill(house)
        world.remove_bills(gone)
        mark_reminded(world, EVENING, gone, never, there)
        with storage.begin() as work:
            found = work.bills.get_many(world.scope, [gone.number, never.number, there.number])
            assert list(found) == [attrs.evolve(there, reminded_at=EVENING)]

    def test_may_be_none(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        mark_reminded(world, EVENING)

        assert world.stored_bill(bill.number) == bill

    def test_keep_the_moment_through_every_change(self, world: World) -> None:
        """A save based on a read from before the reminder keeps the moment."""
        bill = world.add_bill(world.add_house("1号楼/101"))
        mark_reminded(world, EVENING, bill)
        world.save_bill(bill.pay(paid_in_cash()))

        assert world.stored_bill(bill.number).reminded_at == EVENING


class BillRepositoryContract(
    StoredBillsContract,
    BillNumbersContract,
    GuardedBillsContract,
    ChargesContract,
    RemindedBillsContract,
):
    """All bills, guarded by their versions; numbers are never reused (rules 1, 2.7)."""


EVENING = datetime(2026, 3, 6, 12, 34, 56, 789_012, tzinfo=UTC)
FACTS: dict[str, object] = {
    "fee_type": FeeType.CURRENT_MONTH,
    "amount": Money(FEN_MAX),
    "period": BillingPeriod(date(2000, 1, 1), date(2099, 12, 31)),
    "remark": "押金 50% \\ '引号' \"双\" <b>\n第二行 😀",
    "origin": BillOrigin.PUSHED,
    "external_number": "LX-2026/0001_%",
    "batch_id": None,
    "imported_at": NOON - timedelta(microseconds=1),
    "reminded_at": NOON + timedelta(days=2),
}


def mark_reminded(world: World, at: datetime, *bills: PendingBill) -> None:
    """Store when bills were last reminded."""
    with world.begin() as work:
        work.bills.mark_reminded([bill.number for bill in bills], at)
        work.commit()
