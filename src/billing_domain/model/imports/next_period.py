"""What to charge next, from what was charged last (rule 3.17)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

import attrs

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import HouseId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod

PASSED_OVER: Final = 20
"""Of so many houses one may be charged for a later period than it should be."""


@attrs.frozen
class Charge:
    """What a house was or will be charged for one fee and period."""

    house_id: HouseId
    fee_type: FeeType
    amount: Money
    period: BillingPeriod


def next_charges(charged: Iterable[Charge]) -> Sequence[Charge]:
    """Return the next period's charges: each house's fees and amounts, one period later.

    Only the last period of each house and fee counts, and only while it is at most one period
    behind the newest of that fee: what was given up long ago does not come back. Of twenty
    houses the newest one is passed over, so that one mistyped year does not hide all others.
    """
    last: dict[tuple[HouseId, FeeType], list[Charge]] = {}
    for charge in charged:
        found = last.setdefault((charge.house_id, charge.fee_type), [])
        if not found or charge.period.last_day > found[0].period.last_day:
            found[:] = [charge]
        elif charge.period == found[0].period:
            found.append(charge)
    ends: dict[FeeType, list[date]] = {}
    for (_, fee_type), [charge, *_] in last.items():
        ends.setdefault(fee_type, []).append(charge.period.last_day)
    newest = {fee: sorted(days)[-1 - len(days) // PASSED_OVER] for fee, days in ends.items()}
    following = [
        attrs.evolve(charge, period=charge.period.following())
        for charges in last.values()
        for charge in charges
    ]
    return [each for each in following if each.period.last_day >= newest[each.fee_type]]
