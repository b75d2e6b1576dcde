"""The simulators' notifications: by themselves, in storms, and in the end given up."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from tests.integration.providers.stage import Stage
from tests.simulators.deliveries import SCHEDULE
from tests.simulators.merchant_ledger import LedgerRefusedError, Refusal
from tests.simulators.wechat_v3 import WechatV3Simulator


class TestDeliveries:
    def test_are_given_up_after_a_day(self, v3_stage: Stage) -> None:
        v3_stage.endpoint.busy = 99
        v3_stage.paid()
        for wait in (timedelta(0), *SCHEDULE):
            v3_stage.clock.advance(wait)
            v3_stage.heard()

        assert sum(SCHEDULE, timedelta(0)) == timedelta(hours=24, minutes=4)
        assert not v3_stage.simulator.deliveries.waiting
        assert not v3_stage.endpoint.messages

    def test_wait_while_nobody_listens(self, v3_simulator: WechatV3Simulator) -> None:
        v3_simulator.deliveries.add("http://127.0.0.1:9/", lambda: ({}, b""))

        (tried,) = v3_simulator.deliveries.deliver_due()

        assert not tried.answers
        assert v3_simulator.deliveries.waiting == [tried]


class TestTheBooks:
    @pytest.mark.parametrize(("minutes", "closed"), [(0, True), (30, False)])
    def test_take_money_late_only_when_told_to(
        self, v3_stage: Stage, minutes: int, *, closed: bool
    ) -> None:
        order = v3_stage.placed()
        if closed:
            v3_stage.gateway.close(order)
        v3_stage.wait(minutes=minutes)

        with pytest.raises(LedgerRefusedError):
            v3_stage.simulator.pay(order.number)

        assert v3_stage.simulator.pay(order.number, late=True).state == "SUCCESS"

    def test_take_money_once(self, v3_stage: Stage) -> None:
        order = v3_stage.paid()

        with pytest.raises(LedgerRefusedError) as refused:
            v3_stage.simulator.pay(order.number, late=True)

        assert refused.value.refusal is Refusal.PAID

    def test_decide_a_race_between_paying_and_closing(self, v3_stage: Stage) -> None:
        """Whoever comes first, the order is either paid or closed, and says so."""
        for _ in range(20):
            order = v3_stage.placed()
            paying = threading.Thread(target=pay_if_possible, args=(v3_stage, order.number))
            paying.start()
            closed = v3_stage.gateway.close(order)
            paying.join()

            assert v3_stage.gateway.query(order).outcome is closed.outcome


def pay_if_possible(stage: Stage, number: str) -> None:
    try:
        stage.simulator.pay(number)
    except LedgerRefusedError as refused:
        assert refused.refusal is Refusal.CLOSED  # noqa: PT017 - nothing else may refuse it
