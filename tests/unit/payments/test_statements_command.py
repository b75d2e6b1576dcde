"""`billing check-statements` (rule 5.7)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_entrypoints.application import Application
from billing_entrypoints.cli.main import run
from tests.answers import Answer
from tests.unit.payments.interruptions import lose_account_of
from tests.world import World

Check = Callable[..., Answer]


@pytest.fixture
def check(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run the command a day later."""

    @contextlib.contextmanager
    def opened(*_settings: object, **_clock: object) -> Iterator[Application]:
        yield world.application

    def run_command(*words: str) -> Answer:
        world.wait(days=1)
        environ = {"BILLING_DATA_DIR": str(tmp_path)}
        status = run(["check-statements", *words], environ, opened)
        said = capsys.readouterr()
        return Answer(status, said.out, said.err)

    return run_command


@pytest.fixture
def number(world: World) -> OrderNumber:
    """An order that is paid, though no message told."""
    order = world.check_out()
    world.provider.pay(order.number)
    return order.number


class TestChecking:
    @pytest.mark.usefixtures("number")
    def test_settles_what_nobody_told(self, world: World, check: Check) -> None:
        answer = check()

        assert (answer.status, answer.out) == (0, "读完对账单 3 份，补记到账 1 笔\n")
        assert world.states() == ["paid"] * 3

    def test_tells_programs_which(self, world: World, number: OrderNumber, check: Check) -> None:
        assert check("--json").data == {
            "done": [
                {"account_id": world.merchant.id, "day": f"2026-11-{day}"} for day in (20, 19, 18)
            ],
            "settled": [number],
            "unknown": [],
            "amounts": [],
            "failed": [],
            "later": [],
        }

    def test_names_what_a_person_must_look_at(
        self, world: World, number: OrderNumber, check: Check
    ) -> None:
        world.provider.trades[number].amount = Money(1)
        foreign = OrderNumber("20261120120000000000000009")
        world.provider.trades[foreign] = world.provider.trades[number]

        answer = check()

        assert answer.status == 1
        assert f"本系统没有的支付单：{foreign}" in answer.out
        assert f"实付金额和支付单不同：{number}" in answer.out

    def test_says_what_did_not_go(self, world: World, number: OrderNumber, check: Check) -> None:
        lose_account_of(world, world.order(number))

        answer = check()

        assert answer.status == 1
        assert f"没有成功：{number}（not_found）" in answer.out

    def test_says_what_is_to_be_read_again(
        self, world: World, number: OrderNumber, check: Check
    ) -> None:
        """Which is nobody's business yet."""
        world.provider.faults.append(Fault.LOST_CALL)

        answer = check()

        assert answer.status == 0
        assert f"需要稍后再读：{number}（no connection）" in answer.out
