"""P18: a database that gives no turn is asked again; what is still lost is answered no."""

from __future__ import annotations

import pytest

from billing_domain.errors import StorageBusyError
from billing_domain.services.jobs.retrying import ATTEMPTS_MAX
from tests.integration.promises.rivals import at_once
from tests.money_town import CommitFault, MoneyTown


class TestP18BusyDatabases:
    @pytest.mark.parametrize("times", [1, ATTEMPTS_MAX - 1])
    def test_p18_are_asked_again(self, town: MoneyTown, times: int) -> None:
        town.provider.pay(town.check_out_at(0, 1).number)
        town.chance.faults.extend([CommitFault.BUSY] * times)

        town.pass_janitor(minutes=3)

        assert town.states_at(0, 1) == ["paid", "paid"]

    def test_p18_never_lose_a_message(self, town: MoneyTown) -> None:
        letter = town.provider.pay(town.check_out_at(0, 1).number)
        town.chance.faults.extend([CommitFault.BUSY] * 40)

        try:
            assert town.take(letter).status != 200
        except StorageBusyError:
            assert town.states_at(0, 1) == ["pending", "pending"]
        town.chance.forget()

        assert town.take(letter).status == 200
        assert town.states_at(0, 1) == ["paid", "paid"]
        assert town.agrees()

    def test_p18_of_many_writers_at_once_settle_all(self, town: MoneyTown) -> None:
        letters = [town.provider.pay(town.check_out_at(place).number) for place in range(4)]

        first = at_once(lambda rival: town.take(letters[rival % 4]).status, 16)
        again = [
            town.take(letters[i % 4]).status for i, answer in enumerate(first) if answer != 200
        ]

        assert set(again) <= {200}
        assert town.states_at(0, 1, 2, 3) == ["paid"] * 4
        assert town.agrees()
