"""The contract of BillQueries: pages of the list (rule 2.8)."""

from __future__ import annotations

import pytest

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.paging import PageKey
from billing_domain.testing.contracts.bill_lines import two_houses
from billing_domain.testing.contracts.paging import walk
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World

ALL = BillFilter()


class BillPagesContract(StorageContract):
    """Pages without gaps or repetitions, even while the list grows."""

    @pytest.mark.parametrize("rows", [1, 4, 22, 23, 50])
    def test_are_the_whole_list_both_ways(self, storage: Storage, world: World, rows: int) -> None:
        numbers = add_many(world, 23)

        assert pages(storage, world.scope, ALL, rows) == numbers[::-1]

    def test_the_first_has_no_neighbour_before_it(self, storage: Storage, world: World) -> None:
        numbers = add_many(world, 3)
        page = storage.bill_queries.page(world.scope, ALL, key=None, rows=2)

        assert (page.previous_key, page.next_key) == (None, numbers[1])

    def test_one_in_the_middle_has_both(self, storage: Storage, world: World) -> None:
        numbers = add_many(world, 3)
        page = storage.bill_queries.page(world.scope, ALL, key=PageKey(numbers[2]), rows=1)

        assert (page.previous_key, page.next_key) == (numbers[1], numbers[1])

    @pytest.mark.parametrize("backwards", [True, False])
    def test_an_empty_one_has_none(
        self, storage: Storage, world: World, *, backwards: bool
    ) -> None:
        numbers = add_many(world, 2)
        end = numbers[-1] if backwards else numbers[0]
        page = storage.bill_queries.page(
            world.scope, ALL, key=PageKey(end, backwards=backwards), rows=2
        )

        assert (page.rows, page.previous_key, page.next_key) == ((), None, None)

    def test_go_on_after_a_bill_that_is_gone(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bills = [world.add_bill(house) for _ in range(4)]
        world.remove_bills(bills[2])
        page = storage.bill_queries.page(world.scope, ALL, key=PageKey(bills[2].number), rows=9)

        assert [row.number for row in page.rows] == [bills[1].number, bills[0].number]
        assert page.previous_key == bills[1].number

    def test_are_of_the_filter_and_the_scope(self, storage: Storage, world: World) -> None:
        houses = two_houses(world)
        world.add_resident(houses[0], "王伟")
        bills = [world.add_bill(house) for house in houses * 5]
        wanted = BillFilter(text="王伟")

        newest_first = [bill.number for bill in bills[-2::-2]]
        assert pages(storage, world.scope, wanted, 2) == newest_first
        assert pages(storage, world.lakeside_scope, wanted, 2) == []

    def test_numbers_are_those_of_the_pages(self, storage: Storage, world: World) -> None:
        numbers = add_many(world, 5)
        queries = storage.bill_queries

        assert list(queries.numbers(world.scope, ALL, count_max=5)) == numbers[::-1]
        assert list(queries.numbers(world.scope, ALL, count_max=2)) == numbers[:2:-1]
        assert list(queries.numbers(world.rival_scope, ALL, count_max=5)) == []


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
