"""P07: message, payer, janitor and staff meet on one order; one settles, the others see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_domain.errors import OrderPaidMeanwhileError
from tests.integration.promises.payers import (
    WANG,
    agrees,
    at_once,
    check_out,
    mark_paid,
    pass_janitor,
    states,
    take,
)
from tests.money_town import MoneyTown


class TestP07ManyWaysToKnow:
    def test_p07_settle_once(self, town: MoneyTown) -> None:
        order = check_out(town, 0, 1)
        letter = town.provider.pay(order.number)
        owner, collect = town.owner(WANG), town.application.collect_payments
        ways: list[Callable[[], object]] = [
            lambda: take(town, letter),
            lambda: collect.look(owner, number=order.number),
            lambda: pass_janitor(town, minutes=3),
            lambda: mark_paid(town, 0),
        ]

        at_once(lambda rival: ways[rival](), len(ways))

        assert take(town, letter) == 200
        assert states(town, 0, 1) == ["paid", "paid"]
        assert len(town.books().settlements) == 2
        assert agrees(town)

    def test_p07_staff_are_told_that_it_is_paid(self, town: MoneyTown) -> None:
        town.provider.pay(check_out(town, 0, 1).number)

        with pytest.raises(OrderPaidMeanwhileError):
            mark_paid(town, 0)

        assert len(town.books().settlements) == 2
