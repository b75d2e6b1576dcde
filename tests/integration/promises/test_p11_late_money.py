"""P11: money after the end of an order is recorded; it settles only what can still be paid."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from billing_domain.model.money import Money
from tests.money_town import AMOUNTS, MoneyTown


def delete(town: MoneyTown) -> None:
    town.application.manage_bills.delete(town.staff[0], numbers=town.at(0))


def edit(town: MoneyTown) -> None:
    bill = town.bills[0]
    town.application.manage_bills.edit(
        town.staff[0],
        number=bill.number,
        version=bill.version,
        fee_type=bill.fee_type,
        amount=Money(2),
        period=bill.period,
        remark="",
    )


def order_again(town: MoneyTown) -> None:
    town.pass_janitor(minutes=31)
    town.check_out_at(0)


class TestP11LateMoney:
    def test_p11_after_closing_settles_what_is_unpaid(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, 1)
        town.pass_janitor(minutes=31)
        assert not town.order(order.number).state.open

        assert town.take(town.provider.pay(order.number)).status == 200

        assert town.states_at(0, 1) == ["paid", "paid"]
        assert town.agrees()

    @pytest.mark.parametrize(
        "change", [delete, edit, order_again, lambda town: town.mark_paid(*town.at(0))]
    )
    def test_p11_for_a_bill_that_changed_goes_back(
        self, town: MoneyTown, change: Callable[[MoneyTown], None]
    ) -> None:
        order = town.check_out_at(0, 1)
        change(town)

        assert town.take(town.provider.pay(order.number)).status == 200
        assert attrs.astuple(town.order(order.number).unapplied) == attrs.astuple(AMOUNTS[0])
        town.pass_janitor(minutes=3)

        assert town.states_at(1) == ["paid"]
        assert town.provider.returned() == AMOUNTS[0]
        assert town.agrees()
