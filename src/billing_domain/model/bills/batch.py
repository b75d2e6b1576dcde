"""Batches of bills: their maximal size, and the confirmed number and sum (rule 2.4)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import attrs

from billing_domain.errors import BatchChangedError, BatchTooLargeError
from billing_domain.model.bills.bill import Bill
from billing_domain.model.money import Money

BATCH_MAX: Final = 5_000
"""The maximal number of bills in one batch (promise P21)."""


@attrs.frozen
class ConfirmedBatch:
    """The number and sum of bills that the staff member saw and confirmed."""

    count: int
    total: Money

    def check(self, bills: Collection[Bill]) -> None:
        """Raise BatchChangedError when the bills differ from the confirmed number or sum."""
        total = Money.total(bill.amount for bill in bills)
        if (len(bills), total) != (self.count, self.total):
            raise BatchChangedError(
                count_confirmed=self.count,
                count_found=len(bills),
                total_confirmed=self.total.fen,
                total_found=total.fen,
            )


def check_batch_size(count: int) -> None:
    """Raise BatchTooLargeError when a batch has more bills than one transaction may change."""
    if count > BATCH_MAX:
        raise BatchTooLargeError(count=count, count_max=BATCH_MAX)
