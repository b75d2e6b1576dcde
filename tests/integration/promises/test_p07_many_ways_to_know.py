"""P07: message, payer, janitor and staff meet on one order; one settles, the others see it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_domain.errors import OrderPaidMeanwhileError
from tests.integration.promises.rivals import at_once
from tests.money_town import WANG, MoneyTown


class TestP07ManyWaysToKnow:
    def test_p07_settle_once(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, 1)
        letter = town.provider.pay(order.number)
        owner, collect = town.owner(WANG), town.application.collect_payments
        ways: list[Callable[[], object]] = [
            lambda: town.take(letter).status,
            lambda: collect.look(owner, number=order.number),
            lambda: town.pass_janitor(minutes=3),
            lambda: town.mark_paid(*town.at(0)),
        ]

        at_once(lambda rival: ways[rival](), len(ways))

        assert town.take(letter).status == 200
        assert town.states_at(0, 1) == ["paid", "paid"]
        assert len(town.books().settlements) == 2
        assert town.agrees()

    def test_p07_staff_are_told_that_it_is_paid(self, town: MoneyTown) -> None:
        town.provider.pay(town.check_out_at(0, 1).number)

        with pytest.raises(OrderPaidMeanwhileError):
            town.mark_paid(*town.at(0))

        assert len(town.books().settlements) == 2
