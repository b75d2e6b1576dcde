"""P05: two orders that are both paid settle a bill once; the rest goes back."""

from __future__ import annotations

import pytest

from tests.money_town import AMOUNTS, LI, MoneyTown


class TestP05PaidTwice:
    @pytest.mark.parametrize("late_first", [True, False])
    def test_p05_settles_once_and_returns_the_rest(
        self, town: MoneyTown, *, late_first: bool
    ) -> None:
        orders = [town.check_out_at(0, 2), town.check_out_at(2, 4, openid=LI)]
        told = orders if late_first else orders[::-1]

        assert [town.take(town.provider.pay(order.number)).status for order in told] == [200, 200]
        assert town.agrees()
        town.pass_janitor(minutes=3)

        assert town.states_at(0, 2, 4) == ["paid"] * 3
        assert town.provider.returned() == AMOUNTS[2]
        assert {town.order(order.number).unapplied.fen for order in orders} == {0}
        assert town.agrees()
