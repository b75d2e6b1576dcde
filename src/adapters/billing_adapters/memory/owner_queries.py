"""Reads of an owner's bills in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import attrs

from billing_adapters.memory.bill_view import BillView
from billing_adapters.memory.moment_keys import moment_key
from billing_adapters.memory.state import MemoryState
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import Bill, PaidBill, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.owners.owner import Owner, may_see, shown_by_reminder
from billing_domain.ports.bills import BillRow
from billing_domain.ports.owners import OwnerQueries
from billing_domain.ports.paging import Page


@attrs.frozen
class MemoryOwnerQueries(OwnerQueries):
    """Reads the last committed state."""

    published: Callable[[], MemoryState]

    def pending(self, owner: Owner, *, day: date, rows_max: int) -> Sequence[BillRow]:
        """Return the unpaid bills that an owner sees on a day, newest import first."""
        state = self.published()
        unpaid = [bill for bill in _seen(state, owner, day) if isinstance(bill, PendingBill)]
        unpaid.sort(key=lambda bill: bill.number, reverse=True)
        view = BillView(state, day)
        return [_without_names(view.row(bill)) for bill in unpaid[:rows_max]]

    def paid(self, owner: Owner, *, day: date, key: str | None, rows: int) -> Page[BillRow]:
        """Return the paid bills that an owner sees, newest payment first."""
        state = self.published()
        found = {
            _place(bill): bill
            for bill in _seen(state, owner, day)
            if isinstance(bill, PaidBill) and (key is None or _place(bill) < key)
        }
        shown = sorted(found, reverse=True)[:rows]
        view = BillView(state, day)
        more = len(found) > len(shown) and bool(shown)
        return Page(
            tuple(_without_names(view.row(found[place])) for place in shown),
            next_key=shown[-1] if more else None,
            previous_key=None,
        )

    def bill(self, owner: Owner, number: BillNumber, *, day: date) -> BillRow:
        """Return a bill that the owner sees on a day, or raise ThingNotFoundError."""
        state = self.published()
        for bill in _seen(state, owner, day):
            if bill.number == number:
                return BillView(state, day).row(bill)
        raise ThingNotFoundError(kind="bill", id=number)


def _without_names(row: BillRow) -> BillRow:
    return attrs.evolve(row, residents=())


def _seen(state: MemoryState, owner: Owner, day: date) -> list[Bill]:
    paid_by_owner = state.paid_by(owner.company_id, owner.openid)
    houses = [person.house_id for person in owner.living_in(day)]
    named = state.named_to(owner.company_id, owner.openid, houses)
    return [
        bill
        for bill in state.bills.values()
        if may_see(owner, bill, day=day, paid_by_owner=paid_by_owner)
        or shown_by_reminder(owner, bill, day=day, named=named)
    ]


def _place(bill: PaidBill) -> str:
    return moment_key(bill.settlement.paid_at, bill.number)
