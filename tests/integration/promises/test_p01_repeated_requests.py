"""P01: the same request again is the same order and the same answer."""

from __future__ import annotations

from tests.money_town import MoneyTown


class TestP01RepeatedRequests:
    def test_p01_make_one_order(self, town: MoneyTown) -> None:
        orders = [town.check_out_at(0, 1, key="tap") for _ in range(3)]

        assert len({order.number for order in orders}) == len(town.provider.trades) == 1
        assert orders[0] == orders[1] == orders[2]
        assert town.provider.calls == ["create"]

    def test_p01_are_answered_alike_a_day_later(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, key="tap")
        town.take(town.provider.pay(order.number))
        town.pass_janitor(hours=25)

        again = town.check_out_at(0, key="tap")

        assert (again.number, again.ticket) == (order.number, order.ticket)
        assert town.agrees()

    def test_p01_would_be_two_orders_under_two_keys(self, town: MoneyTown) -> None:
        """The control: the key is what tells a repetition."""
        first = town.check_out_at(0, key="tap")
        town.pass_janitor(minutes=31)

        assert town.check_out_at(0, key="tap").number == first.number
        assert town.check_out_at(0, key="another").number != first.number
