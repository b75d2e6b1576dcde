"""`billing check-statements` (rule 5.7)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.ports.system import Clock
from billing_entrypoints.application import Application
from billing_entrypoints.cli.main import run
from billing_entrypoints.settings import Settings
from tests.answers import Answer
from tests.unit.payments.paying import PayingWorld


class Morning(PayingWorld):
    """A world in which one command is run on the day after."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__()
        self._folder, self._capsys = folder, capsys

    def unheard(self) -> OrderNumber:
        """Return an order that is paid, though no message told."""
        order = self.check_out()
        self.provider.pay(order.number)
        return order.number

    def check(self, *words: str) -> Answer:
        """Run the command a day later."""
        self.wait(days=1)
        environ = {"BILLING_DATA_DIR": str(self._folder)}
        status = run(["check-statements", *words], environ, self._open)
        said = self._capsys.readouterr()
        return Answer(status, said.out, said.err)

    @contextlib.contextmanager
    def _open(
        self,
        settings: Settings,  # noqa: ARG002 - this world needs none
        *,
        clock: Clock | None = None,  # noqa: ARG002 - it has its own
    ) -> Iterator[Application]:
        yield self.application


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Morning:
    return Morning(tmp_path, capsys)


class TestChecking:
    def test_settles_what_nobody_told(self, world: Morning) -> None:
        world.unheard()

        answer = world.check()

        assert (answer.status, answer.out) == (0, "读完对账单 3 份，补记到账 1 笔\n")
        assert world.states() == ["paid"] * 3

    def test_tells_programs_which(self, world: Morning) -> None:
        number = world.unheard()

        assert world.check("--json").data == {
            "done": [
                {"account_id": world.account.id, "day": f"2026-11-{day}"} for day in (20, 19, 18)
            ],
            "settled": [number],
            "unknown": [],
            "amounts": [],
            "failed": [],
            "later": [],
        }

    def test_names_what_a_person_must_look_at(self, world: Morning) -> None:
        number = world.unheard()
        world.provider.trades[number].amount = Money(1)
        foreign = OrderNumber("20261120120000000000000009")
        world.provider.trades[foreign] = world.provider.trades[number]

        answer = world.check()

        assert answer.status == 1
        assert f"本系统没有的支付单：{foreign}" in answer.out
        assert f"实付金额和支付单不同：{number}" in answer.out

    def test_says_what_did_not_go(self, world: Morning) -> None:
        number = world.unheard()
        world.lose_account_of(world.order(number))

        answer = world.check()

        assert answer.status == 1
        assert f"没有成功：{number}（not_found）" in answer.out

    def test_says_what_is_to_be_read_again(self, world: Morning) -> None:
        """Which is nobody's business yet."""
        number = world.unheard()
        world.provider.faults.append(Fault.LOST_CALL)

        answer = world.check()

        assert answer.status == 0
        assert f"需要稍后再读：{number}（no connection）" in answer.out
