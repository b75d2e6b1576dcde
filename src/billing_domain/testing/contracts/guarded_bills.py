"""The contract of BillRepository: numbers and versions that guard bills (rules 1, 2.7)."""

from __future__ import annotations

import pytest

from billing_domain.errors import NumberTakenError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import Bill, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World, paid_in_cash


class BillNumbersContract(StorageContract):
    """A number is used once in the deployment (rule 1, 平台单号)."""

    def test_is_refused_when_in_use_by_any_company(self, storage: Storage, world: World) -> None:
        taken = world.add_bill(world.add_house("1号楼/101", world.foreign)).number
        house = world.add_house("1号楼/101")
        with storage.begin() as work, pytest.raises(NumberTakenError):
            work.bills.add_all([world.a_bill(house, number=taken)])

    def test_is_refused_when_drawn_twice_at_once(self, storage: Storage, world: World) -> None:
        """No bill is stored, not even those with unused numbers."""
        house = world.add_house("1号楼/101")
        bill = world.a_bill(house)
        with pytest.raises(NumberTakenError):
            world.add_bills([world.a_bill(house), bill, bill])

        with storage.begin() as work:
            assert not work.bills.charges(world.garden.id, [house.id])

    def test_stays_taken_after_its_bill_was_removed(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill = world.add_bill(house)
        world.remove_bills(bill)
        with storage.begin() as work, pytest.raises(NumberTakenError):
            work.bills.add_all([world.a_bill(house, number=bill.number)])

    def test_is_free_when_its_bill_was_never_committed(
        self, storage: Storage, world: World
    ) -> None:
        bill = world.a_bill(world.add_house("1号楼/101"))
        with storage.begin() as work:
            work.bills.add_all([bill])

        world.add_bills([bill])
        assert world.stored_bill(bill.number) == bill


class GuardedBillsContract(StorageContract):
    """The second of two concurrent changes is refused; the first stays whole (rule 2.7)."""

    def test_saves_many_in_any_order(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(3)]
        paid: list[Bill] = [bill.pay(paid_in_cash()) for bill in reversed(bills)]
        with storage.begin() as work:
            work.bills.save_all(paid)
            work.commit()

        assert [world.stored_bill(bill.number) for bill in bills] == paid[::-1]

    def test_refuses_to_save_over_a_change(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        first = edited(bill, "先改")
        world.save_bill(first)
        with pytest.raises(StaleError) as refusal:
            world.save_bill(edited(bill, "后改"))

        assert refusal.value.facts == {"kind": "bill", "id": bill.number}
        assert world.stored_bill(bill.number) == first

    def test_refuses_to_save_a_version_far_ahead(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        with pytest.raises(StaleError):
            world.save_bill(edited(edited(bill, "一"), "二"))

    def test_names_the_first_stale_one(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        fresh, stale, staler = (world.add_bill(house) for _ in range(3))
        world.save_bill(edited(stale, "先改"))
        world.save_bill(edited(staler, "先改"))
        with pytest.raises(StaleError) as refusal, storage.begin() as work:
            work.bills.save_all([bill.pay(paid_in_cash()) for bill in (staler, fresh, stale)])

        assert refusal.value.facts == {"kind": "bill", "id": stale.number}
        assert world.stored_bill(fresh.number) == fresh

    def test_refuses_to_save_a_removed_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.remove_bills(bill)
        with pytest.raises(StaleError):
            world.save_bill(edited(bill, "后改"))

    def test_removes_bills(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        gone, kept = world.add_bill(house), world.add_bill(house, fee_type=FeeType.RENT)
        world.remove_bills(gone)
        with storage.begin() as work:
            assert list(work.bills.get_many(world.scope, [gone.number, kept.number])) == [kept]
            with pytest.raises(ThingNotFoundError):
                work.bills.get(world.scope, gone.number)

    def test_refuses_to_remove_a_changed_bill(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        first = edited(bill, "先改")
        world.save_bill(first)
        with pytest.raises(StaleError) as refusal:
            world.remove_bills(bill)

        assert refusal.value.facts == {"kind": "bill", "id": bill.number}
        assert world.stored_bill(bill.number) == first

    def test_refuses_to_remove_a_bill_paid_meanwhile(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.save_bill(bill.pay(paid_in_cash()))
        with pytest.raises(StaleError):
            world.remove_bills(bill)

    def test_refuses_to_remove_twice(self, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.remove_bills(bill)
        with pytest.raises(StaleError):
            world.remove_bills(bill)

    def test_a_batch_of_removals_is_all_or_nothing(self, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(3)]
        world.save_bill(edited(bills[2], "先改"))
        with pytest.raises(StaleError):
            world.remove_bills(*bills)

        assert world.stored_bill(bills[0].number) == bills[0]


def edited(bill: PendingBill, remark: str) -> PendingBill:
    """Return the next version of a bill."""
    return bill.edit(fee_type=bill.fee_type, amount=bill.amount, period=bill.period, remark=remark)
