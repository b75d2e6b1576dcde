"""P11: money after the end of an order is recorded; it settles only what can still be paid."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from billing_domain.model.money import Money
from tests.integration.promises.payers import (
    agrees,
    check_out,
    mark_paid,
    numbers,
    pass_janitor,
    states,
    stored,
    take,
)
from tests.money_town import AMOUNTS, MoneyTown


def delete(town: MoneyTown) -> None:
    town.application.manage_bills.delete(town.staff[0], numbers=numbers(town, 0))


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
    pass_janitor(town, minutes=31)
    check_out(town, 0)


class TestP11LateMoney:
    def test_p11_after_closing_settles_what_is_unpaid(self, town: MoneyTown) -> None:
        order = check_out(town, 0, 1)
        pass_janitor(town, minutes=31)
        assert not stored(town, order.number).state.open

        assert take(town, town.provider.pay(order.number)) == 200

        assert states(town, 0, 1) == ["paid", "paid"]
        assert agrees(town)

    @pytest.mark.parametrize(
        "change", [delete, edit, order_again, lambda town: mark_paid(town, 0)]
    )
    def test_p11_for_a_bill_that_changed_goes_back(
        self, town: MoneyTown, change: Callable[[MoneyTown], None]
    ) -> None:
        order = check_out(town, 0, 1)
        change(town)

        assert take(town, town.provider.pay(order.number)) == 200
        assert attrs.astuple(stored(town, order.number).unapplied) == attrs.astuple(AMOUNTS[0])
        pass_janitor(town, minutes=3)

        assert states(town, 1) == ["paid"]
        assert town.provider.returned() == AMOUNTS[0]
        assert agrees(town)
