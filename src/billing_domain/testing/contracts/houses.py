"""The contracts of HouseRepository and ResidentRepository."""

from datetime import date, timedelta
from itertools import combinations

import attrs
import pytest

from billing_domain.errors import FieldError, HouseInUseError, StaleError, ThingNotFoundError
from billing_domain.model.houses.house import House, HouseAddress
from billing_domain.model.houses.resident import Relation
from .storage import StorageContract
from .world import World, refused


class HouseRepositoryContract(StorageContract):
    """The houses of communities; within a community, folded addresses are unique (rule 3.9)."""

    def test_lists_a_community_in_the_order_added(self, world: World) -> None:
        first = [world.a_house(text) for text in ("9号楼/901", "1号楼/101")]
        second = world.a_house("5号楼/501")
        elsewhere = world.a_house("1号楼/101", world.lakeside)
        with world.change() as work:
            work.houses.add_all(first)
            work.houses.add_all([second, elsewhere])
        assert list(world.work.houses.of_community(world.garden.id)) == [*first, second]

    def test_tells_when_a_match_may_no_longer_hold(self, world: World, house: House) -> None:
        def state() -> object:
            return world.work.houses.state(world.garden.id, [house.id])

        other = world.add_house("9号楼/901")
        seen = [state()]
        world.add_house("9号楼/902", world.lakeside)
        assert state() == seen[0]
        for change in (
            lambda: world.add_house("9号楼/902"),
            lambda: world.work.houses.remove(other),
            lambda: world.work.houses.remove(world.add_house("9号楼/903")),
            lambda: world.add_house("9号楼/904"),
            lambda: world.work.houses.save(attrs.evolve(house, address=HouseAddress("8号楼/1"))),
        ):
            change()
            seen.append(state())
        assert seen[2] == seen[3]
        assert all(one != other for one, other in combinations([*seen[:3], *seen[4:]], 2))

    def test_finds_nothing_outside_the_scope(self, world: World, house: House) -> None:
        world.hides(world.work.houses.get, house.id, kind="house")
        assert world.work.houses.get(world.garden_scope, house.id) == house

    def test_tells_full_addresses_in_scope(self, world: World) -> None:
        here, unasked = world.add_house("1号楼/101"), world.add_house("1号楼/102")
        there = world.add_house("1号楼/101", world.lakeside)
        abroad = world.add_house("1号楼/101", world.foreign)
        asked = [here.id, there.id, abroad.id]
        own = world.work.houses.addresses(world.scope, asked)
        garden = world.work.houses.addresses(world.garden_scope, [*asked, unasked.id])
        assert own == {here.id: "幸福家园/1号楼/101", there.id: "翠湖雅苑/1号楼/101"}
        assert garden == {here.id: own[here.id], unasked.id: "幸福家园/1号楼/102"}

    @pytest.mark.parametrize("spelling", ["1号楼/101", "１栋-101", "1幢 / 101"])
    def test_refuses_an_address_that_folds_to_one_in_use(
        self, world: World, spelling: str
    ) -> None:
        world.add_house("1号楼/101")
        with refused(FieldError, field="address", reason="taken"):
            world.work.houses.add_all([world.a_house(spelling)])

    def test_refuses_two_that_fold_to_one_at_once(self, world: World) -> None:
        twins = [world.a_house("1号楼/101"), world.a_house("1栋/101")]
        with pytest.raises(FieldError):
            world.add_houses(twins)
        assert not world.work.houses.of_community(world.garden.id)

    def test_saves_another_address(self, world: World, house: House) -> None:
        moved = attrs.evolve(house, address=HouseAddress.parse("1栋/101"))
        world.work.houses.save(moved)
        with world.begin() as work:
            assert work.houses.get(world.scope, house.id) == moved
            with pytest.raises(FieldError):
                work.houses.add_all([world.a_house("1号楼/101")])

    def test_refuses_to_save_an_address_in_use(self, world: World) -> None:
        world.add_house("1号楼/101")
        house = world.add_house("1号楼/102")
        twin = attrs.evolve(house, address=HouseAddress.parse("1幢-101"))
        with refused(FieldError, field="address", reason="taken"):
            world.work.houses.save(twin)

    def test_refuses_to_save_what_was_never_added(self, world: World) -> None:
        with pytest.raises(ThingNotFoundError):
            world.work.houses.save(world.a_house("1号楼/101"))

    def test_forgets_an_empty_house(self, world: World, house: House) -> None:
        world.work.houses.remove(house)
        assert not world.work.houses.of_community(world.garden.id)
        assert world.add_house("1号楼/101").id != house.id

    def test_refuses_to_forget_a_billed_house(self, world: World, house: House) -> None:
        world.add_bill(house)
        with refused(HouseInUseError, house_id=house.id):
            world.work.houses.remove(house)

    def test_refuses_to_forget_a_house_that_was_lived_in(self, world: World, house: House) -> None:
        world.add_resident(house, "王伟", moved_out_on=date(2020, 1, 1))
        with pytest.raises(HouseInUseError):
            world.work.houses.remove(house)


