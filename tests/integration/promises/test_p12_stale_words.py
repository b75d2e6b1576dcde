"""P12: what was true before success changes nothing after it; only a refund reopens a bill."""

from __future__ import annotations

import pytest

from billing_domain.model.payments.order import OrderState
from billing_domain.ports.payments.gateway import Outcome
from tests.money_town import MoneyTown


class TestP12StaleWords:
    @pytest.mark.parametrize("word", [Outcome.UNPAID, Outcome.CLOSED, Outcome.UNKNOWN])
    def test_p12_never_downgrade_a_paid_order(self, town: MoneyTown, word: Outcome) -> None:
        order = town.paid_at(0, 1)

        told = town.provider.message(order.number, id="old", outcome=word.value)
        assert town.take(told).status == 200

        assert town.order(order.number).state is OrderState.PAID
        assert town.states_at(0, 1) == ["paid", "paid"]

    def test_p12_a_returned_surplus_leaves_the_bill_paid(self, town: MoneyTown) -> None:
        order = town.check_out_at(0)
        town.mark_paid(*town.at(0))
        town.take(town.provider.pay(order.number))
        town.pass_janitor(minutes=3)

        assert town.provider.returned() == order.total
        assert town.states_at(0) == ["paid"]
        assert town.agrees()

    def test_p12_a_refund_reopens_the_bill(self, town: MoneyTown) -> None:
        """The control: the one event that moves a paid bill."""
        order, refunds = town.paid_at(0), town.application.refund_payments
        proposed = refunds.propose(town.staff[0], order=order.number, reason="重复缴费")
        refunds.approve(town.staff[1], number=proposed.number)

        assert town.states_at(0) == ["pending"]
        assert town.agrees()
