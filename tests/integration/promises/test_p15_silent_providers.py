"""P15: without a message we ask; what nobody can say is waiting, and its bills stay reserved."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import OrderUndecidedError
from billing_domain.model.payments.order import OrderState
from tests.integration.promises.payers import (
    LI,
    WANG,
    agrees,
    check_out,
    pass_janitor,
    states,
    stored,
)
from tests.money_town import MoneyTown


class TestP15SilentProviders:
    def test_p15_are_asked(self, town: MoneyTown) -> None:
        town.provider.pay(check_out(town, 0, 1).number)

        pass_janitor(town, minutes=1)
        assert states(town, 0, 1) == ["pending", "pending"]
        pass_janitor(town, minutes=1)
        assert states(town, 0, 1) == ["paid", "paid"]
        assert agrees(town)

    def test_p15_are_asked_when_the_payer_looks(self, town: MoneyTown) -> None:
        order = check_out(town, 0)
        town.provider.pay(order.number)

        town.application.collect_payments.look(town.owner(WANG), number=order.number)

        assert states(town, 0) == ["paid"]

    def test_p15_leave_the_order_waiting_for_days(self, town: MoneyTown) -> None:
        order = check_out(town, 2)
        for _ in range(3):
            town.provider.faults.append(Fault.LOST_CALL)
            pass_janitor(town, hours=24)
            assert stored(town, order.number).state is OrderState.WAITING
        town.provider.faults.append(Fault.LOST_CALL)
        with pytest.raises(OrderUndecidedError):
            check_out(town, 2, openid=LI)
        (trouble,) = town.application.view_payments.troubles(town.staff[0]).overdue
        assert trouble.number == order.number

        town.provider.pay(order.number)
        pass_janitor(town, minutes=3)

        assert states(town, 2) == ["paid"]
        assert agrees(town)
