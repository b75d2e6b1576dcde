"""Bills of one state as screens see them on one day: filtering, ordering, rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property

import attrs

from billing_adapters.memory.state import MemoryState
from billing_domain.model.bills.bill import Bill, BillState, PaidBill
from billing_domain.model.company.actor import Scope
from billing_domain.model.houses.house import HouseId
from billing_domain.model.houses.resident import Resident
from billing_domain.model.money import Money
from billing_domain.model.search_text import fold_search_text, search_needle
from billing_domain.model.shanghai import day_end, day_start
from billing_domain.ports.bills import BillFilter, BillRow, BillTotals, ResidentName
from billing_domain.ports.paging import COUNT_MAX


@attrs.define(slots=False)
class BillView:
    """What one committed state shows on one Shanghai day."""

    state: MemoryState
    today: date

    def find(self, scope: Scope, wanted: BillFilter) -> list[Bill]:
        """Return the bills in scope that a filter keeps, newest first."""
        needle = search_needle(wanted.text)
        kept = [
            bill
            for bill in self.state.bills.values()
            if self.state.covers(scope, bill.community_id)
            and self._is_placed(bill, wanted)
            and _is_charged(bill, wanted)
            and _is_paid_so(bill, wanted)
            and (not needle or self._contains(bill, needle))
        ]
        return sorted(kept, key=lambda bill: bill.number, reverse=True)

    def row(self, bill: Bill) -> BillRow:
        """Return a bill as lists show it."""
        settlement = bill.settlement if isinstance(bill, PaidBill) else None
        living = self._living.get(bill.house_id, [])
        return BillRow(
            number=bill.number,
            external_number=bill.external_number,
            community_id=bill.community_id,
            community_name=self.state.communities[bill.community_id].name,
            house_id=bill.house_id,
            address=self.state.houses[bill.house_id].address.text,
            residents=tuple(ResidentName(person.name, person.phone) for person in living),
            fee_type=bill.fee_type,
            amount=bill.amount,
            period=bill.period,
            remark=bill.remark,
            state=bill.state,
            origin=bill.origin,
            imported_at=bill.imported_at,
            reminded_at=bill.reminded_at,
            channel=settlement.channel if settlement else None,
            paid_at=settlement.paid_at if settlement else None,
            payer_name=settlement.payer_name if settlement else "",
            voucher_number=settlement.voucher_number if settlement else "",
            batch_id=bill.batch_id,
            version=bill.version,
        )

    @cached_property
    def _living(self) -> dict[HouseId, list[Resident]]:
        return self.state.living_on(self.today)

    def _is_placed(self, bill: Bill, wanted: BillFilter) -> bool:
        """Apply the filters on where a bill belongs and how it came."""
        return (
            wanted.community_id in {None, bill.community_id}
            and wanted.house_id in {None, bill.house_id}
            and wanted.batch_id in {None, bill.batch_id}
            and wanted.building in {"", self.state.houses[bill.house_id].address.building}
            and (
                wanted.imported_from is None or bill.imported_at >= day_start(wanted.imported_from)
            )
            and (wanted.imported_to is None or bill.imported_at < day_end(wanted.imported_to))
        )

    def _contains(self, bill: Bill, needle: str) -> bool:
        return any(needle in fold_search_text(text) for text in self._searched(bill))

    def _searched(self, bill: Bill) -> Iterator[str]:
        """Yield every text of a bill that the search box looks into (rule 2.9)."""
        yield bill.number
        yield bill.external_number or ""
        community = self.state.communities[bill.community_id]
        yield f"{community.name}/{self.state.houses[bill.house_id].address.text}"
        for person in self._living.get(bill.house_id, []):
            yield person.name
            yield person.phone


def totals_of(bills: list[Bill]) -> BillTotals:
    """Count and add up bills, however many."""
    pending = [bill.amount for bill in bills if bill.state is BillState.PENDING]
    paid = [bill.amount for bill in bills if bill.state is BillState.PAID]
    return BillTotals(len(bills), len(pending), Money.total(pending), Money.total(paid))


def capped_totals_of(bills: list[Bill]) -> BillTotals:
    """Count and add up the newest bills up to one more than COUNT_MAX."""
    return totals_of(bills[: COUNT_MAX + 1])


def _is_charged(bill: Bill, wanted: BillFilter) -> bool:
    """Apply the filters on what a bill charges for and whether it was reminded of."""
    period = bill.period
    return (
        (not wanted.fee_types or bill.fee_type in wanted.fee_types)
        and (wanted.period_from is None or period.last_day >= wanted.period_from)
        and (wanted.period_to is None or period.first_day <= wanted.period_to)
        and (wanted.amount_min is None or bill.amount >= wanted.amount_min)
        and (wanted.amount_max is None or bill.amount <= wanted.amount_max)
        and wanted.reminded in {None, bill.reminded_at is not None}
    )


def _is_paid_so(bill: Bill, wanted: BillFilter) -> bool:
    """Apply the filters on a bill's state and payment."""
    if wanted.states and bill.state not in wanted.states:
        return False
    if wanted.channel is None and wanted.paid_from is None and wanted.paid_to is None:
        return True
    if not isinstance(bill, PaidBill):
        return False
    paid = bill.settlement
    return (
        wanted.channel in {None, paid.channel}
        and (wanted.paid_from is None or paid.paid_at >= day_start(wanted.paid_from))
        and (wanted.paid_to is None or paid.paid_at < day_end(wanted.paid_to))
    )
