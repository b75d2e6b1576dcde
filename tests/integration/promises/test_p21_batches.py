"""P21: a batch over bills of mixed states changes all of them or none, and says why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from billing_domain.errors import BatchTooLargeError, BillingError
from billing_domain.model.bills.batch import BATCH_MAX
from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.bills.bill_number import BillNumber
from tests.integration.promises.office import Office
from tests.website import Visitor

RIVALS = 4


class TestP21Batches:
    @pytest.mark.parametrize("batch", ["settlement", "removal"])
    def test_p21_change_nothing_when_one_bill_refuses(
        self, office: Office, boss: Visitor, batch: str
    ) -> None:
        first, paid, last = office.water_bills(3)
        office.pay(paid)
        before = office.contents()

        answer = boss.post(f"/staff/bill-batches/{batch}", form(first, paid, last, batch=batch))

        assert answer.status_code == 422
        assert paid in answer.text
        assert first not in answer.text
        assert office.contents() == before

    @pytest.mark.parametrize("batch", ["settlement", "removal"])
    def test_p21_change_all_when_none_refuses(
        self, office: Office, boss: Visitor, batch: str
    ) -> None:
        numbers = office.water_bills(3)

        answer = boss.post(f"/staff/bill-batches/{batch}", form(*numbers, batch=batch))

        assert answer.status_code == 303
        assert office.states() == ["paid" if batch == "settlement" else "deleted"] * 3

    def test_p21_would_stop_half_way_bill_by_bill(self, office: Office) -> None:
        """The control: the same bills, each on its own."""
        first, paid, _ = office.water_bills(3)
        office.pay(paid)

        office.pay(first)
        with pytest.raises(BillingError):
            office.pay(paid)

        assert office.states() == ["paid", "paid", "pending"]

    def test_p21_of_rivals_over_the_same_bills_win_whole(self, office: Office) -> None:
        numbers = office.water_bills(20)
        channels = list(PaymentChannel)[:RIVALS]

        def pay_all(rival: int) -> None:
            office.application.manage_bills.mark_paid(
                office.admin,
                numbers=numbers if rival % 2 else numbers[::-1],
                channel=channels[rival],
            )

        outcomes = at_once(pay_all)

        assert outcomes.count(None) == 1
        winner = channels[outcomes.index(None)]
        assert {(office.bill(number) or {})["channel"] for number in numbers} == {winner}

    def test_p21_are_limited(self, office: Office, boss: Visitor) -> None:
        numbers = [BillNumber(f"{20_200_101_000_000 + n:014d}0000001") for n in range(5_001)]

        with pytest.raises(BatchTooLargeError):
            office.application.manage_bills.delete(office.admin, numbers=numbers)
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


def at_once(act: Callable[[int], object]) -> Sequence[type[BillingError] | None]:
    """Let rivals act at the same moment; return what each was refused with, None for success."""
    start = threading.Barrier(RIVALS)

    def run(rival: int) -> type[BillingError] | None:
        start.wait()
        try:
            act(rival)
        except BillingError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))
