"""Bills as rows and back."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Row

from billing_adapters.sql.db.rows import Values
from billing_domain.model.bills.bill import (
    Bill,
    BillState,
    PaidBill,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.houses.search_text import fold_external_number
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.shanghai import SHANGHAI

_DAY_LENGTH: Final = 8


def bill_values(bill: Bill, company_id: CompanyId) -> Values:
    """Return the row of a new bill; no order reserves it."""
    return {
        **changed_values(bill),
        "company_id": company_id,
        "reminded_at": bill.reminded_at,
    }


def changed_values(bill: Bill) -> Values:
    """Return the columns that a bill's next version writes.

    `company_id`, `reserved_by` and `reminded_at` are not among them.
    """
    settlement = bill.settlement if isinstance(bill, PaidBill) else None
    external = fold_external_number(bill.external_number) if bill.external_number else None
    return {
        "number": bill.number,
        "number_reversed": bill.number[::-1],
        "community_id": bill.community_id,
        "house_id": bill.house_id,
        "fee_type": bill.fee_type,
        "amount_fen": bill.amount.fen,
        "first_day": bill.period.first_day,
        "last_day": bill.period.last_day,
        "period": period_key(bill.period),
        "remark": bill.remark,
        "origin": bill.origin,
        "external_number": bill.external_number,
        "search_external": external,
        "external_wide": None if external is None or external.isascii() else True,
        "misdated": not bill.number.startswith(_stamp(bill.imported_at)) or None,
        "paid_early": (settlement is not None and _is_early(settlement, bill.number)) or None,
        "batch_id": bill.batch_id,
        "imported_at": bill.imported_at,
        "state": bill.state,
        "channel": settlement.channel if settlement else None,
        "paid_at": settlement.paid_at if settlement else None,
        "payer_name": settlement.payer_name if settlement else None,
        "voucher_number": settlement.voucher_number if settlement else None,
        "receipted": isinstance(bill, PaidBill) and bill.receipted,
        "voided_at": bill.voided_at if isinstance(bill, VoidedBill) else None,
        "version": bill.version,
    }


def period_key(period: BillingPeriod) -> str:
    """Return a period as a text that sorts by its first day: `2026-03-01/2026-03-31`."""
    return f"{period.first_day}/{period.last_day}"


@lru_cache(maxsize=16)
def _stamp(moment: datetime) -> str:
    """Return a moment as a bill-number prefix (`20181030152214`)."""
    return f"{moment.astimezone(SHANGHAI):%Y%m%d%H%M%S}"


def _is_early(settlement: Settlement, number: BillNumber) -> bool:
    return _stamp(settlement.paid_at)[:_DAY_LENGTH] < number[:_DAY_LENGTH]


def bill_of(row: Row[Any]) -> Bill:
    """Return the bill of a row that is not deleted."""
    shared: dict[str, Any] = {
        "number": row.number,
        "community_id": row.community_id,
        "house_id": row.house_id,
        "fee_type": row.fee_type,
        "amount": Money(row.amount_fen),
        "period": BillingPeriod(row.first_day, row.last_day),
        "remark": row.remark,
        "origin": row.origin,
        "external_number": row.external_number,
        "batch_id": row.batch_id,
        "imported_at": row.imported_at,
        "reminded_at": row.reminded_at,
        "version": row.version,
    }
    if row.state is BillState.PAID:
        settlement = Settlement(row.channel, row.paid_at, row.payer_name, row.voucher_number)
        return PaidBill(**shared, settlement=settlement, receipted=row.receipted)
    if row.state is BillState.VOIDED:
        return VoidedBill(**shared, voided_at=row.voided_at)
    return PendingBill(**shared)
