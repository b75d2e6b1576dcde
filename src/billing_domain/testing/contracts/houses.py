"""The contracts of HouseRepository and ResidentRepository."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from billing_domain.errors import FieldError, HouseInUseError, StaleError, ThingNotFoundError
from billing_domain.model.houses.house import HouseAddress
from billing_domain.model.houses.resident import Relation
from billing_domain.testing.contracts.storage import Storage, StorageContract
from billing_domain.testing.contracts.world import World


class HouseRepositoryContract(StorageContract):
    """The houses of communities; no two of one community fold to one address (rule 3.9)."""

    def test_lists_a_community_in_the_order_added(self, storage: Storage, world: World) -> None:
        first = [world.a_house(text) for text in ("9号楼/901", "1号楼/101")]
        second = world.a_house("5号楼/501")
        elsewhere = world.a_house("1号楼/101", world.lakeside)
        with storage.begin() as work:
            work.houses.add_all(first)
            work.houses.add_all([second, elsewhere])
            work.commit()

        with storage.begin() as work:
            assert list(work.houses.of_community(world.garden.id)) == [*first, second]

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.houses.get(scope, house.id)

            assert refusal.value.facts == {"kind": "house", "id": house.id}
        with storage.begin() as work:
            assert work.houses.get(world.garden_scope, house.id) == house

    def test_tells_full_addresses_in_scope(self, storage: Storage, world: World) -> None:
        here, unasked = world.add_house("1号楼/101"), world.add_house("1号楼/102")
        there = world.add_house("1号楼/101", world.lakeside)
        abroad = world.add_house("1号楼/101", world.foreign)
        asked = [here.id, there.id, abroad.id]
        with storage.begin() as work:
            own = work.houses.addresses(world.scope, asked)
            garden = work.houses.addresses(world.garden_scope, [*asked, unasked.id])

        assert own == {here.id: "幸福家园/1号楼/101", there.id: "翠湖雅苑/1号楼/101"}
        assert garden == {here.id: own[here.id], unasked.id: "幸福家园/1号楼/102"}

    @pytest.mark.parametrize("spelling", ["1号楼/101", "１栋-101", "1幢 / 101"])
    def test_refuses_an_address_that_folds_to_one_in_use(
        self, storage: Storage, world: World, spelling: str
    ) -> None:
        world.add_house("1号楼/101")
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.houses.add_all([world.a_house(spelling)])

        assert (refusal.value.field, refusal.value.reason) == ("address", "taken")

    def test_refuses_two_that_fold_to_one_at_once(self, storage: Storage, world: World) -> None:
        twins = [world.a_house("1号楼/101"), world.a_house("1栋/101")]
        with pytest.raises(FieldError):
            world.add_houses(twins)

        with storage.begin() as work:
            assert not work.houses.of_community(world.garden.id)

    def test_saves_another_address(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        moved = attrs.evolve(house, address=HouseAddress.parse("1栋/101"))
        with storage.begin() as work:
            work.houses.save(moved)
            work.commit()

        with storage.begin() as work:
            assert work.houses.get(world.scope, house.id) == moved
            with pytest.raises(FieldError):
                work.houses.add_all([world.a_house("1号楼/101")])

    def test_refuses_to_save_an_address_in_use(self, storage: Storage, world: World) -> None:
        world.add_house("1号楼/101")
        house = world.add_house("1号楼/102")
        twin = attrs.evolve(house, address=HouseAddress.parse("1幢-101"))
        with storage.begin() as work, pytest.raises(FieldError) as refusal:
            work.houses.save(twin)

        assert (refusal.value.field, refusal.value.reason) == ("address", "taken")

    def test_refuses_to_save_what_was_never_added(self, storage: Storage, world: World) -> None:
        with storage.begin() as work, pytest.raises(ThingNotFoundError):
            work.houses.save(world.a_house("1号楼/101"))

    def test_forgets_an_empty_house(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        with storage.begin() as work:
            work.houses.remove(house)
            work.commit()

        with storage.begin() as work:
            assert not work.houses.of_community(world.garden.id)
        assert world.add_house("1号楼/101").id != house.id

    def test_refuses_to_forget_a_billed_house(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        world.add_bill(house)
        with storage.begin() as work, pytest.raises(HouseInUseError) as refusal:
            work.houses.remove(house)

        assert refusal.value.facts == {"house_id": house.id}

    def test_refuses_to_forget_a_house_that_was_lived_in(
        self, storage: Storage, world: World
    ) -> None:
        house = world.add_house("1号楼/101")
        world.add_resident(house, "王伟", moved_out_on=date(2020, 1, 1))
        with storage.begin() as work, pytest.raises(HouseInUseError):
            work.houses.remove(house)


class ResidentRepositoryContract(StorageContract):
    """The residents of houses, present and past."""

    def test_returns_every_fact(self, storage: Storage, world: World) -> None:
        person = world.add_resident(
            world.add_house("1号楼/101"),
            "欧阳 若兰",
            phone="+86-21-5555-0101",
            relation=Relation.TENANT,
            moved_in_on=date(1987, 4, 30),
            moved_out_on=date(2026, 1, 1),
            openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        )

        with storage.begin() as work:
            assert work.residents.get(world.scope, person.id) == person

    def test_finds_nothing_outside_the_scope(self, storage: Storage, world: World) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟")
        for scope in (world.rival_scope, world.lakeside_scope):
            with storage.begin() as work, pytest.raises(ThingNotFoundError) as refusal:
                work.residents.get(scope, person.id)

            assert refusal.value.facts == {"kind": "resident", "id": person.id}

    def test_lists_a_house_in_the_order_added(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        past = world.a_resident(house, "赵六", moved_out_on=date(2020, 1, 1))
        present = world.a_resident(house, "王伟")
        stranger = world.a_resident(world.add_house("1号楼/102"), "李四")
        with storage.begin() as work:
            work.residents.add_all([past, present, stranger])
            work.commit()

        with storage.begin() as work:
            assert list(work.residents.of_house(house.id)) == [past, present]

    def test_lists_who_lives_in_a_community_on_a_day(self, storage: Storage, world: World) -> None:
        """The day of moving out is the first on which somebody lives there no more."""
        house = world.add_house("1号楼/101")
        leaving = world.add_resident(house, "赵六", moved_out_on=date(2026, 3, 5))
        staying = world.add_resident(house, "王伟")
        world.add_resident(world.add_house("1号楼/101", world.lakeside), "李四")

        with storage.begin() as work:
            eve = work.residents.of_community(world.garden.id, on=date(2026, 3, 4))
            day = work.residents.of_community(world.garden.id, on=date(2026, 3, 5))
        assert eve == [leaving, staying]
        assert day == [staying]

    def test_lists_who_is_bound_to_an_openid(self, storage: Storage, world: World) -> None:
        """They are the company's, moved-out ones too (rule 5.12)."""
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

        with storage.begin() as work:
            found = work.residents.of_openid(world.company.id, openid)
            assert sorted(found, key=lambda person: person.id) == [past, present]
            assert list(work.residents.of_openid(world.rival.id, openid)) == [rival]
            assert list(work.residents.of_openid(world.company.id, "o")) == []

    def test_saves_the_next_version(self, storage: Storage, world: World) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟")
        gone = person.move_out(date(2026, 3, 5) + timedelta(days=30))
        with storage.begin() as work:
            work.residents.save(gone)
            work.commit()

        with storage.begin() as work:
            assert work.residents.get(world.scope, person.id) == gone

    def test_refuses_what_was_changed_meanwhile(self, storage: Storage, world: World) -> None:
        person = world.add_resident(world.add_house("1号楼/101"), "王伟")
        with storage.begin() as work:
            work.residents.save(person.move_out(date(2026, 3, 5)))
            work.commit()

        with storage.begin() as work, pytest.raises(StaleError) as refusal:
            work.residents.save(
                person.change(name="王玮", phone="", relation=person.relation, moved_in_on=None)
            )

        assert refusal.value.facts == {"kind": "resident", "id": person.id}
