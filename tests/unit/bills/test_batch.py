"""Batches: how many bills at once, and which were confirmed (rule 2.4, promise P21)."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import BatchChangedError, BatchTooLargeError
from billing_domain.model.bills.batch import BATCH_MAX, ConfirmedBatch, check_batch_size
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.money import Money
from billing_domain.testing.strategies import moneys, pending_bills


class TestConfirmedBatch:
    @given(st.lists(pending_bills(), max_size=3))
    def test_takes_what_was_confirmed(self, bills: list[PendingBill]) -> None:
        ConfirmedBatch(len(bills), Money.total(bill.amount for bill in bills)).check(bills)

    @given(st.lists(pending_bills(), min_size=1, max_size=3), moneys())
    def test_refuses_another_sum_or_number(self, bills: list[PendingBill], more: Money) -> None:
        """Somebody edited an amount, or a bill came in, since the question was asked."""
        total = Money.total(bill.amount for bill in bills)
        dearer = [attrs.evolve(bills[0], amount=bills[0].amount + more), *bills[1:]]
        for count, now in ((len(bills), dearer), (len(bills) + 1, bills)):
            with pytest.raises(BatchChangedError) as error:
                ConfirmedBatch(count, total).check(now)
            assert error.value.facts == {
                "count_confirmed": count,
                "count_found": len(bills),
                "total_confirmed": total.fen,
                "total_found": Money.total(bill.amount for bill in now).fen,
            }


class TestCheckBatchSize:
    def test_takes_5000(self) -> None:
        check_batch_size(BATCH_MAX)
        with pytest.raises(BatchTooLargeError) as error:
            check_batch_size(BATCH_MAX + 1)

        assert error.value.facts == {"count": 5_001, "count_max": 5_000}
