"""P09: a genuine message of another amount or order touches no bill and is kept."""

from __future__ import annotations

import pytest

from tests.money_town import MoneyTown


class TestP09ForeignAmounts:
    @pytest.mark.parametrize("lie", [{"amount": 20}, {"amount": 22}, {"order": "0" * 26}])
    def test_p09_settle_nothing(self, town: MoneyTown, lie: dict[str, object]) -> None:
        order = town.check_out_at(0, 1)
        town.provider.pay(order.number)

        assert town.take(town.provider.message(order.number, **lie)).status != 200

        assert town.states_at(0, 1) == ["pending", "pending"]
        (kept,) = town.application.view_payments.refused_messages(town.staff[0])
        assert kept.reason == next(iter(lie))

    def test_p09_the_right_amount_settles(self, town: MoneyTown) -> None:
        """The control: the same message unaltered."""
        assert town.take(town.provider.pay(town.check_out_at(0, 1).number)).status == 200
        assert town.states_at(0, 1) == ["paid", "paid"]
