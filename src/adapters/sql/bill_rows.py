"""Bills as rows and back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row

from adapters.sql.transaction import Values
from billing_domain.model.bill import (
    Bill,
    BillState,
    PaidBill,
    PendingBill,
    Settlement,
    VoidedBill,
)
from billing_domain.model.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.search_text import fold_search_text
from billing_domain.model.shanghai import shanghai_day

_DAY_LENGTH: Final = 8


def bill_values(bill: Bill, company_id: CompanyId) -> Values:
    """Return every column of a bill's row."""
    settlement = bill.settlement if isinstance(bill, PaidBill) else None
    external = fold_search_text(bill.external_number) if bill.external_number else None
    return {
        "number": bill.number,
        "number_reversed": bill.number[::-1],
        "company_id": company_id,
        "community_id": bill.community_id,
        "house_id": bill.house_id,
        "fee_type": bill.fee_type,
        "amount_fen": bill.amount.fen,
        "first_day": bill.period.first_day,
        "last_day": bill.period.last_day,
        "remark": bill.remark,
        "origin": bill.origin,
        "external_number": bill.external_number,
        "search_external": external,
        "external_wide": None if external is None or external.isascii() else True,
        "misdated": _day_of(bill.imported_at) != bill.number[:_DAY_LENGTH] or None,
        "paid_early": (
            settlement is not None and _day_of(settlement.paid_at) < bill.number[:_DAY_LENGTH]
        )
        or None,
        "batch_id": bill.batch_id,
        "imported_at": bill.imported_at,
        "reminded_at": bill.reminded_at,
        "state": bill.state,
        "channel": settlement.channel if settlement else None,
        "paid_at": settlement.paid_at if settlement else None,
        "payer_name": settlement.payer_name if settlement else None,
        "voucher_number": settlement.voucher_number if settlement else None,
        "receipted": isinstance(bill, PaidBill) and bill.receipted,
        "voided_at": bill.voided_at if isinstance(bill, VoidedBill) else None,
        "version": bill.version,
    }


def _day_of(moment: datetime) -> str:
    """Return a moment's Shanghai day as numbers begin with it: `20181030`."""
    return f"{shanghai_day(moment):%Y%m%d}"


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
