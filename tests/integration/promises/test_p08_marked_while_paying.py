"""P08: a bill in an open order is marked paid only after the order is closed for sure."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import OrderUndecidedError
from tests.integration.promises.payers import (
    agrees,
    check_out,
    mark_paid,
    pass_janitor,
    states,
    stored,
    take,
)
from tests.money_town import AMOUNTS, MoneyTown


class TestP08MarkedWhilePaying:
    def test_p08_is_refused_while_nobody_can_say(self, town: MoneyTown) -> None:
        check_out(town, 0, 1)
        town.provider.faults.append(Fault.LOST_CALL)

        with pytest.raises(OrderUndecidedError):
            mark_paid(town, 0)

        assert states(town, 0, 1) == ["pending", "pending"]

    def test_p08_money_that_comes_later_goes_back(self, town: MoneyTown) -> None:
        order = check_out(town, 0, 1)
        mark_paid(town, 0)
        assert not stored(town, order.number).state.open

        assert take(town, town.provider.pay(order.number)) == 200
        pass_janitor(town, minutes=3)

        assert states(town, 0, 1) == ["paid", "paid"]
        assert town.provider.returned() == AMOUNTS[0]
        assert agrees(town)
