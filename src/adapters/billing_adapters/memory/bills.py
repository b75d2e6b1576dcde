"""Bills in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import attrs

from billing_adapters.memory.state import MemoryState, replace_version
from billing_domain.errors import (
    BillReservedError,
    NumberTakenError,
    StaleError,
    ThingNotFoundError,
)
from billing_domain.model.bills.bill import Bill, PendingBill, VoidedBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillRepository


@attrs.frozen
class MemoryBillRepository(BillRepository):
    """All bills; the numbers of removed ones stay taken."""

    state: MemoryState

    def add_all(self, bills: Collection[PendingBill]) -> None:
        """Keep new bills, all or none; raise NumberTakenError if a number was ever used."""
        numbers = {bill.number for bill in bills}
        with self.state.step():
            if len(numbers) < len(bills) or numbers & self.state.numbers.keys():
                raise NumberTakenError
        self.state.numbers.update(dict.fromkeys(numbers))
        self.state.bills.update((bill.number, bill) for bill in bills)

    def get(self, scope: Scope, number: BillNumber) -> Bill:
        """Return a bill in scope or raise ThingNotFoundError."""
        for bill in self.get_many(scope, [number]):
            return bill
        raise ThingNotFoundError(kind="bill", id=number)

    def get_many(self, scope: Scope, numbers: Collection[BillNumber]) -> Sequence[Bill]:
        """Return those of the bills that are in scope, by ascending number."""
        found = (self.state.bills.get(number) for number in sorted(set(numbers)))
        return [bill for bill in found if bill and self.state.covers(scope, bill.community_id)]

    def save_all(self, bills: Collection[Bill], *, holder: OrderNumber | None = None) -> None:
        """Replace the versions before these; raise StaleError, BillReservedError for the first."""
        with self.state.step():
            for bill in sorted(bills, key=lambda bill: bill.number):
                stored = self.state.bills.get(bill.number)
                replace_version(self.state.bills, bill.number, bill, kind="bill")
                if stored is not None:
                    kept = attrs.evolve(bill, reminded_at=stored.reminded_at)
                    self.state.bills[bill.number] = kept
                self._check_free(bill.number, holder)

    def mark_reminded(self, numbers: Collection[BillNumber], at: datetime) -> None:
        """Write down when bills were last reminded of, without a new version of them."""
        for number in numbers:
            bill = self.state.bills.get(number)
            if bill is not None and (bill.reminded_at is None or bill.reminded_at < at):
                self.state.bills[number] = attrs.evolve(bill, reminded_at=at)

    def remove_all(self, bills: Collection[PendingBill]) -> None:
        """Remove exactly these versions of pending bills; raise as `save_all` (rule 2.7)."""
        with self.state.step():
            for bill in sorted(bills, key=lambda bill: bill.number):
                stored = self.state.bills.get(bill.number)
                if not isinstance(stored, PendingBill) or stored.version != bill.version:
                    raise StaleError(kind="bill", id=bill.number)
                self._check_free(bill.number, None)
                del self.state.bills[bill.number]

    def charges(
        self,
        community_id: CommunityId,
        houses: Collection[HouseId],
        *,
        periods: Collection[BillingPeriod] | None = None,
    ) -> set[ChargeKey]:
        """Return what the unpaid and paid bills of houses charge for (rule 3.12)."""
        wanted = set(houses)
        return {
            ChargeKey(bill.house_id, bill.fee_type, bill.period)
            for bill in self.state.bills.values()
            if bill.community_id == community_id
            and bill.house_id in wanted
            and (periods is None or bill.period in periods)
            and not isinstance(bill, VoidedBill)
        }

    def _check_free(self, number: BillNumber, holder: OrderNumber | None) -> None:
        """Refuse to write a bill that an open order other than the holder reserves."""
        order = self.state.reserved.get(number)
        if order is not None and order != holder:
            raise BillReservedError(number=number, order=order)
