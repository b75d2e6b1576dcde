"""Owners (业主) on their phone, and which bills they see (rules 4.6, 5.12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final

import attrs

from billing_domain.model.bills.bill import Bill, PaidBill, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.shanghai import day_start

SEEN_BEFORE_MOVING_IN: Final = timedelta(days=7)


@attrs.frozen
class Owner:
    """A person signed in through WeChat: one openid, bound to residents of one company.

    The residents may belong to several houses, present and past.
    """

    openid: str = attrs.field(repr=False)
    company_id: CompanyId
    residents: tuple[Resident, ...]

    def living_in(self, day: date) -> tuple[Resident, ...]:
        """Return the owner's residents who live in a house today, one for each house."""
        return tuple(person for person in self.residents if person.lives_here_on(day))


def visible_from(resident: Resident) -> datetime | None:
    """Return the earliest import time of the bills that a resident sees; None for all bills.

    Bills imported more than 7 days before moving in belong to the previous household.
    """
    if resident.moved_in_on is None:
        return None
    return day_start(resident.moved_in_on - SEEN_BEFORE_MOVING_IN)


def may_see(owner: Owner, bill: Bill, *, day: date, paid_by_owner: Collection[BillNumber]) -> bool:
    """Return whether an owner sees a bill on a day (rule 4.6).

    `paid_by_owner` are the bills that the owner paid; a moved-out owner sees only those.
    """
    if bill.number in paid_by_owner:
        return True
    return any(_sees(resident, bill) for resident in owner.living_in(day))


def _sees(resident: Resident, bill: Bill) -> bool:
    if resident.house_id != bill.house_id or not isinstance(bill, PendingBill | PaidBill):
        return False
    since = visible_from(resident)
    return since is None or bill.imported_at >= since


def shown_by_reminder(
    owner: Owner, bill: Bill, *, day: date, named: Collection[BillNumber]
) -> bool:
    """Return whether a reminder shows an owner an unpaid bill from before moving in (rule 4.6).

    `named` are the bills in reminders sent to this owner. The rule extends `may_see`.
    """
    if not isinstance(bill, PendingBill) or bill.number not in named:
        return False
    return any(resident.house_id == bill.house_id for resident in owner.living_in(day))
