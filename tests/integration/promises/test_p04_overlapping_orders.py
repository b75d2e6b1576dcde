"""P04: a bill is in at most one order that can be paid; the first is surely closed before."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_adapters.sql.db.engine import Database
from billing_domain.errors import OrderUndecidedError
from billing_domain.ports.payments.gateway import Outcome
from tests.money_town import LI, MoneyTown
from tests.planted_bugs import HastyGateways


def payable(town: MoneyTown) -> int:
    """How many orders a payer could pay now."""
    return sum(trade.outcome is Outcome.UNPAID for trade in town.provider.trades.values())


class TestP04OverlappingOrders:
    def test_p04_close_the_first_at_the_provider(self, town: MoneyTown) -> None:
        first = town.check_out_at(0, 2)
        second = town.check_out_at(2, 4, openid=LI)

        assert not town.order(first.number).state.open
        assert town.order(second.number).state.open
        assert payable(town) == 1

    @pytest.mark.parametrize("fault", [Fault.LOST_CALL, Fault.LOST_ANSWER])
    def test_p04_are_refused_while_nobody_can_say(self, town: MoneyTown, fault: Fault) -> None:
        first = town.check_out_at(0, 2)
        town.provider.faults.append(fault)

        with pytest.raises(OrderUndecidedError) as refusal:
            town.check_out_at(2, 4, openid=LI)

        assert refusal.value.order == first.number
        assert payable(town) <= 1

    def test_p04_would_both_be_payable_if_silence_meant_closed(
        self, sql_database: Database
    ) -> None:
        """The control: the same with a gateway that takes silence for closed."""
        town = MoneyTown(sql_database, gateways=HastyGateways)
        town.check_out_at(0, 2)
        town.provider.faults.append(Fault.LOST_CALL)
        town.check_out_at(2, 4, openid=LI)

        assert payable(town) == 2
