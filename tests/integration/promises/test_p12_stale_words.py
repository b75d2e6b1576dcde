"""P12: what was true before success changes nothing after it; only a refund reopens a bill."""

from __future__ import annotations

import pytest

from billing_domain.model.payments.order import OrderState
from billing_domain.ports.payments.gateway import Outcome
from tests.integration.promises.payers import (
    agrees,
    check_out,
    mark_paid,
    paid,
    pass_janitor,
    states,
    stored,
    take,
)
from tests.money_town import MoneyTown


class TestP12StaleWords:
    @pytest.mark.parametrize("word", [Outcome.UNPAID, Outcome.CLOSED, Outcome.UNKNOWN])
    def test_p12_never_downgrade_a_paid_order(self, town: MoneyTown, word: Outcome) -> None:
        order = paid(town, 0, 1)

        assert take(town, town.provider.message(order.number, id="old", outcome=word.value)) == 200

        assert stored(town, order.number).state is OrderState.PAID
        assert states(town, 0, 1) == ["paid", "paid"]

    def test_p12_a_returned_surplus_leaves_the_bill_paid(self, town: MoneyTown) -> None:
        order = check_out(town, 0)
        mark_paid(town, 0)
        take(town, town.provider.pay(order.number))
        pass_janitor(town, minutes=3)

        assert town.provider.returned() == order.total
        assert states(town, 0) == ["paid"]
        assert agrees(town)

    def test_p12_a_refund_reopens_the_bill(self, town: MoneyTown) -> None:
        """The control: the one event that moves a paid bill."""
        order, refunds = paid(town, 0), town.application.refund_payments
        proposed = refunds.propose(town.staff[0], order=order.number, reason="重复缴费")
        refunds.approve(town.staff[1], number=proposed.number)

        assert states(town, 0) == ["pending"]
        assert agrees(town)
