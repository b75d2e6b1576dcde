"""P08: a bill in an open order is marked paid only after the order is closed for sure."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import OrderUndecidedError
from tests.money_town import AMOUNTS, MoneyTown


class TestP08MarkedWhilePaying:
    def test_p08_is_refused_while_nobody_can_say(self, town: MoneyTown) -> None:
        town.check_out_at(0, 1)
        town.provider.faults.append(Fault.LOST_CALL)

        with pytest.raises(OrderUndecidedError):
            town.mark_paid(*town.at(0))

        assert town.states_at(0, 1) == ["pending", "pending"]

    def test_p08_money_that_comes_later_goes_back(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, 1)
        town.mark_paid(*town.at(0))
        assert not town.order(order.number).state.open

        assert town.take(town.provider.pay(order.number)).status == 200
        town.pass_janitor(minutes=3)

        assert town.states_at(0, 1) == ["paid", "paid"]
        assert town.provider.returned() == AMOUNTS[0]
        assert town.agrees()
