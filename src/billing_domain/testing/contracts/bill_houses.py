"""The contract of BillQueries: the houses of bills, for reminders (rule 4.3)."""

from collections.abc import Mapping

import pytest

from billing_domain.model.bills.bill import BillOrigin, BillState
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import House, HouseId
from billing_domain.ports.bills import BillFilter
from .storage import Storage, StorageContract
from .world import NOON, World, paid_in_cash

ALL = BillFilter()


class BillHousesContract(StorageContract):
    """The houses of bills, each once with its community."""

    def test_are_those_of_a_filter(self, storage: Storage, world: World) -> None:
        here, there = furnish_houses(world)
        garden, lakeside = world.garden.id, world.lakeside.id
        unpaid = BillFilter(states=frozenset({BillState.PENDING}))

        def houses(scope: Scope, bill_filter: BillFilter) -> Mapping[HouseId, CommunityId]:
            return storage.bill_queries.houses(scope, bill_filter, count_max=9)

        assert houses(world.scope, ALL) == {**dict.fromkeys(here, garden), there: lakeside}
        assert houses(world.scope, unpaid) == {here[0]: garden, there: lakeside}
        assert houses(world.garden_scope, unpaid) == {here[0]: garden}
        assert houses(world.scope, BillFilter(community_id=lakeside)) == {there: lakeside}
        assert houses(world.lakeside_scope, BillFilter(community_id=garden)) == {}
        assert there not in houses(world.rival_scope, ALL)

    @pytest.mark.parametrize("text", ["101", "家园/1", "幸福", "12344613", "王", "王 101"])
    def test_are_those_of_a_search(self, storage: Storage, world: World, text: str) -> None:
        """The search works like the list's: by number, address, name or phone."""
        here, _there = furnish_houses(world)
        found = BillFilter(text=text)
        page = storage.bill_queries.page(world.scope, found, key=None, rows=99)
        houses = storage.bill_queries.houses(world.scope, found, count_max=9)
        assert here[0] in houses
        assert houses == {row.house_id: row.community_id for row in page.rows}

    def test_stop_at_a_number_of_houses(self, storage: Storage, world: World) -> None:
        """A house with many bills leaves room for other houses."""
        first = world.add_house("1号楼/101")
        world.add_bills([world.a_bill(first) for _ in range(5)])
        every = {first.id, *(world.add_bill(a_room(world, room)).house_id for room in range(3))}
        some = storage.bill_queries.houses(world.scope, ALL, count_max=3)
        assert len(some) == 3
        assert some.keys() < every
        assert storage.bill_queries.houses(world.scope, ALL, count_max=4).keys() == every

    def test_are_those_of_unpaid_bills_by_number(self, storage: Storage, world: World) -> None:
        houses = [a_room(world, room) for room in range(5)]
        unpaid, again, paid, voided, gone = (
            world.add_bill(house, origin=BillOrigin.PUSHED)
            for house in (houses[0], houses[0], *houses[1:4])
        )
        world.save_bill(paid.pay(paid_in_cash()))
        world.save_bill(voided.void(NOON))
        world.remove_bills(gone)
        world.add_bill(houses[4])
        asked = [bill.number for bill in (unpaid, again, paid, voided, gone)]

        of = storage.bill_queries.houses_of
        assert of(world.scope, [*asked, BillNumber("9" * 21)]) == {houses[0].id: world.garden.id}
        assert of(world.scope, []) == {}
        assert of(world.lakeside_scope, asked) == {}
        assert of(world.rival_scope, asked) == {}

    def test_are_those_of_any_number_of_bills(self, storage: Storage, world: World) -> None:
        bill = world.add_bill(world.add_house("1号楼/101"))
        many = [BillNumber(f"{number:021d}") for number in range(70_000)]
        houses = storage.bill_queries.houses_of(world.scope, [*many, bill.number])
        assert houses == {bill.house_id: world.garden.id}


def furnish_houses(world: World) -> tuple[tuple[HouseId, HouseId], HouseId]:
    """Add bills of two houses in the garden, the second paid, one lakeside and one rival house.

    王伟 lives in the first house, nobody in the second.
    """
    first, second = a_room(world, 101), a_room(world, 102)
    there = world.add_house("2号楼/101", world.lakeside)
    world.add_resident(first, "王伟", phone="13812344613")
    for house in (first, first, there, world.add_house("1号楼/101", world.foreign)):
        world.add_bill(house)
    world.save_bill(world.add_bill(second).pay(paid_in_cash()))
    return (first.id, second.id), there.id


def a_room(world: World, room: int) -> House:
    """Add a house in the garden."""
    return world.add_house(f"1号楼/{room}")
