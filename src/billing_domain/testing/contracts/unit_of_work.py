"""The contract of UnitOfWork and UnitOfWorkFactory."""

import pytest

from billing_domain.errors import NumberTakenError, ThingNotFoundError
from billing_domain.model.houses.house import House
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.unit_of_work import UnitOfWork
from .storage import Storage, StorageContract
from .world import NOON, World


class UnexpectedError(Exception):
    """An arbitrary error inside a unit of work."""


class WritingContract(StorageContract):
    """All changes or none, visible to others after the commit."""

    def test_keeps_what_was_committed(self, world: World) -> None:
        house = world.a_house("1号楼/101")
        keep(house, world.begin())
        assert world.work.houses.get(world.scope, house.id) == house

    def test_undoes_what_was_not_committed(self, world: World) -> None:
        house = world.a_house("1号楼/101")
        with world.begin() as work:
            work.houses.add_all([house])
        with pytest.raises(ThingNotFoundError):
            world.work.houses.get(world.scope, house.id)

    def test_undoes_everything_when_an_error_leaves_it(self, world: World, house: House) -> None:
        bill = world.add_bill(house)
        with pytest.raises(UnexpectedError), world.begin() as work:
            work.residents.add_all([world.a_resident(house, "王伟")])
            work.bills.remove_all([bill], at=NOON, by="小李")
            raise UnexpectedError
        assert not world.work.residents.of_house(house.id)
        assert world.work.bills.get(world.scope, bill.number) == bill

    def test_undoes_the_steps_before_a_refused_one(self, storage: Storage, world: World) -> None:
        house = world.add_house("1号楼/101")
        bill = world.add_bill(house)
        with pytest.raises(NumberTakenError), storage.begin() as work:
            work.bills.add_all([world.a_bill(house)])
            work.bills.add_all([bill])
        assert len(world.work.bills.charges(world.garden.id, [house.id])) == 1
        assert storage.bill_queries.totals(world.scope, BillFilter()).count == 1

    def test_can_not_be_committed_after_a_step_was_refused_half_way(
        self, storage: Storage, world: World, house: House
    ) -> None:
        """Code that catches the error must not be able to commit the half step."""
        bill = world.add_bill(house)
        with storage.begin() as work:
            with pytest.raises(NumberTakenError):
                work.bills.add_all([world.a_bill(house), bill])
            with pytest.raises(RuntimeError):
                work.commit()
        assert storage.bill_queries.totals(world.scope, BillFilter()).count == 1

    def test_keeps_what_was_committed_before_an_error(self, world: World) -> None:
        house = world.a_house("1号楼/101")
        with pytest.raises(UnexpectedError), world.begin() as work:
            work.houses.add_all([house])
            work.commit()
            raise UnexpectedError
        assert world.work.houses.get(world.scope, house.id) == house

    def test_sees_its_own_changes(self, world: World, house: House) -> None:
        bill = world.a_bill(house)
        with world.begin() as work:
            work.bills.add_all([bill])
            edited = bill.edit(
                fee_type=bill.fee_type, amount=bill.amount, period=bill.period, remark="新"
            )
            work.bills.save_all([edited])
            assert work.bills.get(world.scope, bill.number) == edited

    def test_hides_its_changes_from_readers_until_they_are_committed(
        self, storage: Storage, world: World, house: House
    ) -> None:
        bill = world.a_bill(house)
        with storage.begin() as work:
            work.bills.add_all([bill])
            before = storage.bill_queries.totals(world.scope, BillFilter()).count
            work.commit()
            after = storage.bill_queries.totals(world.scope, BillFilter()).count
        assert (before, after) == (0, 1)


class ReadingContract(StorageContract):
    """A read-only unit of work."""

    def test_sees_what_was_committed(self, world: World, house: House) -> None:
        with world.begin(read_only=True) as work:
            assert list(work.houses.of_community(world.garden.id)) == [house]

    def test_waits_for_no_writer(self, world: World) -> None:
        with world.begin() as writer:
            writer.houses.add_all([world.a_house("1号楼/101")])
            with world.begin(read_only=True) as reader:
                assert not reader.houses.of_community(world.garden.id)

    def test_sees_one_moment(self, world: World) -> None:
        with world.begin(read_only=True) as work:
            before = work.communities.all(world.scope)
            world.add_house("1号楼/101")
            assert not work.houses.of_community(world.garden.id)
        assert list(before) == [world.garden, world.lakeside]

    def test_has_nothing_to_commit(self, storage: Storage) -> None:
        with storage.begin(read_only=True) as work:
            work.companies.all()
            with pytest.raises(RuntimeError):
                work.commit()

    def test_refuses_to_write(self, storage: Storage, world: World) -> None:
        """The error's type is the storage's choice: the write is a programming error."""
        house = world.a_house("1号楼/101")
        with pytest.raises(Exception):  # noqa: B017, PT011 - as the docstring says
            keep(house, storage.begin(read_only=True))
        assert not world.work.houses.of_community(world.garden.id)


def keep(house: House, work: UnitOfWork) -> None:
    """Add a house in a unit of work and commit."""
    with work:
        work.houses.add_all([house])
        work.commit()


class UnitOfWorkContract(WritingContract, ReadingContract):
    """Both kinds of units of work."""
