"""P28: no receipt for what is unpaid, refunded or somebody else's."""

from __future__ import annotations

import pytest

from billing_domain.errors import BillActionRefusedError, ThingNotFoundError
from billing_domain.ports.payments.gateway import RefundOutcome
from tests.money_town import LI, WANG, MoneyTown


class TestP28Receipts:
    def test_p28_of_an_unpaid_bill_are_refused(self, town: MoneyTown) -> None:
        (number,) = town.at(0)

        with pytest.raises(BillActionRefusedError):
            town.application.issue_receipts.for_bills(town.staff[0], numbers=[number])
        with pytest.raises(BillActionRefusedError):
            town.application.issue_receipts.for_owner(town.owner(WANG), number=number)

    @pytest.mark.parametrize(
        "became", [RefundOutcome.DONE, RefundOutcome.ACCEPTED, RefundOutcome.UNKNOWN]
    )
    def test_p28_of_a_refunded_bill_are_refused(
        self, town: MoneyTown, became: RefundOutcome
    ) -> None:
        """From the approval on: while the money is on its way too."""
        town.provider.refund_outcome = became
        order, (number,) = town.paid_at(0), town.at(0)
        issue, refunds = town.application.issue_receipts, town.application.refund_payments
        assert issue.for_bills(town.staff[0], numbers=[number])
        proposed = refunds.propose(town.staff[0], order=order.number, reason="重复缴费")
        refunds.approve(town.staff[1], number=proposed.number)

        with pytest.raises(BillActionRefusedError):
            issue.for_bills(town.staff[0], numbers=[number])
        with pytest.raises(BillActionRefusedError):
            issue.for_owner(town.owner(WANG), number=number)

    def test_p28_of_another_house_do_not_exist(self, town: MoneyTown) -> None:
        town.paid_at(0)
        (number,) = town.at(0)

        assert town.application.issue_receipts.for_owner(town.owner(WANG), number=number)
        with pytest.raises(ThingNotFoundError):
            town.application.issue_receipts.for_owner(town.owner(LI), number=number)
