"""导入记录 and withdrawing a whole import (rule 3.16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from billing_domain.errors import (
    BatchChangedError,
    BillReservedError,
    ImportInUseError,
    PermissionMissingError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.staff import Role
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.money import Money
from billing_domain.ports.imports import ImportRow
from tests.world import World

GOOD = ("1号楼/1单元/101", "物业费", 100, "2026年1月", "2026年1月", "")
ALSO = ("1号楼/1单元/102", "物业费", 200, "2026年1月", "2026年1月", "")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def batch(world: World) -> ImportBatch:
    return world.import_rows(GOOD, ALSO)


def withdraw(world: World, batch: ImportBatch, **more: object) -> ImportBatch:
    manage = world.application.manage_imports
    return manage.withdraw(world.admin, batch_id=batch.id, **more)  # type: ignore[arg-type]


def row(world: World, batch: ImportBatch) -> ImportRow:
    return world.application.manage_imports.row(world.admin, batch_id=batch.id)


class TestList:
    def test_says_how_many_are_paid(self, world: World, batch: ImportBatch) -> None:
        paid, _ = world.stored_bills()
        world.manage_bills.mark_paid(
            world.admin, numbers=[paid.number], channel=PaymentChannel.CASH
        )

        [found] = world.application.manage_imports.page(world.admin).rows

        assert found.batch == batch
        assert (found.left, found.paid, found.total) == (2, 1, Money(300_00))

    def test_of_another_community_is_empty(self, world: World, batch: ImportBatch) -> None:
        other = world.open_community(world.company.id, "滨江花园")
        assert not world.application.manage_imports.page(world.admin, community_id=other.id).rows
        assert row(world, batch).withdrawable

    def test_hides_another_company(self, world: World, batch: ImportBatch) -> None:
        with pytest.raises(ThingNotFoundError):
            world.application.manage_imports.row(world.rival_admin, batch_id=batch.id)


class TestWithdrawing:
    def test_moves_every_bill_to_the_bin(self, world: World, batch: ImportBatch) -> None:
        numbers = {bill.number for bill in world.stored_bills()}

        withdrawn = withdraw(world, batch, confirmed=ConfirmedBatch(2, Money(300_00)))

        assert (withdrawn.withdrawn_at, withdrawn.withdrawn_by) == (world.clock.now(), "王经理")
        assert not world.stored_bills()
        found = world.application.restore_bills.page(world.admin).rows
        assert {each.bill.number for each in found} == numbers
        assert not row(world, batch).withdrawable

    def test_is_audited_bill_by_bill(self, world: World, batch: ImportBatch) -> None:
        withdraw(world, batch)

        [entry] = [e for e in world.audit_entries() if e.action is AuditAction.WITHDRAWN]
        assert entry.subject_id == batch.id
        deleted = [e for e in world.audit_entries() if e.action is AuditAction.DELETED]
        assert [entry.before["address"] for entry in deleted] == [
            "幸福家园/1号楼/1单元/102",
            "幸福家园/1号楼/1单元/101",
        ]

    def test_is_refused_once_a_bill_is_paid(self, world: World, batch: ImportBatch) -> None:
        paid, _ = before = world.stored_bills()
        world.manage_bills.mark_paid(
            world.admin, numbers=[paid.number], channel=PaymentChannel.CASH
        )

        with pytest.raises(ImportInUseError) as refusal:
            withdraw(world, batch)

        assert (refusal.value.paid, refusal.value.left) == (1, 2)
        assert len(world.stored_bills()) == len(before)
        assert not world.application.restore_bills.page(world.admin).rows

    def test_is_refused_while_a_bill_is_in_an_open_order(
        self, world: World, batch: ImportBatch
    ) -> None:
        world.open_account()
        [_, bill] = world.stored_bills()
        world.application.collect_payments.check_out(
            world.add_owner(), numbers=[bill.number], request_key="key"
        )
        assert row(world, batch).reserved == 1

        with pytest.raises(BillReservedError):
            withdraw(world, batch)

        assert len(world.stored_bills()) == 2
        assert row(world, batch).batch.withdrawn_at is None

    def test_is_refused_when_its_bills_are_others_than_were_shown(
        self, world: World, batch: ImportBatch
    ) -> None:
        with pytest.raises(BatchChangedError):
            withdraw(world, batch, confirmed=ConfirmedBatch(2, Money(1)))
        assert len(world.stored_bills()) == 2

    def test_happens_once(self, world: World, batch: ImportBatch) -> None:
        withdraw(world, batch)
        with pytest.raises(StaleError):
            withdraw(world, batch)

    def test_of_nothing_is_refused(self, world: World, batch: ImportBatch) -> None:
        numbers = [bill.number for bill in world.stored_bills()]
        world.manage_bills.delete(world.admin, numbers=numbers)
        with pytest.raises(ImportInUseError):
            withdraw(world, batch)

    @pytest.mark.parametrize("role", list(Role))
    def test_needs_the_right(self, world: World, batch: ImportBatch, role: Role) -> None:
        actor = world.actor(role)
        if role is not Role.READ_ONLY:
            world.application.manage_imports.withdraw(actor, batch_id=batch.id)
            return
        with pytest.raises(PermissionMissingError):
            world.application.manage_imports.withdraw(actor, batch_id=batch.id)

    def test_lets_the_same_file_in_without_a_question(
        self, world: World, batch: ImportBatch
    ) -> None:
        """Rule 3.12: what was withdrawn doesn't count as there."""
        withdraw(world, batch)
        world.clock.advance(timedelta(seconds=1))
        again = world.request(GOOD, ALSO, key="again")

        preview = world.import_bills.preview(world.admin, request=again)
        assert not preview.problems
        batch = world.import_bills.import_sheet(world.admin, request=again)

        assert batch.repetition == 1
        assert len(world.stored_bills()) == 2
