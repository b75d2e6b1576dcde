"""Killing the process at any moment of an import leaves all of it or none (promise P14)."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_adapters.sql.company.audit_log import SqlAuditQueries
from billing_adapters.sql.db.engine import Database
from billing_domain.model.houses.house import House
from billing_domain.ports.bills import BillFilter
from billing_domain.testing.contracts.world import World

PROGRAM = Path(__file__).with_name("import_until_killed.py")
BILLS = 600


class TestKilledImport:
    def test_before_the_commit_leaves_nothing_and_after_it_everything(
        self, world: World, sql_database: Database, bill_queries: SqlBillQueries
    ) -> None:
        """The dead one's turn is free again, and its number and keys are too."""
        house = world.add_house("1号楼/101")
        for step in ("started", "batch", "bills", "audit"):
            kill_at(step, sql_database, world, house)
            assert (step, what_is_left(world, sql_database, bill_queries)) == (step, (0, 0, 0))

        kill_at("committed", sql_database, world, house)
        assert what_is_left(world, sql_database, bill_queries) == (BILLS, 1, 1)

    @pytest.mark.slow
    def test_at_any_moment_leaves_all_or_nothing(
        self, world: World, sql_database: Database, bill_queries: SqlBillQueries
    ) -> None:
        house = world.add_house("1号楼/101")
        moments = random.Random(7)
        for _ in range(3):
            with start("never", sql_database, world, house) as child:
                wait_for("started", child)
                time.sleep(moments.uniform(0, 0.25))
                child.kill()
            left = what_is_left(world, sql_database, bill_queries)
            assert left in {(0, 0, 0), (BILLS, 1, 1)}


def kill_at(step: str, database: Database, world: World, house: House) -> None:
    """Let the import go as far as a step and kill it there, with SIGKILL."""
    with start(step, database, world, house) as child:
        wait_for(step, child)
        child.kill()


def start(step: str, database: Database, world: World, house: House) -> subprocess.Popen[str]:
    arguments = [database.url, world.company.id, house.community_id, house.id, step]
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), *arguments], stdout=subprocess.PIPE, text=True
    )


def wait_for(step: str, child: subprocess.Popen[str]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        if line.strip() == step:
            return
    raise AssertionError(step)


def what_is_left(
    world: World, database: Database, bill_queries: SqlBillQueries
) -> tuple[int, int, int]:
    """Return how many bills, batches and audit entries there are."""
    with world.begin(read_only=True) as work:
        batch = work.import_batches.by_request(world.garden.id, "once")
    entries = SqlAuditQueries(database).page(world.scope, key=None, rows=9).rows
    count = bill_queries.totals(world.scope, BillFilter()).count
    return count, int(batch is not None), len(entries)
