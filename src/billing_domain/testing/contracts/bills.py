"""The contract of BillRepository."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from billing_domain.errors import NumberTakenError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import (
    Bill,
    BillOrigin,
    PaymentChannel,
    PendingBill,
    Settlement,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import House
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.imports.next_period import Charge
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.period import BillingPeriod
from .storage import StorageContract
from .world import MARCH, NOON, World, paid_in_cash, refused

EVENING = datetime(2026, 3, 6, 12, 34, 56, 789_012, tzinfo=UTC)


class BillNumbersContract(StorageContract):
    """A number is used once in the deployment (rule 1, 平台单号)."""

    def test_is_refused_when_in_use_by_any_company(self, world: World) -> None:
        taken = world.add_bill(world.add_house("1号楼/101", world.foreign)).number
        house = world.add_house("1号楼/101")
        with pytest.raises(NumberTakenError):
            world.work.bills.add_all([world.a_bill(house, number=taken)])

    def test_is_refused_when_drawn_twice_at_once(self, world: World, house: House) -> None:
        """No bill is stored, not even those with unused numbers."""
        bill = world.a_bill(house)
        with pytest.raises(NumberTakenError):
            world.add_bills([world.a_bill(house), bill, bill])
        assert not world.work.bills.charges(world.garden.id, [house.id])

    def test_stays_taken_after_its_bill_was_removed(self, world: World, house: House) -> None:
        bill = world.add_bill(house)
        world.remove_bills(bill)
        with pytest.raises(NumberTakenError):
            world.work.bills.add_all([world.a_bill(house, number=bill.number)])


class GuardedBillsContract(StorageContract):
    """The second of two concurrent changes is refused; the first stays whole (rule 2.7)."""

    def test_saves_many_in_any_order(self, world: World, house: House) -> None:
        bills = [world.add_bill(house) for _ in range(3)]
        paid: list[Bill] = [bill.pay(paid_in_cash()) for bill in reversed(bills)]
        world.work.bills.save_all(paid)
        assert [world.stored_bill(bill.number) for bill in bills] == paid[::-1]

    def test_refuses_to_save_over_a_change(self, world: World, bill: PendingBill) -> None:
        first = edited(bill, "先改")
        world.save_bill(first)
        with refused(StaleError, kind="bill", id=bill.number):
            world.save_bill(edited(bill, "后改"))
        assert world.stored_bill(bill.number) == first

    def test_refuses_to_save_a_version_far_ahead(self, world: World, bill: PendingBill) -> None:
        with pytest.raises(StaleError):
            world.save_bill(edited(edited(bill, "一"), "二"))

    def test_names_the_first_stale_one(self, world: World, house: House) -> None:
        fresh, stale, staler = (world.add_bill(house) for _ in range(3))
        world.save_bill(edited(stale, "先改"))
        world.save_bill(edited(staler, "先改"))
        with refused(StaleError, kind="bill", id=stale.number):
            world.work.bills.save_all(
                [bill.pay(paid_in_cash()) for bill in (staler, fresh, stale)]
            )
        assert world.stored_bill(fresh.number) == fresh

    def test_refuses_to_save_or_remove_a_removed_bill(
        self, world: World, bill: PendingBill
    ) -> None:
        world.remove_bills(bill)
        with pytest.raises(StaleError):
            world.save_bill(edited(bill, "后改"))
        with pytest.raises(StaleError):
            world.remove_bills(bill)

    def test_removes_bills(self, world: World, house: House) -> None:
        gone, kept = world.add_bill(house), world.add_bill(house, fee_type=FeeType.RENT)
        world.remove_bills(gone)
        assert list(world.work.bills.get_many(world.scope, [gone.number, kept.number])) == [kept]
        with pytest.raises(ThingNotFoundError):
            world.work.bills.get(world.scope, gone.number)

    @pytest.mark.parametrize("paid", [True, False])
    def test_refuses_to_remove_a_changed_bill(
        self, world: World, bill: PendingBill, *, paid: bool
    ) -> None:
        first = bill.pay(paid_in_cash()) if paid else edited(bill, "先改")
        world.save_bill(first)
        with refused(StaleError, kind="bill", id=bill.number):
            world.remove_bills(bill)
        assert world.stored_bill(bill.number) == first

    def test_a_batch_of_removals_is_all_or_nothing(self, world: World, house: House) -> None:
        bills = [world.add_bill(house) for _ in range(3)]
        world.save_bill(edited(bills[2], "先改"))
        with pytest.raises(StaleError):
            world.remove_bills(*bills)
        assert world.stored_bill(bills[0].number) == bills[0]


def edited(bill: PendingBill, remark: str) -> PendingBill:
    """Return the next version of a bill."""
    return bill.edit(fee_type=bill.fee_type, amount=bill.amount, period=bill.period, remark=remark)


class StoredBillsContract(StorageContract):
    """A bill in any state comes back as stored."""

    def test_returns_every_fact_of_a_pending_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), **FACTS)
        assert world.stored_bill(bill.number) == bill

    @pytest.mark.parametrize(
        "change",
        [
            lambda bill: attrs.evolve(bill.pay(paid_in_cash(EVENING)), receipted=True),
            lambda bill: bill.pay(Settlement(PaymentChannel.ONLINE, EVENING)),
            lambda bill: bill.void(EVENING),
        ],
        ids=["paid", "paid online", "voided"],
    )
    def test_returns_every_fact_of_a_changed_bill(
        self, world: World, house: House, change: Callable[[PendingBill], Bill]
    ) -> None:
        changed = change(world.add_bill(house, **FACTS))
        world.save_bill(changed)
        assert world.stored_bill(changed.number) == changed

    def test_forgets_the_payment_that_was_taken_back(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        paid = bill.pay(paid_in_cash())
        world.save_bill(paid)
        world.save_bill(paid.take_back())
        assert world.stored_bill(bill.number) == attrs.evolve(bill, version=3)

    def test_finds_nothing_outside_the_scope(self, world: World, bill: PendingBill) -> None:
        world.hides(world.work.bills.get, bill.number, kind="bill")
        assert world.work.bills.get(world.garden_scope, bill.number) == bill

    def test_returns_many_in_scope_by_ascending_number(self, world: World) -> None:
        here, there = world.add_house("1号楼/101"), world.add_house("2栋/1", world.lakeside)
        bills = [world.add_bill(house) for house in (here, there, here)]
        wanted = [bills[2].number, bills[1].number, bills[0].number, BillNumber("2" * 21)]
        assert list(world.work.bills.get_many(world.scope, wanted)) == bills
        assert list(world.work.bills.get_many(world.garden_scope, wanted)) == [bills[0], bills[2]]
        assert list(world.work.bills.get_many(world.rival_scope, wanted)) == []
        assert list(world.work.bills.get_many(world.scope, [])) == []

    def test_returns_more_than_any_statement_takes_parameters(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill = world.add_bill(house)
        wanted = [BillNumber(f"{number:021d}") for number in range(5_000)]
        assert list(world.work.bills.get_many(world.scope, [*wanted, bill.number])) == [bill]


class ChargesContract(StorageContract):
    """The charges of houses, for the warning about duplicates (rule 3.12)."""

    def test_are_those_of_unpaid_and_paid_bills(self, world: World, house: House) -> None:
        april = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
        world.add_bill(house)
        world.save_bill(world.add_bill(house, period=april).pay(paid_in_cash()))
        pushed = world.add_bill(house, fee_type=FeeType.RENT, origin=BillOrigin.PUSHED)
        world.save_bill(pushed.void(NOON))
        world.remove_bills(world.add_bill(house, fee_type=FeeType.WATER))
        assert world.work.bills.charges(world.garden.id, [house.id]) == {
            ChargeKey(house.id, FeeType.PROPERTY, MARCH),
            ChargeKey(house.id, FeeType.PROPERTY, april),
        }

    def test_are_those_of_the_periods_asked_for(self, world: World, house: House) -> None:
        april = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
        world.add_bill(house)
        world.add_bill(house, period=april)
        charges = world.work.bills.charges(world.garden.id, [house.id], periods=[april])
        assert charges == {ChargeKey(house.id, FeeType.PROPERTY, april)}
        assert world.work.bills.charges(world.garden.id, [house.id], periods=[]) == set()

    def test_are_those_of_the_houses_asked_for(self, world: World) -> None:
        asked, other = world.add_house("1号楼/101"), world.add_house("1号楼/102")
        abroad = world.add_house("1号楼/101", world.lakeside)
        for house in (asked, other, abroad):
            world.add_bill(house)
        charges = world.work.bills.charges(world.garden.id, [asked.id, abroad.id])
        assert charges == {ChargeKey(asked.id, FeeType.PROPERTY, MARCH)}
        assert world.work.bills.charges(world.garden.id, []) == set()


class ChargedSinceContract(StorageContract):
    """What was charged lately, for the template of the next period (rule 3.17)."""

    def test_is_what_unpaid_and_paid_bills_charge(self, world: World, house: House) -> None:
        april = BillingPeriod(date(2026, 4, 1), date(2026, 4, 30))
        pending = world.add_bill(house)
        paid = world.add_bill(house, period=april)
        world.save_bill(paid.pay(paid_in_cash()))
        world.remove_bills(world.add_bill(house))
        world.add_bill(world.add_house("1栋/1", world.lakeside))

        found = world.work.bills.charged_since(world.garden.id, MARCH.first_day)

        assert list(found) == [
            Charge(house.id, bill.fee_type, bill.amount, bill.period) for bill in (pending, paid)
        ]

    def test_begins_on_the_day_asked_for(self, world: World, house: House) -> None:
        world.add_bill(house)
        after = MARCH.first_day + timedelta(days=1)
        assert not world.work.bills.charged_since(world.garden.id, after)


class RemindedBillsContract(StorageContract):
    """A bill stores the moment of its last reminder without a new version (rule 4)."""

    def test_are_marked_without_a_new_version(self, world: World, house: House) -> None:
        first, second, other = (world.add_bill(house) for _ in range(3))
        mark_reminded(world, EVENING, second, first)
        assert world.stored_bill(first.number) == attrs.evolve(first, reminded_at=EVENING)
        assert world.stored_bill(second.number) == attrs.evolve(second, reminded_at=EVENING)
        assert world.stored_bill(other.number) == other

    def test_keep_a_later_moment(self, world: World, bill: PendingBill) -> None:
        for moment in (NOON, EVENING, NOON):
            mark_reminded(world, moment, bill)
        assert world.stored_bill(bill.number).reminded_at == EVENING

    def test_are_marked_in_any_state(self, world: World, bill: PendingBill) -> None:
        paid = bill.pay(paid_in_cash())
        world.save_bill(paid)
        mark_reminded(world, EVENING, bill)
        assert world.stored_bill(bill.number) == attrs.evolve(paid, reminded_at=EVENING)

    def test_leave_out_what_is_gone(self, world: World, house: House) -> None:
        gone, never, there = world.add_bill(house), world.a_bill(house), world.add_bill(house)
        world.remove_bills(gone)
        mark_reminded(world, EVENING, gone, never, there)
        found = world.work.bills.get_many(world.scope, [gone.number, never.number, there.number])
        assert list(found) == [attrs.evolve(there, reminded_at=EVENING)]

    def test_may_be_none(self, world: World, bill: PendingBill) -> None:
        mark_reminded(world, EVENING)
        assert world.stored_bill(bill.number) == bill

    def test_keep_the_moment_through_every_change(self, world: World, bill: PendingBill) -> None:
        """A save based on a read from before the reminder keeps the moment."""
        mark_reminded(world, EVENING, bill)
        world.save_bill(bill.pay(paid_in_cash()))
        assert world.stored_bill(bill.number).reminded_at == EVENING


class BillRepositoryContract(
    StoredBillsContract,
    BillNumbersContract,
    GuardedBillsContract,
    ChargesContract,
    ChargedSinceContract,
    RemindedBillsContract,
):
    """All bills, guarded by their versions; numbers are never reused (rules 1, 2.7)."""


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
    world.work.bills.mark_reminded([bill.number for bill in bills], at)
