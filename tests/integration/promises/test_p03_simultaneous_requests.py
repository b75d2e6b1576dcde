"""P03: requests with one key at the same moment make one order; the others may ask again."""

from __future__ import annotations

import pytest

from billing_domain.errors import BillingError, ConflictError, FieldError, UnavailableError
from billing_domain.model.payments.order import PaymentOrder
from tests.integration.promises.rivals import at_once
from tests.money_town import MoneyTown

RIVALS = 4


class TestP03SimultaneousRequests:
    def test_p03_make_one_order(self, town: MoneyTown) -> None:
        for place in range(4):
            key = f"tap-{place}"
            outcomes = at_once(lambda _: town.check_out_at(place, key=key), RIVALS)  # noqa: B023

            made = [each for each in outcomes if isinstance(each, PaymentOrder)]
            refused = [each for each in outcomes if isinstance(each, BillingError)]
            assert len({order.number for order in made}) == 1
            assert all(isinstance(each, ConflictError | UnavailableError) for each in refused)
            assert town.check_out_at(place, key=key).number == made[0].number
        assert len(town.books().orders) == len(town.provider.trades) == 4

    def test_p03_that_are_invalid_leave_no_trace(self, town: MoneyTown) -> None:
        with pytest.raises(FieldError):
            town.check_out_at(key="tap")

        assert town.check_out_at(0, key="tap").state.open
