"""P14: killing the process anywhere in a settlement leaves all bills or none, then all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from billing_adapters.sql.db.engine import Database
from tests.money_town import LI, MoneyTown

PROGRAM = Path(__file__).with_name("settle_until_killed.py")
ROOT = PROGRAM.parents[3]
PLACES = (2, 3, 4, 5)


class TestP14KilledSettlements:
    @pytest.mark.parametrize(
        ("step", "left"),
        [
            ("orders.save", "pending"),
            ("bills.save_all", "pending"),
            ("orders.add_settlements", "pending"),
            ("audit.add_all", "pending"),
            ("committed", "paid"),
        ],
    )
    def test_p14_leave_all_or_nothing(
        self, town: MoneyTown, sql_database: Database, step: str, left: str
    ) -> None:
        fifth = town.add_bill(town.houses[2], town.bills[0].amount)
        town.bills.append(fifth)
        order = town.check_out_at(*PLACES, 6, openid=LI)

        kill_at(step, sql_database, order.number)

        assert town.states_at(*PLACES, 6) == [left] * 5
        town.provider.pay(order.number)
        town.pass_janitor(minutes=3)
        assert town.states_at(*PLACES, 6) == ["paid"] * 5
        assert town.agrees()


def kill_at(step: str, database: Database, number: str) -> None:
    """Let the settlement go as far as a step and kill it there, with SIGKILL."""
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), database.url, number, step],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."])},
    ) as child:
        assert child.stdout is not None
        assert step in (line.strip() for line in child.stdout)
        child.kill()
