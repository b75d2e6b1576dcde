"""The list in other orders than the newest import first, inside one community (rule 2.8)."""

from __future__ import annotations

import itertools
import random

import pytest

from billing_adapters.sql.bills.search import sorting
from billing_domain.model.bills.bill import BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.ports.bills import BillFilter, BillOrder
from billing_domain.ports.paging import PageKey
from billing_domain.testing.contracts import Storage, World
from billing_domain.testing.contracts.paging import walk
from tests.integration.bills.bill_oracle import BillOracle
from tests.integration.bills.test_filters import filters, furnished

PENDING = frozenset({BillState.PENDING})


@pytest.fixture(params=[300, 3], ids=["few are sorted", "along the index"])
def few_max(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many bills are sorted; with three, nearly every page walks along an index."""
    monkeypatch.setattr(sorting, "_FEW_MAX", request.param)
    return int(request.param)


@pytest.mark.usefixtures("few_max")
class TestSorting:
    def test_is_the_oracle_s_on_every_page(self, storage: Storage) -> None:
        world, bills = furnished(storage.begin, odd=False)
        oracle = BillOracle.reading(storage, world, [bill.number for bill in bills])
        here = BillFilter(community_id=world.garden.id)
        chance = random.Random(3)
        asked = [here, BillFilter(community_id=world.garden.id, states=PENDING)]
        asked += chance.sample([each for each in filters(world, bills) if each.community_id], 3)
        for order in BillOrder:
            for wanted in asked:
                found = pages(storage, world, wanted, order)

                assert found == oracle.in_order(world.scope, wanted, order), (order, wanted)


class TestOrder:
    def test_counts_numbers_of_an_address(self, storage: Storage, world: World) -> None:
        addresses = ["10号楼/1单元/101", "2号楼/1单元/1001", "2号楼/1单元/201", "2号楼/10单元/1"]
        bills = {world.add_bill(world.add_house(address)).number: address for address in addresses}

        found = pages(storage, world, BillFilter(community_id=world.garden.id), BillOrder.ADDRESS)

        assert [bills[number] for number in found] == [
            "2号楼/1单元/201",
            "2号楼/1单元/1001",
            "2号楼/10单元/1",
            "10号楼/1单元/101",
        ]

    def test_needs_a_community(self, storage: Storage, world: World) -> None:
        numbers = [
            world.add_bill(world.add_house(address)).number for address in ("2号楼/1", "1号楼/1")
        ]

        assert pages(storage, world, BillFilter(), BillOrder.ADDRESS) == numbers[::-1]

    @pytest.mark.parametrize("key", ["", "x", "1\n2", "9" * 40 + "\nx", "1号楼\n2\n3\n4\n5"])
    def test_of_a_key_that_names_no_place_is_no_accident(
        self, storage: Storage, world: World, key: str
    ) -> None:
        """P42: keys come from addresses that people may change."""
        world.add_bill(world.add_house("1号楼/1"))
        wanted = BillFilter(community_id=world.garden.id)

        for order, backwards in itertools.product(BillOrder, (False, True)):
            place = PageKey(key, backwards=backwards)
            storage.bill_queries.page(world.scope, wanted, key=place, rows=9, order=order)


def pages(
    storage: Storage, world: World, wanted: BillFilter, order: BillOrder
) -> list[BillNumber]:
    """Return the numbers of all pages, there and back."""
    rows = walk(
        lambda key: storage.bill_queries.page(world.scope, wanted, key=key, rows=20, order=order),
        20,
    )
    return [row.number for row in rows]
