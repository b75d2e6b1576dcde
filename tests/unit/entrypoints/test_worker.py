"""The worker beside the requests: rules 5.3, 5.6."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import pytest

from entrypoints.web.worker_runner import WorkerRunner
from entrypoints.worker import Pace, Worker
from tests.unit.use_cases.paying import PayingWorld


@pytest.fixture
def world() -> PayingWorld:
    return PayingWorld()


def run_until(world: PayingWorld, done: Callable[[], bool]) -> None:
    """Let a worker work until something is so."""
    pace = Pace(idle_seconds=0.001, janitor_seconds=0.001)
    runner = WorkerRunner(Worker(world.application, pace))
    runner.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not done():
        time.sleep(0.005)
    runner.close()


class TestPasses:
    def test_settle_what_no_message_told(self, world: PayingWorld) -> None:
        order = world.check_out()
        world.provider.pay(order.number)
        world.wait(minutes=3)

        run_until(world, lambda: world.states() == ["paid"] * 3)

        assert world.states() == ["paid"] * 3

    def test_go_on_after_one_that_failed(
        self, world: PayingWorld, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = world.check_out()
        world.provider.pay(order.number)
        world.wait(minutes=3)
        crashes = iter([True])

        def crash(_moment: str) -> None:
            if next(crashes, False):
                raise ZeroDivisionError

        world.provider.meanwhile = crash
        with caplog.at_level(logging.ERROR):
            run_until(world, lambda: world.states() == ["paid"] * 3)

        assert world.states() == ["paid"] * 3
        assert "the janitor's pass failed" in caplog.text

    def test_say_what_needs_a_person_by_number_alone(
        self, world: PayingWorld, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = world.check_out()
        world.lose_account_of(order)
        world.wait(hours=3)

        with caplog.at_level(logging.INFO):
            run_until(world, lambda: "needs a person" in caplog.text)

        assert f"orders undecided for two hours: {order.number}" in caplog.text
        assert f"payment {order.number} needs a person: not_found" in caplog.text
        assert "王小明" not in caplog.text
