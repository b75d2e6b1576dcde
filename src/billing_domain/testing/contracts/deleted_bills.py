"""The contract of DeletedBillRepository (rule 2.12)."""

from datetime import timedelta

import attrs
import pytest

from billing_domain.errors import NumberTakenError, StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.houses.house import House
from billing_domain.ports.paging import PageKey
from .bills import FACTS, mark_reminded
from .storage import StorageContract
from .world import NOON, World, refused

LONG_AGO = NOON - timedelta(days=30)


class DeletedBillRepositoryContract(StorageContract):
    """Deleted bills can be put back for 30 days; nothing else finds them."""

    def test_keeps_every_fact(self, world: World, house: House) -> None:
        bill = world.add_bill(house, **FACTS)
        world.remove_bills(bill)

        found = world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)

        assert found.bill == attrs.evolve(bill, version=2)
        assert (found.community_name, found.address) == (world.garden.name, "1号楼/101")
        assert (found.deleted_at, found.deleted_by) == (NOON, "小李")

    def test_puts_a_bill_back_under_its_number(self, world: World, house: House) -> None:
        bill = world.add_bill(house, **FACTS)
        world.remove_bills(bill)
        deleted = world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)

        restored = world.work.deleted_bills.restore(deleted.bill)

        assert restored == attrs.evolve(bill, version=3)
        assert world.work.bills.get(world.scope, bill.number) == restored
        with pytest.raises(ThingNotFoundError):
            world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)

    def test_puts_a_bill_back_once(self, world: World, bill: PendingBill) -> None:
        world.remove_bills(bill)
        deleted = world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)
        world.work.deleted_bills.restore(deleted.bill)
        with refused(StaleError, kind="deleted_bill", id=bill.number):
            world.work.deleted_bills.restore(deleted.bill)

    def test_can_be_deleted_and_put_back_again(self, world: World, bill: PendingBill) -> None:
        for _ in range(2):
            there = world.work.bills.get(world.scope, bill.number)
            assert isinstance(there, PendingBill)
            world.work.bills.remove_all([there], at=NOON, by="小李")
            deleted = world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)
            world.work.deleted_bills.restore(deleted.bill)
        assert world.work.bills.get(world.scope, bill.number) == attrs.evolve(bill, version=5)

    def test_finds_nothing_outside_the_scope(self, world: World, bill: PendingBill) -> None:
        world.remove_bills(bill)
        deleted = world.work.deleted_bills
        world.hides(
            lambda scope, number: deleted.get(scope, number, since=LONG_AGO),
            bill.number,
            kind="deleted_bill",
        )
        assert not deleted.page(world.rival_scope, since=LONG_AGO, key=None, rows=9).rows

    def test_lists_the_last_deleted_first(self, world: World, house: House) -> None:
        bills = [world.add_bill(house) for _ in range(3)]
        for hours, bill in enumerate(bills):
            world.work.bills.remove_all([bill], at=NOON + timedelta(hours=hours), by="小李")

        first = world.work.deleted_bills.page(world.scope, since=LONG_AGO, key=None, rows=2)
        key = PageKey(str(first.next_key))
        second = world.work.deleted_bills.page(world.scope, since=LONG_AGO, key=key, rows=2)

        numbers = [each.bill.number for each in (*first.rows, *second.rows)]
        assert numbers == [bill.number for bill in reversed(bills)]

    def test_shows_nothing_older_than_asked_for(self, world: World, bill: PendingBill) -> None:
        world.remove_bills(bill)
        later = NOON + timedelta(microseconds=1)
        assert not world.work.deleted_bills.page(world.scope, since=later, key=None, rows=9).rows
        with pytest.raises(ThingNotFoundError):
            world.work.deleted_bills.get(world.scope, bill.number, since=later)

    def test_forgets_the_old_ones_but_never_their_numbers(
        self, world: World, house: House
    ) -> None:
        old, young = world.add_bill(house), world.add_bill(house)
        world.work.bills.remove_all([old], at=LONG_AGO, by="小李")
        world.work.bills.remove_all([young], at=NOON, by="小李")

        assert world.work.deleted_bills.remove_before(NOON) == 1

        found = world.work.deleted_bills.page(world.scope, since=LONG_AGO, key=None, rows=9)
        assert [each.bill.number for each in found.rows] == [young.number]
        with pytest.raises(NumberTakenError):
            world.work.bills.add_all([world.a_bill(house, number=old.number)])

    def test_shows_a_bill_whose_house_is_gone(self, world: World, house: House) -> None:
        bill = world.add_bill(house)
        world.remove_bills(bill)
        world.work.houses.remove(house)

        found = world.work.deleted_bills.get(world.scope, bill.number, since=LONG_AGO)

        assert found.address == ""

    def test_is_in_no_other_answer(self, world: World, house: House) -> None:
        bill = world.add_bill(house)
        world.remove_bills(bill)
        mark_reminded(world, NOON, bill)

        assert not world.work.bills.get_many(world.scope, [bill.number])
        assert not world.work.bills.charges(world.garden.id, [house.id])
