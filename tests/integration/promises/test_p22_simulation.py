"""P22: a seeded simulation finds no lost fen, finds one that was planted, and can be replayed.

It is small here; the long run, on every storage, is
`tests/integration/payments/test_money_machine.py`.
"""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.money_machine import MoneyMachine
from tests.money_town import MoneyTown
from tests.planted_bugs import HastyGateways


@seed(10)  # its stories soon have one that finds it; others find it too, but later
class Hasty(MoneyMachine):
    """The control: silence is taken for closed."""

    def open_town(self, stack: ExitStack) -> MoneyTown:  # noqa: ARG002 - always SQLite
        return MoneyTown(gateways=HastyGateways)


@pytest.mark.slow
@pytest.mark.timeout(600)
class TestP22Simulation:
    def test_p22_is_the_same_every_time(self) -> None:
        first, second = calls_of(MoneyMachine, 10), calls_of(MoneyMachine, 10)

        assert first == second
        assert len(first) > 50

    def test_p22_finds_a_guard_that_is_off(self) -> None:
        with pytest.raises(AssertionError, match="can still be paid"):
            calls_of(Hasty, 200)


def calls_of(machine: type[MoneyMachine], examples: int) -> list[str]:
    """Run the machine and return every call that its providers got."""
    calls: list[str] = []

    def teardown(self: MoneyMachine) -> None:
        machine.teardown(self)
        calls.extend(self.provider.calls)

    run_state_machine_as_test(
        type("Recorded", (machine,), {"teardown": teardown}),
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=[*HealthCheck],
        ),
    )
    return calls
