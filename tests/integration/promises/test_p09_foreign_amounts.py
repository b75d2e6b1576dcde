"""P09: a genuine message of another amount or order touches no bill and is kept."""

from __future__ import annotations

import pytest

from tests.integration.promises.payers import check_out, states, take
from tests.money_town import MoneyTown


class TestP09ForeignAmounts:
    @pytest.mark.parametrize("lie", [{"amount": 20}, {"amount": 22}, {"order": "0" * 26}])
    def test_p09_settle_nothing(self, town: MoneyTown, lie: dict[str, object]) -> None:
        order = check_out(town, 0, 1)
        town.provider.pay(order.number)

        assert take(town, town.provider.message(order.number, **lie)) != 200

        assert states(town, 0, 1) == ["pending", "pending"]
        (kept,) = town.application.view_payments.refused_messages(town.staff[0])
        assert kept.reason == next(iter(lie))

    def test_p09_the_right_amount_settles(self, town: MoneyTown) -> None:
        """The control: the same message unaltered."""
        assert take(town, town.provider.pay(check_out(town, 0, 1).number)) == 200
        assert states(town, 0, 1) == ["paid", "paid"]
