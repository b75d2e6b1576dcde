"""P16: after a checkout that nobody answered, the same number is tried again, never a new one."""

from __future__ import annotations

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.errors import ProviderUnavailableError
from tests.money_town import MoneyTown


class TestP16UnheardCheckouts:
    @pytest.mark.parametrize("fault", [Fault.LOST_CALL, Fault.LOST_ANSWER])
    @pytest.mark.parametrize("key", ["tap", "another"])
    def test_p16_keep_their_number(self, town: MoneyTown, fault: Fault, key: str) -> None:
        town.provider.faults.append(fault)
        with pytest.raises(ProviderUnavailableError):
            town.check_out_at(0, 1, key="tap")

        order = town.check_out_at(0, 1, key=key)

        assert order.ticket is not None
        assert list(town.provider.trades) == [order.number]
        assert len(town.books().orders) == 1
