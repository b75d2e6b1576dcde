"""P05: two orders that are both paid settle a bill once; the rest goes back."""

from __future__ import annotations

import pytest

from tests.integration.promises.payers import (
    LI,
    agrees,
    check_out,
    pass_janitor,
    states,
    stored,
    take,
)
from tests.money_town import AMOUNTS, MoneyTown


class TestP05PaidTwice:
    @pytest.mark.parametrize("late_first", [True, False])
    def test_p05_settles_once_and_returns_the_rest(
        self, town: MoneyTown, *, late_first: bool
    ) -> None:
        orders = [check_out(town, 0, 2), check_out(town, 2, 4, openid=LI)]
        told = orders if late_first else orders[::-1]

        assert [take(town, town.provider.pay(order.number)) for order in told] == [200, 200]
        assert agrees(town)
        pass_janitor(town, minutes=3)

        assert states(town, 0, 2, 4) == ["paid"] * 3
        assert town.provider.returned() == AMOUNTS[2]
        assert {stored(town, order.number).unapplied.fen for order in orders} == {0}
        assert agrees(town)
