"""P21: a batch over bills of mixed states changes all of them or none, and says why."""

from __future__ import annotations

import pytest

from billing_adapters.sql.tables.bills import bills
from billing_domain.errors import BatchTooLargeError, BillingError
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from tests.integration.promises.rivals import at_once
from tests.website import Visitor, Website

RIVALS = 4


class TestP21Batches:
    @pytest.mark.parametrize("batch", ["settlement", "removal"])
    def test_p21_change_nothing_when_one_bill_refuses(
        self, site: Website, boss: Visitor, batch: str
    ) -> None:
        first, paid, last = site.water_bills(3)
        site.settle(paid)
        before = site.contents()

        answer = boss.post(f"/staff/bill-batches/{batch}", form(first, paid, last, batch=batch))

        assert answer.status_code == 422
        assert paid in answer.text
        assert first not in answer.text
        assert site.contents() == before

    @pytest.mark.parametrize("batch", ["settlement", "removal"])
    def test_p21_change_all_when_none_refuses(
        self, site: Website, boss: Visitor, batch: str
    ) -> None:
        numbers = site.water_bills(3)

        answer = boss.post(f"/staff/bill-batches/{batch}", form(*numbers, batch=batch))

        assert answer.status_code == 303
        assert site.states() == ["paid" if batch == "settlement" else "deleted"] * 3

    def test_p21_would_stop_half_way_bill_by_bill(self, site: Website) -> None:
        """The control: the same bills, each on its own."""
        first, paid, _ = site.water_bills(3)
        site.settle(paid)

        site.settle(first)
        with pytest.raises(BillingError):
            site.settle(paid)

        assert site.states() == ["paid", "paid", "pending"]

    def test_p21_of_rivals_over_the_same_bills_win_whole(self, site: Website) -> None:
        numbers = site.water_bills(20)
        channels = list(PaymentChannel)[:RIVALS]

        def pay_all(rival: int) -> None:
            site.application.manage_bills.mark_paid(
                site.admin,
                numbers=numbers if rival % 2 else numbers[::-1],
                channel=channels[rival],
            )

        outcomes = at_once(pay_all, RIVALS)

        assert outcomes.count(None) == 1
        winner = channels[outcomes.index(None)]
        assert {row.channel for row in site.rows_of(bills)} == {winner}

    def test_p21_are_limited(self, site: Website, boss: Visitor) -> None:
        numbers = [BillNumber(f"{20_200_101_000_000 + n:014d}0000001") for n in range(5_001)]

        with pytest.raises(BatchTooLargeError):
            site.application.manage_bills.delete(site.admin, numbers=numbers)
        answer = boss.post("/staff/bill-batches/removal", form(*numbers, batch="removal"))

        assert len(numbers) == BATCH_MAX + 1
        assert 400 <= answer.status_code < 500


def form(*numbers: BillNumber, batch: str) -> dict[str, object]:
    """What the confirmation of a batch sends."""
    fields: dict[str, object] = {
        "number": list(numbers),
        "count": str(len(numbers)),
        "total_fen": str(1_000 * len(numbers)),
    }
    return {**fields, "channel": "cash"} if batch == "settlement" else fields
