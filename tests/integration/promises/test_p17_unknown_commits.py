"""P17: a connection that breaks during a commit leaves one effect, once it is tried again."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from billing_domain.errors import CommitUnknownError
from tests.money_town import CommitFault, MoneyTown

UNKNOWN = [CommitFault.KEPT, CommitFault.LOST]


class TestP17UnknownCommits:
    @pytest.mark.parametrize("fault", UNKNOWN)
    def test_p17_of_a_checkout_make_one_order(self, town: MoneyTown, fault: CommitFault) -> None:
        town.chance.faults.append(fault)
        with pytest.raises(CommitUnknownError):
            town.check_out_at(0, 1, key="tap")

        order = town.check_out_at(0, 1, key="tap")

        assert [each.number for each in town.books().orders] == [order.number]
        assert list(town.provider.trades) == [order.number]

    @pytest.mark.parametrize("fault", UNKNOWN)
    @pytest.mark.parametrize("commits", [1, 2])
    def test_p17_of_a_settlement_settle_once(
        self, town: MoneyTown, fault: CommitFault, commits: int
    ) -> None:
        letter = town.provider.pay(town.check_out_at(0, 1).number)
        town.chance.faults.extend([fault] * commits)

        answers = [said(town, letter) for _ in range(commits + 1)]

        assert answers[-1] == 200
        assert town.states_at(0, 1) == ["paid", "paid"]
        assert len(town.books().settlements) == 2
        assert town.agrees()

    @pytest.mark.parametrize("fault", UNKNOWN)
    def test_p17_of_the_janitor_settle_once(self, town: MoneyTown, fault: CommitFault) -> None:
        town.provider.pay(town.check_out_at(0, 1).number)
        town.chance.faults.append(fault)

        town.pass_janitor(minutes=3)

        assert town.states_at(0, 1) == ["paid", "paid"]
        assert len(town.books().settlements) == 2
        assert town.agrees()


def said(town: MoneyTown, letter: tuple[Mapping[str, str], bytes]) -> int:
    """Return the answer's status; what could not even be kept is answered no."""
    try:
        return town.take(letter).status
    except CommitUnknownError:
        return 500
