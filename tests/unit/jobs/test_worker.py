"""The worker beside the requests: rules 5.3, 5.6."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_adapters.sql.tables.jobs import outbox_jobs
from billing_domain.model.jobs.outbox import JobKind, JobState
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.unit_of_work import UnitOfWork
from billing_domain.use_cases.jobs.run_outbox import BATCH_MAX
from billing_domain.use_cases.payments.check_statements import StatementReport
from billing_entrypoints.worker import Pace, Worker, log_statements
from tests.unit.payments.interruptions import lose_account_of
from tests.world import World


@pytest.fixture
def world() -> World:
    return World().with_payments()


BUSY = Pace(idle_seconds=0.001, janitor_seconds=0.001, statements_seconds=999)


def run_until(world: World, done: Callable[[], bool], pace: Pace = BUSY) -> None:
    """Let a worker work until something is so."""
    stop, worker = threading.Event(), Worker(world.application, pace)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not done():
        time.sleep(0.005)
    stop.set()
    thread.join()


class TestTheOutbox:
    def test_is_worked_off(self, world: World) -> None:
        order = world.paid()
        world.provider.faults.append(Fault.LOST_CALL)
        assert world.refund(order).state is RefundState.APPROVED
        world.wait(minutes=1)

        run_until(world, lambda: world.states() == ["pending"] * 3, Pace(idle_seconds=0.001))

        assert world.states() == ["pending"] * 3

    def test_tells_of_dead_jobs_by_number_alone(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        job = world.add_job(JobKind.REFUND)

        with caplog.at_level(logging.INFO):
            run_until(world, lambda: "needs a person" in caplog.text)

        assert f"job refund {job.subject} needs a person: not_found" in caplog.text

    def test_tells_of_crashes_and_goes_on(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = world.paid()
        world.provider.faults.append(Fault.LOST_CALL)
        world.refund(order)
        world.wait(minutes=1)
        crash_once(world)
        with caplog.at_level(logging.WARNING):
            Worker(world.application).drain()

        assert "ZeroDivisionError" in caplog.text
        assert f"job refund {world.refunds(order.number)[0].number} is tried again" in caplog.text

    def test_has_no_rest_while_more_is_due(self, world: World) -> None:
        """Of any kind."""
        for kind in [JobKind.REFUND] * 2 + [JobKind.REMINDER] * (BATCH_MAX + 1):
            world.add_job(kind)

        def waiting() -> int:
            return sum(job.state == JobState.WAITING for job in world.rows_of(outbox_jobs))

        run_until(world, lambda: not waiting(), Pace(idle_seconds=999))

        assert waiting() == 0

    def test_is_drained_of_what_is_due(self, world: World) -> None:
        """However many rounds that takes."""
        jobs = [world.add_job(JobKind.REFUND) for _ in range(2 * BATCH_MAX + 1)]

        assert len(Worker(world.application).drain().dead) == len(jobs)


def pay_unheard(world: World, ago: timedelta) -> None:
    """Pay for three bills a while ago, though no message told."""
    order = world.check_out()
    world.provider.pay(order.number)
    world.clock.advance(ago)


def crash_once(world: World) -> None:
    """Let the next call of the provider meet a bug."""
    crashes = iter([True])

    def crash(_moment: str) -> None:
        if next(crashes, False):
            raise ZeroDivisionError

    world.provider.meanwhile = crash


def run_until_paid(world: World, pace: Pace) -> None:
    """Let a worker work until the three bills are paid."""
    run_until(world, lambda: world.states() == ["paid"] * 3, pace)
    assert world.states() == ["paid"] * 3


JANITOR = timedelta(minutes=3), Pace(idle_seconds=0.001, janitor_seconds=0.001)
STATEMENTS = timedelta(days=1), Pace(idle_seconds=0.001, statements_seconds=0.001)
"""How long ago the bills were paid, and the pace of a worker with only this pass."""


class TestPasses:
    @pytest.mark.parametrize(("ago", "pace"), [JANITOR, STATEMENTS])
    def test_settle_what_no_message_told(self, world: World, ago: timedelta, pace: Pace) -> None:
        pay_unheard(world, ago)

        run_until_paid(world, pace)

    @pytest.mark.parametrize(
        ("ago", "pace", "logged"),
        [
            (*JANITOR, "the janitor's pass failed"),
            (*STATEMENTS, "reading a statement crashed"),
        ],
    )
    def test_go_on_after_one_that_failed(
        self,
        world: World,
        ago: timedelta,
        pace: Pace,
        logged: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        pay_unheard(world, ago)
        crash_once(world)
        with caplog.at_level(logging.ERROR):
            run_until_paid(world, pace)

        assert logged in caplog.text

    def test_say_what_needs_a_person_by_number_alone(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        order = world.check_out()
        lose_account_of(world, order)
        world.wait(hours=3)

        with caplog.at_level(logging.INFO):
            run_until(world, lambda: "needs a person" in caplog.text)

        assert f"orders undecided for two hours: {order.number}" in caplog.text
        assert f"payment {order.number} needs a person: not_found" in caplog.text
        assert "王小明" not in caplog.text


class TestStatements:
    def test_are_read_once_a_day(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        """An amount that is wrong is told of once, though passes follow."""
        order = world.paid()
        world.provider.trades[order.number].amount = Money(1)
        world.wait(days=1)

        looks = iter(range(20))

        with caplog.at_level(logging.ERROR):
            run_until(world, lambda: next(looks, None) is None, STATEMENTS[1])

        assert caplog.text.count("another amount") == 1

    def test_go_on_after_storage_failed(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        pay_unheard(world, STATEMENTS[0])
        checking, crashes = world.application.check_statements, iter([True])

        def begin(*, read_only: bool = False) -> UnitOfWork:
            if next(crashes, False):
                raise ZeroDivisionError
            return world.begin(read_only=read_only)

        world.application = attrs.evolve(
            world.application, check_statements=attrs.evolve(checking, begin=begin)
        )
        with caplog.at_level(logging.ERROR):
            run_until_paid(world, STATEMENTS[1])

        assert "the statements' pass failed" in caplog.text

    def test_say_what_needs_a_person_by_number_alone(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """And a foreign number begins no line of its own."""
        report = StatementReport(
            settled=(OrderNumber("1"),),
            unknown=(OrderNumber("2\nERROR forged"), *map(OrderNumber, "3" * 50)),
            amounts=(OrderNumber("4"),),
            later=(("5", "statement_not_ready"),),
            failed=(("6", "provider_refused"),),
            crashes=(RuntimeError("a line nobody has seen"),),
        )

        with caplog.at_level(logging.INFO):
            log_statements(report)

        assert "statements: 1 settled" in caplog.text
        assert "51 payments of unknown orders: ('2\\nERROR forged', '3'" in caplog.text
        assert caplog.text.count("'3'") < 20
        assert "orders paid with another amount: 4" in caplog.text
        assert "statement of 5 is looked at again: statement_not_ready" in caplog.text
        assert "statement of 6 needs a person: provider_refused" in caplog.text
        assert "RuntimeError: a line nobody has seen" in caplog.text
