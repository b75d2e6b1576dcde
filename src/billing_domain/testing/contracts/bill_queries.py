"""The contract of BillQueries: rows, pages, totals, snapshots (rules 2.8, 2.10)."""

from datetime import date, timedelta

import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import (
    BillAction,
    BillOrigin,
    BillState,
    PaymentChannel,
    PendingBill,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter, BillRow, BillTotals, ResidentName
from billing_domain.ports.paging import COUNT_MAX, PageKey
from .bill_houses import BillHousesContract
from .imports import add_batch
from .paging import walk
from .storage import Storage, StorageContract
from .world import MARCH, NOON, World, paid_in_cash

ALL = BillFilter()


class BillRowContract(StorageContract):
    """One row of the list (rule 2.8)."""

    def test_shows_every_fact_of_a_pending_bill(self, storage: Storage, world: World) -> None:
        house = world.add_house("12号楼/3单元/1502")
        world.add_resident(house, "王伟", phone="13812344613")
        world.add_resident(house, "走了", moved_out_on=storage.today)
        world.add_resident(house, "要走", moved_out_on=storage.today + timedelta(days=1))
        batch = add_batch(world)
        bill = world.add_bill(
            house, remark="备注\n二", batch_id=batch.id, reminded_at=NOON + timedelta(days=1)
        )

        assert storage.bill_queries.row(world.scope, bill.number) == BillRow(
            number=bill.number,
            external_number=None,
            community_id=world.garden.id,
            community_name="幸福家园",
            house_id=house.id,
            address="12号楼/3单元/1502",
            residents=(ResidentName("王伟", "13812344613"), ResidentName("要走", "")),
            fee_type=FeeType.PROPERTY,
            amount=Money(130_000),
            period=MARCH,
            remark="备注\n二",
            state=BillState.PENDING,
            origin=BillOrigin.IMPORTED,
            imported_at=NOON,
            reminded_at=NOON + timedelta(days=1),
            channel=None,
            paid_at=None,
            payer_name="",
            voucher_number="",
            batch_id=batch.id,
            version=1,
        )

    def test_shows_every_fact_of_a_payment(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(
            world.add_house("1号楼/101"), origin=BillOrigin.PUSHED, external_number="LX-1"
        )
        world.save_bill(bill.pay(paid_in_cash(NOON + timedelta(hours=1))))

        row = storage.bill_queries.row(world.scope, bill.number)
        assert (row.state, row.channel) == (BillState.PAID, PaymentChannel.CASH)
        assert row.paid_at == NOON + timedelta(hours=1)
        assert (row.payer_name, row.voucher_number) == ("王伟", "V-1")
        assert (row.origin, row.external_number) == (BillOrigin.PUSHED, "LX-1")
        assert (row.version, row.residents) == (2, ())
        assert row.actions == {BillAction.VIEW, BillAction.PRINT, BillAction.TAKE_BACK}

    def test_shows_a_voided_bill(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"), origin=BillOrigin.PUSHED)
        world.save_bill(bill.void(NOON))
        row = storage.bill_queries.row(world.scope, bill.number)
        assert (row.state, row.channel, row.paid_at) == (BillState.VOIDED, None, None)

    def test_is_not_found_outside_the_scope(self, storage: Storage, world: World) -> None:
        number = world.add_bill(world.add_house("1号楼/101")).number
        world.hides(storage.bill_queries.row, number, kind="bill")

    def test_is_gone_with_its_bill(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        world.remove_bills(bill)
        with pytest.raises(ThingNotFoundError):
            storage.bill_queries.row(world.scope, bill.number)

    def test_many_are_returned_newest_first(self, storage: Storage, world: World) -> None:
        bills = [world.add_bill(house) for house in two_houses(world) * 2]
        numbers = [bills[1].number, bills[3].number, bills[0].number, BillNumber("0" * 21)]

        def seen(scope: Scope) -> list[str]:
            rows = storage.bill_queries.rows_by_number(scope, numbers)
            return [row.number for row in rows]

        assert seen(world.scope) == [bills[3].number, bills[1].number, bills[0].number]
        assert seen(world.garden_scope) == [bills[0].number]
        assert seen(world.rival_scope) == []
        assert list(storage.bill_queries.rows_by_number(world.scope, [])) == []


def two_houses(world: World) -> list[House]:
    """Add a house in the garden and one at the lakeside."""
    return [world.add_house("1号楼/101"), world.add_house("1号楼/101", world.lakeside)]


class BillPagesContract(StorageContract):
    """Pages without gaps or repetitions, even while the list grows."""

    @pytest.mark.parametrize("rows", [1, 4, 22, 23, 50])
    def test_are_the_whole_list_both_ways(self, storage: Storage, world: World, rows: int) -> None:
        numbers = add_many(world, 23)
        assert pages(storage, world.scope, ALL, rows) == numbers[::-1]

    def test_go_on_after_a_bill_that_is_gone(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(4)]
        world.remove_bills(bills[2])
        page = storage.bill_queries.page(world.scope, ALL, key=PageKey(bills[2].number), rows=9)
        assert [row.number for row in page.rows] == [bills[1].number, bills[0].number]
        assert page.previous_key == bills[1].number


def add_many(world: World, count: int) -> list[str]:
    """Add bills; return their numbers, oldest first."""
    house = world.add_house("1号楼/101")
    bills = [world.a_bill(house) for _ in range(count)]
    world.add_bills(bills)
    return [bill.number for bill in bills]


def pages(storage: Storage, scope: Scope, wanted: BillFilter, rows: int) -> list[BillNumber]:
    """Return the numbers of page after page."""
    found = walk(lambda key: storage.bill_queries.page(scope, wanted, key=key, rows=rows), rows)
    return [row.number for row in found]


class BillTotalsContract(StorageContract):
    """Counts and sums, capped where exact ones would cost a scan."""

    def test_stop_one_above_the_cap(self, storage: Storage, world: World, house: House) -> None:
        world.add_bills([world.a_bill(house, amount=Money(2)) for _ in range(COUNT_MAX + 2)])
        totals = storage.bill_queries.totals(world.scope, ALL)
        assert totals.capped
        assert (totals.count, totals.pending_count) == (COUNT_MAX + 1, COUNT_MAX + 1)
        assert totals.pending == Money(2 * (COUNT_MAX + 1))
        month = storage.bill_queries.month(world.scope, None, date(2026, 3, 9))
        assert month.count == COUNT_MAX + 2

    def test_of_a_month_are_of_periods_that_start_in_it(
        self, storage: Storage, world: World
    ) -> None:
        furnish(world)
        house = world.add_house("9号楼/9")
        for first in (date(2026, 2, 28), date(2026, 4, 1), date(2025, 3, 1)):
            world.add_bill(house, period=BillingPeriod(first, date(2026, 12, 31)))

        def month(scope: Scope, *, here: bool) -> BillTotals:
            place = world.garden.id if here else None
            return storage.bill_queries.month(scope, place, date(2026, 3, 31))

        assert month(world.scope, here=False) == BillTotals(4, 2, Money(3), Money(4))
        assert month(world.scope, here=True) == BillTotals(3, 1, Money(1), Money(4))
        assert month(world.rival_scope, here=False).count == 1
        assert month(world.rival_scope, here=True).count == 0


class BillSnapshotContract(StorageContract):
    """All rows of one moment, for an export (rule 2.10, promise P34)."""

    def test_sees_no_change_after_it_was_opened(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(3)]
        with storage.bill_queries.snapshot(world.scope, ALL) as (count, rows):
            first = next(rows)
            world.add_bill(house)
            world.remove_bills(bills[0])
            world.save_bill(bills[1].pay(paid_in_cash()))
            rest = list(rows)

        assert count == 3
        assert [row.number for row in (first, *rest)] == [bill.number for bill in bills[::-1]]
        assert {row.state for row in (first, *rest)} == {BillState.PENDING}

    def test_may_be_left_early(self, storage: Storage, world: World) -> None:
        furnish(world)
        with storage.bill_queries.snapshot(world.scope, ALL) as (_, rows):
            next(rows)
        assert storage.bill_queries.totals(world.scope, ALL).count == 4


class BuildingsContract(StorageContract):
    """The buildings of a community, for the filter."""

    def test_are_in_natural_order(self, storage: Storage, world: World) -> None:
        for text in ("10号楼/1", "2号楼/1", "1号楼/1", "1号楼/2", "别墅/1"):
            world.add_house(text)
        world.add_house("3号楼/1", world.lakeside)

        buildings = storage.bill_queries.buildings
        assert list(buildings(world.scope, world.garden.id)) == [
            "1号楼",
            "2号楼",
            "10号楼",
            "别墅",
        ]
        assert list(buildings(world.lakeside_scope, world.garden.id)) == []
        assert list(buildings(world.rival_scope, world.garden.id)) == []


class BillQueriesContract(
    BillRowContract,
    BillPagesContract,
    BillTotalsContract,
    BillSnapshotContract,
    BillHousesContract,
    BuildingsContract,
):
    """All reads of bills but the search box, which has its own contract."""


def furnish(world: World) -> list[PendingBill]:
    """Add bills of 1 and 2 fen unpaid, 4 paid, 8 voided, and one of the rival's."""
    here, there = two_houses(world)
    bills = [
        world.add_bill(here, amount=Money(1)),
        world.add_bill(there, amount=Money(2)),
        world.add_bill(here, amount=Money(4)),
        world.add_bill(here, amount=Money(8), origin=BillOrigin.PUSHED),
    ]
    world.save_bill(bills[2].pay(paid_in_cash()))
    world.save_bill(bills[3].void(NOON))
    world.add_bill(world.add_house("1号楼/101", world.foreign))
    return bills
