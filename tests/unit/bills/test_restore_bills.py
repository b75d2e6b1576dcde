"""回收站 (rule 2.12)."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from billing_domain.errors import ChargeExistsError, PermissionMissingError, ThingNotFoundError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_entrypoints.worker import Worker
from tests.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def bill(world: World) -> PendingBill:
    """A bill that was deleted."""
    added = world.add_bill(remark="押金")
    world.manage_bills.delete(world.admin, numbers=[added.number])
    return added


def numbers(world: World) -> list[BillNumber]:
    """Return what is in 回收站."""
    return [each.bill.number for each in world.application.restore_bills.page(world.admin).rows]


class TestBin:
    def test_says_who_deleted_what_when(self, world: World, bill: PendingBill) -> None:
        [found] = world.application.restore_bills.page(world.admin).rows
        assert (found.bill.number, found.address) == (bill.number, "1号楼/1单元/101")
        assert (found.deleted_at, found.deleted_by) == (world.clock.now(), "王经理")

    def test_keeps_to_the_community(self, world: World, bill: PendingBill) -> None:
        other = world.open_community(world.company.id, "滨江花园")
        page = world.application.restore_bills.page
        assert page(world.admin, community_id=world.community.id).rows
        assert not page(world.admin, community_id=other.id).rows
        assert numbers(world) == [bill.number]

    def test_forgets_after_thirty_days(self, world: World, bill: PendingBill) -> None:
        world.clock.advance(timedelta(days=30))
        assert numbers(world) == [bill.number]

        world.clock.advance(timedelta(microseconds=1))
        assert numbers(world) == []
        with pytest.raises(ThingNotFoundError):
            world.application.restore_bills.restore(world.admin, number=bill.number)

        assert world.application.restore_bills.purge() == 1
        assert world.application.restore_bills.purge() == 0

    def test_is_emptied_by_the_worker(self, world: World, bill: PendingBill) -> None:
        world.clock.advance(timedelta(days=31))
        Worker(world.application)._look()  # noqa: SLF001 - one pass of the janitor
        assert world.application.restore_bills.purge() == 0
        assert bill.number not in numbers(world)


class TestRestoring:
    def test_gives_the_bill_back_as_it_was(self, world: World, bill: PendingBill) -> None:
        restored = world.application.restore_bills.restore(world.admin, number=bill.number)

        assert restored == attrs.evolve(bill, version=3)
        assert world.stored(bill.number) == restored
        assert numbers(world) == []

    def test_is_audited_with_the_address(self, world: World, bill: PendingBill) -> None:
        world.application.restore_bills.restore(world.admin, number=bill.number)

        [entry] = [e for e in world.audit_entries() if e.action is AuditAction.RESTORED]
        assert (entry.subject_id, entry.after["address"]) == (
            bill.number,
            "幸福家园/1号楼/1单元/101",
        )

    def test_of_what_is_charged_again_must_be_confirmed(
        self, world: World, bill: PendingBill
    ) -> None:
        world.add_bill()
        restore = world.application.restore_bills.restore

        assert world.application.restore_bills.get(world.admin, number=bill.number)[1]
        with pytest.raises(ChargeExistsError):
            restore(world.admin, number=bill.number)
        restore(world.admin, number=bill.number, confirm_duplicate=True)

        assert len(world.stored_bills()) == 2

    def test_needs_its_house(self, world: World, bill: PendingBill) -> None:
        world.register_residents.remove_house(world.admin, house_id=bill.house_id)
        with pytest.raises(ThingNotFoundError) as refusal:
            world.application.restore_bills.restore(world.admin, number=bill.number)
        assert refusal.value.kind == "house"

    def test_needs_the_right(self, world: World, bill: PendingBill) -> None:
        reader = world.actor(Role.READ_ONLY)
        assert world.application.restore_bills.page(reader).rows
        with pytest.raises(PermissionMissingError):
            world.application.restore_bills.restore(reader, number=bill.number)

    def test_reaches_no_other_company(self, world: World, bill: PendingBill) -> None:
        with pytest.raises(ThingNotFoundError):
            world.application.restore_bills.restore(world.rival_admin, number=bill.number)
