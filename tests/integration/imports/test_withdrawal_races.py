"""Withdrawing an import while its bills are being paid: one of the two wins whole (rule 3.16)."""

from __future__ import annotations

import pytest

from billing_adapters.sql.db.engine import Database
from billing_domain.errors import (
    BatchRefusedError,
    BillReservedError,
    ImportInUseError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.owners.owner import Owner
from tests.integration.sql.races import race
from tests.world import World

ROWS = 40
MONTHS = [f"20{10 + n // 12}年{n % 12 + 1}月" for n in range(ROWS)]
LOST = (
    BatchRefusedError,
    BillReservedError,
    ImportInUseError,
    StaleError,
    ThingNotFoundError,
    type(None),
)


@pytest.fixture
def world(sql_database: Database) -> World:
    return World(sql_database)


def imported(world: World, key: str) -> ImportBatch:
    """Import bills of one house for many months."""
    rows = [("1号楼/1单元/101", "物业费", 1, month, month, key) for month in MONTHS]
    return world.import_bills.import_sheet(
        world.admin, request=world.request(*rows, key=key), confirm_warnings=True
    )


def outcome(world: World, batch: ImportBatch) -> tuple[int, bool, int]:
    """Return how many bills are left, whether it was withdrawn, and how many are in the bin."""
    row = world.application.manage_imports.row(world.admin, batch_id=batch.id)
    binned = world.application.restore_bills.page(world.admin, rows=1_000).rows
    mine = [each for each in binned if each.bill.batch_id == batch.id]
    return row.left, row.batch.withdrawn_at is not None, len(mine)


class TestWithdrawingWhile:
    def test_a_clerk_marks_one_bill_paid(self, world: World) -> None:
        manage = world.application.manage_imports
        for attempt in range(6):
            batch = imported(world, f"paid {attempt}")
            *_, last = [b.number for b in world.stored_bills() if b.batch_id == batch.id]

            def rival(writer: int, batch: ImportBatch = batch, last: str = last) -> object:
                if writer:
                    return manage.withdraw(world.admin, batch_id=batch.id)
                return world.manage_bills.mark_paid(
                    world.admin,
                    numbers=[last],  # type: ignore[list-item]
                    channel=PaymentChannel.CASH,
                )

            paying, withdrawing = race(rival, writers=2)

            assert isinstance(paying, LOST)
            assert isinstance(withdrawing, LOST)
            assert [paying, withdrawing].count(None) == 1
            expected = (0, True, ROWS) if withdrawing is None else (ROWS, False, 0)
            assert outcome(world, batch) == expected

    def test_an_owner_checks_a_bill_out(self, world: World) -> None:
        world.open_account()
        owner: Owner = world.add_owner()
        for attempt in range(6):
            batch = imported(world, f"ordered {attempt}")
            first, *_ = [b.number for b in world.stored_bills() if b.batch_id == batch.id]

            def rival(
                writer: int, batch: ImportBatch = batch, first: str = first, key: int = attempt
            ) -> object:
                if writer:
                    manage = world.application.manage_imports
                    return manage.withdraw(world.admin, batch_id=batch.id)
                return world.application.collect_payments.check_out(
                    owner,
                    numbers=[first],  # type: ignore[list-item]
                    request_key=f"key {key}",
                )

            ordering, withdrawing = race(rival, writers=2)

            assert [ordering, withdrawing].count(None) == 1, (ordering, withdrawing)
            expected = (0, True, ROWS) if withdrawing is None else (ROWS, False, 0)
            assert outcome(world, batch) == expected
        world.check_books()

    def test_a_colleague_withdraws_it_too(self, world: World) -> None:
        batch = imported(world, "twice")
        manage = world.application.manage_imports

        outcomes = race(lambda _: manage.withdraw(world.admin, batch_id=batch.id))

        assert outcomes.count(None) == 1
        assert outcome(world, batch) == (0, True, ROWS)
