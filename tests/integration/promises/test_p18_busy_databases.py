"""P18: a database that gives no turn is asked again; what is still lost is answered no."""

from __future__ import annotations

import pytest

from billing_domain.errors import StorageBusyError
from billing_domain.services.jobs.retrying import ATTEMPTS_MAX
from tests.integration.promises.payers import (
    agrees,
    at_once,
    check_out,
    pass_janitor,
    states,
    take,
)
from tests.money_town import CommitFault, MoneyTown


class TestP18BusyDatabases:
    @pytest.mark.parametrize("times", [1, ATTEMPTS_MAX - 1])
    def test_p18_are_asked_again(self, town: MoneyTown, times: int) -> None:
        town.provider.pay(check_out(town, 0, 1).number)
        town.chance.faults.extend([CommitFault.BUSY] * times)

        pass_janitor(town, minutes=3)

        assert states(town, 0, 1) == ["paid", "paid"]

    def test_p18_never_lose_a_message(self, town: MoneyTown) -> None:
        letter = town.provider.pay(check_out(town, 0, 1).number)
        town.chance.faults.extend([CommitFault.BUSY] * 40)

        try:
            assert take(town, letter) != 200
        except StorageBusyError:
            assert states(town, 0, 1) == ["pending", "pending"]
        town.chance.forget()

        assert take(town, letter) == 200
        assert states(town, 0, 1) == ["paid", "paid"]
        assert agrees(town)

    def test_p18_of_many_writers_at_once_settle_all(self, town: MoneyTown) -> None:
        letters = [town.provider.pay(check_out(town, place).number) for place in range(4)]

        first = at_once(lambda rival: take(town, letters[rival % 4]), 16)
        again = [take(town, letters[i % 4]) for i, answer in enumerate(first) if answer != 200]

        assert set(again) <= {200}
        assert states(town, 0, 1, 2, 3) == ["paid"] * 4
        assert agrees(town)
