"""P13: a paid bill is never edited or deleted; an order keeps the amounts of its checkout."""

from __future__ import annotations

import pytest

from billing_domain.errors import BatchRefusedError, BillActionRefusedError
from billing_domain.model.money import Money
from tests.money_town import AMOUNTS, MoneyTown


def edit(town: MoneyTown, place: int) -> None:
    """Make a bill dearer, as it is now."""
    (number,) = town.at(place)
    bill = next(each for each in town.books().bills if each.number == number)
    town.application.manage_bills.edit(
        town.staff[0],
        number=number,
        version=bill.version,
        fee_type=bill.fee_type,
        amount=Money(777),
        period=bill.period,
        remark="",
    )


class TestP13BillsUnderOrders:
    def test_p13_paid_stay_what_they_are(self, town: MoneyTown) -> None:
        town.paid_at(0, 1)
        before = town.books()

        with pytest.raises(BillActionRefusedError):
            edit(town, 0)
        with pytest.raises(BatchRefusedError):
            town.application.manage_bills.delete(town.staff[0], numbers=town.at(0))

        assert town.books() == before

    def test_p13_an_edit_closes_the_order_and_leaves_its_lines(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, 1)

        edit(town, 0)

        closed = town.order(order.number)
        assert not closed.state.open
        assert [line.amount for line in closed.lines] == list(AMOUNTS[:2])
        assert town.states_at(0, 1) == ["pending", "pending"]
        assert town.agrees()
