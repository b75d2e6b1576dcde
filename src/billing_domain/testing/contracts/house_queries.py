"""The contract of HouseQueries (rule 3.14)."""

from datetime import date, timedelta
from functools import partial

import pytest

from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation
from billing_domain.model.money import Money
from billing_domain.ports.houses import HouseRow, ResidentRow
from .paging import walk
from .storage import Storage, StorageContract
from .world import World, paid_in_cash

WANTED = "12号楼/1502"
NATURAL = ["1号楼/2", "1号楼/10", "2号楼/1", "10号楼/1", "别墅"]


class HouseRowContract(StorageContract):
    """One house with its residents and its debt."""

    def test_shows_every_fact(self, storage: Storage, world: World, house: House) -> None:
        person = world.add_resident(
            house,
            "王伟",
            phone="13812344613",
            relation=Relation.TENANT,
            moved_in_on=date(2020, 2, 29),
            moved_out_on=storage.today + timedelta(days=1),
            openid="oUpF8uMuAJO",
        )
        for fen in (1, 2):
            world.add_bill(house, amount=Money(fen))
        world.save_bill(world.add_bill(house, amount=Money(4)).pay(paid_in_cash()))

        row = HouseRow(
            id=house.id,
            community_id=world.garden.id,
            community_name="幸福家园",
            address="1号楼/101",
            residents=(
                ResidentRow(
                    id=person.id,
                    house_id=house.id,
                    community_id=world.garden.id,
                    address="1号楼/101",
                    name="王伟",
                    phone="13812344613",
                    relation=Relation.TENANT,
                    moved_in_on=date(2020, 2, 29),
                    moved_out_on=storage.today + timedelta(days=1),
                    bound=True,
                    version=1,
                ),
            ),
            pending_count=2,
            pending=Money(3),
        )
        assert storage.house_queries.row(world.scope, house.id) == row
        assert house_page(storage, world) == [row]

    def test_shows_all_residents_where_the_list_shows_the_present_ones(
        self, storage: Storage, world: World, house: House
    ) -> None:
        world.add_resident(house, "走了", moved_out_on=storage.today)
        world.add_resident(house, "王伟")
        alone = storage.house_queries.row(world.scope, house.id)
        assert [person.name for person in alone.residents] == ["走了", "王伟"]
        listed = house_page(storage, world)[0]
        assert [(person.name, person.bound) for person in listed.residents] == [("王伟", False)]

    def test_shows_an_empty_house(self, storage: Storage, world: World, house: House) -> None:
        row = storage.house_queries.row(world.scope, house.id)
        assert (row.residents, row.pending_count, row.pending) == ((), 0, Money(0))

    def test_is_not_found_outside_the_scope(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        world.hides(storage.house_queries.row, house.id, kind="house")


class HousePagesContract(StorageContract):
    """The list of a community's houses."""

    @pytest.mark.parametrize("rows", [1, 2, 5, 9])
    def test_is_in_natural_order(self, storage: Storage, world: World, rows: int) -> None:
        for text in sorted(NATURAL):
            world.add_house(text)
        world.add_house("1号楼/3", world.lakeside)
        assert pages(storage, world, rows) == NATURAL

    def test_tells_addresses_apart_that_sort_alike(self, storage: Storage, world: World) -> None:
        alike = ["01号楼/1", "1号楼/01", "1号楼/1"]
        for text in alike:
            world.add_house(text)
        assert sorted(pages(storage, world, 1)) == alike

    def test_is_counted(self, storage: Storage, world: World) -> None:
        for text in NATURAL:
            world.add_house(text)
        world.add_house("1号楼/3", world.lakeside)
        queries = storage.house_queries
        assert queries.count(world.scope, world.garden.id) == 5
        assert queries.count(world.lakeside_scope, world.lakeside.id) == 1
        assert queries.count(world.lakeside_scope, world.garden.id) == 0
        assert queries.count(world.rival_scope, world.garden.id) == 0

    def test_is_empty_outside_the_scope(self, storage: Storage, world: World) -> None:
        world.add_house("1号楼/101")
        for scope in (world.rival_scope, world.lakeside_scope):
            page = storage.house_queries.page(scope, world.garden.id, text="", key=None, rows=9)
            assert (page.rows, page.next_key, page.previous_key) == ((), None, None)

    def test_finds_by_a_part(self, storage: Storage, world: World) -> None:
        house = world.add_house(WANTED)
        world.add_resident(house, "王伟", phone="13812344613")
        other = world.add_house("东区")
        world.add_resident(other, "李芳", phone="139")
        texts = [
            "王",
            "王伟",
            "4613",
            "12栋1502室",
            "12-1502",
            "王伟 1502",
            "138",
            "12号楼",
            "１２号楼",
            "园/12",
            "1502",
            " 王 ",
        ]
        missed = [text for text in texts if pages(storage, world, 1, text=text) != [WANTED]]

        assert not missed

    def test_finds_nothing_else(self, storage: Storage, world: World) -> None:
        house = world.add_house(WANTED)
        world.add_resident(house, "王伟")
        world.add_resident(house, "走了", phone="13999999999", moved_out_on=storage.today)
        texts = ["走了", "9999", "%", "_", "\\", "'", "伟王", "王伟 1503", "1234", "502"]
        wrong = [text for text in texts if pages(storage, world, 1, text=text)]
        assert not wrong


class HouseQueriesContract(HouseRowContract, HousePagesContract):
    """All reads of houses and residents."""


def house_page(storage: Storage, world: World) -> list[HouseRow]:
    """Return the first houses of the garden."""
    page = storage.house_queries.page(world.scope, world.garden.id, text="", key=None, rows=9)
    return list(page.rows)


def pages(storage: Storage, world: World, rows: int, *, text: str = "") -> list[str]:
    """Return the addresses of the garden, page after page."""
    ask = partial(storage.house_queries.page, world.scope, world.garden.id, text=text, rows=rows)
    return [row.address for row in walk(lambda key: ask(key=key), rows)]
