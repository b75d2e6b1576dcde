"""Issued receipts: every print has the same content (rule 6)."""

from __future__ import annotations

from datetime import datetime

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.payments.receipt import ReceiptContent


@attrs.frozen
class IssuedReceipt:
    """The receipt of one payment; a bill paid again after a refund gets a new receipt."""

    bill: BillNumber
    community_id: CommunityId
    content: ReceiptContent
    issued_at: datetime
    issued_by: str
