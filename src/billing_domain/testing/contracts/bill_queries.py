"""The contract of BillQueries: totals, snapshots, and the whole contract (rules 2.8, 2.10)."""

from __future__ import annotations

from datetime import date

from billing_domain.model.bills.bill import BillOrigin, BillState, PendingBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillFilter, BillTotals
from billing_domain.ports.paging import COUNT_MAX
from billing_domain.testing.contracts.bill_houses import BillHousesContract
from billing_domain.testing.contracts.bill_lines import BillRowContract, two_houses
from billing_domain.testing.contracts.bill_pages import BillPagesContract
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import NOON, World, paid_in_cash

ALL = BillFilter()


class BillTotalsContract(StorageContract):
    """Counts and sums, capped where exact ones would cost a scan."""

    def test_are_by_state(self, storage: Storage, world: World) -> None:
        furnish(world)

        assert storage.bill_queries.totals(world.scope, ALL) == BillTotals(
            count=4, pending_count=2, pending=Money(3), paid=Money(4)
        )
        assert storage.bill_queries.totals(world.garden_scope, ALL) == BillTotals(
            count=3, pending_count=1, pending=Money(1), paid=Money(4)
        )

    def test_of_nothing_are_zero(self, storage: Storage, world: World) -> None:
        assert storage.bill_queries.totals(world.scope, ALL) == BillTotals(
            count=0, pending_count=0, pending=Money(0), paid=Money(0)
        )

    def test_stop_one_above_the_cap(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
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

    def test_holds_every_row_newest_first(self, storage: Storage, world: World) -> None:
        furnish(world)
        with storage.bill_queries.snapshot(world.scope, ALL) as (count, rows):
            found = list(rows)

        page = storage.bill_queries.page(world.scope, ALL, key=None, rows=99)
        assert found == list(page.rows)
        assert count == len(found) == 4

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

    def test_is_of_the_filter_and_the_scope(self, storage: Storage, world: World) -> None:
        furnish(world)
        paid = BillFilter(states=frozenset({BillState.PAID}))
        with storage.bill_queries.snapshot(world.scope, paid) as (count, rows):
            assert (count, [row.amount for row in rows]) == (1, [Money(4)])
        with storage.bill_queries.snapshot(world.rival_scope, paid) as (count, rows):
            assert (count, list(rows)) == (0, [])

    def test_of_a_place_out_of_reach_is_empty(self, storage: Storage, world: World) -> None:
        furnish(world)
        elsewhere = BillFilter(community_id=world.garden.id)
        for scope in (world.lakeside_scope, world.rival_scope):
            with storage.bill_queries.snapshot(scope, elsewhere) as (count, rows):
                assert (count, list(rows)) == (0, [])
            assert storage.bill_queries.page(scope, elsewhere, key=None, rows=9).rows == ()


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
    """All reads of bills except filters and the search box, which have their own contracts."""


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