class ResidentRepositoryContract(StorageContract):
    """The residents of houses, present and past."""

    def test_returns_every_fact(self, world: World) -> None:
        person = world.add_resident(
            world.add_house("1号楼/101"),
            "欧阳 若兰",
            phone="+86-21-5555-0101",
            relation=Relation.TENANT,
            moved_in_on=date(1987, 4, 30),
            moved_out_on=date(2026, 1, 1),
            openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        )
        assert world.work.residents.get(world.scope, person.id) == person

    def test_finds_nothing_outside_the_scope(self, world: World) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟")
        world.hides(world.work.residents.get, person.id, kind="resident")

    def test_lists_a_house_in_the_order_added(self, world: World, house: House) -> None:
        past = world.a_resident(house, "赵六", moved_out_on=date(2020, 1, 1))
        present = world.a_resident(house, "王伟")
        stranger = world.a_resident(world.add_house("1号楼/102"), "李四")
        world.work.residents.add_all([past, present, stranger])
        assert list(world.work.residents.of_house(house.id)) == [past, present]

    def test_lists_who_lives_in_a_community_on_a_day(self, world: World, house: House) -> None:
        """The day of moving out is the first day on which the resident does not live there."""
        leaving = world.add_resident(house, "赵六", moved_out_on=date(2026, 3, 5))
        staying = world.add_resident(house, "王伟")
        world.add_resident(world.add_house("1号楼/101", world.lakeside), "李四")
        eve = world.work.residents.of_community(world.garden.id, on=date(2026, 3, 4))
        day = world.work.residents.of_community(world.garden.id, on=date(2026, 3, 5))
        assert eve == [leaving, staying]
        assert day == [staying]

    def test_tells_who_is_registered_in_some_houses(self, world: World, house: House) -> None:
        other, unasked = world.add_house("1号楼/102"), world.add_house("1号楼/103")
        world.add_resident(house, "赵六", moved_out_on=date(2026, 3, 5))
        world.add_resident(house, "王伟", phone="13800000001")
        world.add_resident(other, "李四")
        world.add_resident(unasked, "钱二")
        found = world.work.residents.registered([house.id, other.id], on=date(2026, 3, 5))
        phone = next(iter(phone for _, name, phone in found if name == "李四"))
        assert found == {(house.id, "王伟", "13800000001"), (other.id, "李四", phone)}
        assert not world.work.residents.registered([], on=date(2026, 3, 5))

    def test_lists_who_is_bound_to_an_openid(self, world: World) -> None:
        """All residents of the company bound to the openid, moved-out ones too (rule 5.12)."""
        openid = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
        here, there, abroad = (
            world.add_house("1号楼/101", place)
            for place in (world.garden, world.lakeside, world.foreign)
        )
        past = world.add_resident(here, "王伟", openid=openid, moved_out_on=date(2020, 1, 1))
        present = world.add_resident(there, "王伟", openid=openid)
        rival = world.add_resident(abroad, "王伟", openid=openid)
        world.add_resident(here, "李四", openid=openid.upper())
        world.add_resident(here, "赵六")

        found = world.work.residents.of_openid(world.company.id, openid)
        assert sorted(found, key=lambda person: person.id) == [past, present]
        assert list(world.work.residents.of_openid(world.rival.id, openid)) == [rival]
        assert list(world.work.residents.of_openid(world.company.id, "o")) == []

    def test_saves_the_next_version_once(self, world: World) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟")
        gone = person.move_out(date(2026, 3, 5) + timedelta(days=30))
        world.work.residents.save(gone)
        with refused(StaleError, kind="resident", id=person.id):
            world.work.residents.save(
                person.change(name="王玮", phone="", relation=person.relation, moved_in_on=None)
            )
        assert world.work.residents.get(world.scope, person.id) == gone
