"""P02: a key that came before with other bills is refused; keys are the payer's own."""

from __future__ import annotations

import pytest

from billing_domain.errors import RequestKeyReusedError
from tests.money_town import LI, WANG, MoneyTown


class TestP02ReusedKeys:
    @pytest.mark.parametrize("places", [(1,), (0, 1)])
    def test_p02_do_nothing(self, town: MoneyTown, places: tuple[int, ...]) -> None:
        town.check_out_at(0, key="tap")
        before = town.books()

        with pytest.raises(RequestKeyReusedError):
            town.check_out_at(*places, key="tap")

        assert town.books() == before
        assert town.provider.calls == ["create"]

    def test_p02_are_another_payers_own(self, town: MoneyTown) -> None:
        first = town.check_out_at(0, openid=WANG, key="tap")
        second = town.check_out_at(4, openid=LI, key="tap")

        assert first.number != second.number
        assert {order.state.open for order in town.books().orders} == {True}
