"""Whatever happens, no fen is lost or doubled: one machine on every storage (rule 10, P22)."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import ClassVar

import attrs
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from billing_adapters.sql.db.transaction import BrokenConstraintError
from tests.databases import PostgresServer
from tests.money_machine import MoneyMachine
from tests.money_town import MoneyTown
from tests.planted_bugs import BlindDecisions

STEPS = 50


class PostgresMoney(MoneyMachine):
    """The town in PostgreSQL."""

    server: ClassVar[PostgresServer]

    def open_town(self, stack: ExitStack) -> MoneyTown:
        return MoneyTown(stack.enter_context(self.server.lent()))


@seed(16)  # its stories soon have one that finds it; others find it too, but minutes later
class BlindSettlements(MoneyMachine):
    """The janitor settles what it read before asking, whoever was faster."""

    def open_town(self, stack: ExitStack) -> MoneyTown:
        town = super().open_town(stack)
        janitor = town.application.settle_open_payments
        sound = janitor.decide
        blind = BlindDecisions(sound.begin, sound.gateways, sound.reports)
        town.application = attrs.evolve(
            town.application, settle_open_payments=attrs.evolve(janitor, decide=blind)
        )
        return town


class TestMoney:
    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_is_conserved_in_sqlite(self) -> None:
        run(MoneyMachine, examples=settings().max_examples)

    @pytest.mark.slow
    @pytest.mark.postgres
    @pytest.mark.timeout(900)
    def test_is_conserved_in_postgresql(self, postgres: PostgresServer) -> None:
        machine = type("MoneyInPostgres", (PostgresMoney,), {"server": postgres})
        run(machine, examples=max(5, settings().max_examples // 4))


@pytest.mark.slow
@pytest.mark.timeout(900)
class TestTheMachine:
    """What it is worth: it finds what was broken on purpose."""

    def test_finds_settlements_that_ignore_who_was_faster(self) -> None:
        """The books disagree, unless the database itself refuses what was settled blindly."""
        with pytest.raises((AssertionError, BrokenConstraintError)) as found:
            run(BlindSettlements, examples=200, shrink=False)
        refused = isinstance(found.value, BrokenConstraintError)
        assert refused or re.search(r"order \d+ took", str(found.value))


def run(machine: type[MoneyMachine], *, examples: int, shrink: bool = True) -> None:
    """Look for a story in which money is lost or doubled; `shrink` for the shortest one."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            phases=[*Phase] if shrink else [Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
