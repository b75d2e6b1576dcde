"""Storage of issued receipts, and the writer of receipts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent


class ReceiptWriter(Protocol):
    """Prints receipts on paper (rule 6)."""

    @abstractmethod
    def write(self, receipts: Sequence[ReceiptContent], *, printed_on: date) -> bytes:
        """Return one PDF with an A4 page for each receipt, in the given order.

        The same receipts and day give the same bytes. Raises GlyphMissingError naming the bill and
        the first character that can't be printed (promise P28), ValueError for no receipt.
        """


class ReceiptRepository(Protocol):
    """Issued receipts; they never change (rule 6)."""

    @abstractmethod
    def add_all(self, receipts: Collection[IssuedReceipt]) -> None:
        """Store new receipts."""

    @abstractmethod
    def latest(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, IssuedReceipt]:
        """Return each bill's newest receipt; bills without one are left out."""
