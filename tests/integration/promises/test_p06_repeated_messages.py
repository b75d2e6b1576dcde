"""P06: a message that comes many times, in parallel too, settles once and is answered yes."""

from __future__ import annotations

from billing_domain.model.company.audit import AuditAction
from tests.integration.promises.rivals import at_once
from tests.money_town import MoneyTown

DELIVERIES = 50


class TestP06RepeatedMessages:
    def test_p06_at_the_same_moment_settle_once(self, town: MoneyTown) -> None:
        order = town.check_out_at(0, 1, 2)
        letter = town.provider.pay(order.number)

        outcomes = at_once(lambda _: town.take(letter).status, DELIVERIES)
        again = [town.take(letter).status for outcome in outcomes if outcome != 200]

        assert 200 in outcomes
        assert set(again) <= {200}
        assert town.states_at(0, 1, 2) == ["paid"] * 3
        assert len(town.books().settlements) == 3
        assert town.agrees()
        for number in town.at(0, 1, 2):
            assert self.actions(town, number) == [AuditAction.PAID_ONLINE]

    def test_p06_of_two_orders_in_any_order(self, town: MoneyTown) -> None:
        letters = [town.provider.pay(town.check_out_at(place).number) for place in range(3)]

        assert {town.take(letter).status for letter in [*letters[::-1], *letters]} == {200}
        assert len(town.books().settlements) == 3
        assert town.agrees()

    def actions(self, town: MoneyTown, number: str) -> list[AuditAction]:
        entries = town.application.view_payments.audit.of_subject(
            town.staff[0].scope, "bill", number
        )
        return [entry.action for entry in entries]
