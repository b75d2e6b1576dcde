"""P10: an id that came before with other content is refused, and the refusal is kept."""

from __future__ import annotations

from billing_domain.model.payments.received_message import Verdict
from tests.money_town import MoneyTown


class TestP10AlteredRepetitions:
    def test_p10_are_refused_on_the_record(self, town: MoneyTown) -> None:
        first, second = town.paid_at(0), town.check_out_at(1)
        letter = town.provider.pay(second.number)

        altered = town.provider.message(second.number, id=f"message-{first.number}")
        assert town.take(altered).status != 200

        assert town.states_at(0, 1) == ["paid", "pending"]
        (kept,) = town.application.view_payments.refused_messages(town.staff[0])
        assert (kept.verdict, kept.reason, kept.body) == (Verdict.REFUSED, "content", altered[1])
        assert town.take(letter).status == 200
