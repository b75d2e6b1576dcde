"""Receipts that were given out: printing again gives the same content (rule 6)."""

from __future__ import annotations

from datetime import datetime

import attrs

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CommunityId
from billing_domain.model.payments.receipt import ReceiptContent


@attrs.frozen
class IssuedReceipt:
    """One receipt of one payment of a bill; a bill paid again after a refund gets a new one."""

    bill: BillNumber
    community_id: CommunityId
    content: ReceiptContent
    issued_at: datetime
    issued_by: str
