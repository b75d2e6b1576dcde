"""P15: without a message we ask; what nobody can say is waiting, and its bills stay reserved."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import OrderUndecidedError
from billing_domain.model.payments.order import OrderState
from tests.money_town import LI, WANG, MoneyTown


class TestP15SilentProviders:
    def test_p15_are_asked(self, town: MoneyTown) -> None:
        town.provider.pay(town.check_out_at(0, 1).number)

        town.pass_janitor(minutes=1)
        assert town.states_at(0, 1) == ["pending", "pending"]
        town.pass_janitor(minutes=1)
        assert town.states_at(0, 1) == ["paid", "paid"]
        assert town.agrees()

    def test_p15_are_asked_when_the_payer_looks(self, town: MoneyTown) -> None:
        order = town.check_out_at(0)
        town.provider.pay(order.number)

        town.application.collect_payments.look(town.owner(WANG), number=order.number)

        assert town.states_at(0) == ["paid"]

    def test_p15_leave_the_order_waiting_for_days(self, town: MoneyTown) -> None:
        order = town.check_out_at(2)
        for _ in range(3):
            town.provider.faults.append(Fault.LOST_CALL)
            town.pass_janitor(hours=24)
            assert town.order(order.number).state is OrderState.WAITING
        town.provider.faults.append(Fault.LOST_CALL)
        with pytest.raises(OrderUndecidedError):
            town.check_out_at(2, openid=LI)
        (trouble,) = town.application.view_payments.troubles(town.staff[0]).overdue
        assert trouble.number == order.number

        town.provider.pay(order.number)
        town.pass_janitor(minutes=3)

        assert town.states_at(2) == ["paid"]
        assert town.agrees()
