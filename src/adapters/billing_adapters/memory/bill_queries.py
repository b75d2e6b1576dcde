"""Reads of bills in memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import islice

import attrs

from billing_adapters.memory.bill_view import BillView, capped_totals_of, totals_of
from billing_adapters.memory.state import MemoryState
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import Bill, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId, natural_sort_key
from billing_domain.model.shanghai import shanghai_day
from billing_domain.ports.bills import BillFilter, BillQueries, BillRow, BillTotals, PageKey
from billing_domain.ports.paging import Page
from billing_domain.ports.system import Clock


@attrs.frozen
class MemoryBillQueries(BillQueries):
    """Reads the last committed state."""

    published: Callable[[], MemoryState]
    clock: Clock

    def page(
        self, scope: Scope, bill_filter: BillFilter, *, key: PageKey | None, rows: int
    ) -> Page[BillRow]:
        """Return one page, newest import first."""
        view = self._view()
        found = view.find(scope, bill_filter)
        shown = _window(found, key, rows)
        if not shown:
            return Page((), next_key=None, previous_key=None)
        newest, oldest = shown[0].number, shown[-1].number
        return Page(
            tuple(view.row(bill) for bill in shown),
            next_key=oldest if found[-1].number < oldest else None,
            previous_key=newest if found[0].number > newest else None,
        )

    def totals(self, scope: Scope, bill_filter: BillFilter) -> BillTotals:
        """Count and add up what a filter finds, capped."""
        return capped_totals_of(self._view().find(scope, bill_filter))

    def numbers(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Sequence[BillNumber]:
        """Return the numbers that a filter finds, newest first, at most `count_max`."""
        return [bill.number for bill in self._view().find(scope, bill_filter)[:count_max]]

    def houses(
        self, scope: Scope, bill_filter: BillFilter, *, count_max: int
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of the bills that a filter finds, at most `count_max` of them."""
        return _houses(self._view().find(scope, bill_filter), count_max)

    def houses_of(
        self, scope: Scope, numbers: Collection[BillNumber]
    ) -> Mapping[HouseId, CommunityId]:
        """Return the houses of those of the bills that are in scope and unpaid."""
        state = self.published()
        found = (state.bills.get(number) for number in numbers)
        return _houses(
            bill
            for bill in found
            if isinstance(bill, PendingBill) and state.covers(scope, bill.community_id)
        )

    def row(self, scope: Scope, number: BillNumber) -> BillRow:
        """Return one bill or raise ThingNotFoundError."""
        for row in self.rows_by_number(scope, [number]):
            return row
        raise ThingNotFoundError(kind="bill", id=number)

    def rows_by_number(self, scope: Scope, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        """Return those of the bills that are in scope, newest first."""
        view = self._view()
        found = (view.state.bills.get(number) for number in sorted(set(numbers), reverse=True))
        seen = (bill for bill in found if bill and view.state.covers(scope, bill.community_id))
        return [view.row(bill) for bill in seen]

    @contextmanager
    def snapshot(
        self, scope: Scope, bill_filter: BillFilter
    ) -> Iterator[tuple[int, Iterator[BillRow]]]:
        """Open (count, all rows newest first) of one moment."""
        view = self._view()
        found = view.find(scope, bill_filter)
        yield len(found), map(view.row, found)

    def month(self, scope: Scope, community_id: CommunityId | None, month: date) -> BillTotals:
        """Add up the bills whose period starts in the month of a day, uncapped."""
        found = self._view().find(scope, BillFilter(community_id=community_id))
        return totals_of([bill for bill in found if _starts_in(bill, month)])

    def buildings(self, scope: Scope, community_id: CommunityId) -> Sequence[str]:
        """Return the buildings of a community in natural order, for the filter."""
        state = self.published()
        if not state.covers(scope, community_id):
            return []
        houses = (each for each in state.houses.values() if each.community_id == community_id)
        names = {house.address.building for house in houses}
        return sorted(names, key=lambda name: (natural_sort_key(name), name))

    def _view(self) -> BillView:
        return BillView(self.published(), shanghai_day(self.clock.now()))


def _houses(bills: Iterable[Bill], count_max: int | None = None) -> Mapping[HouseId, CommunityId]:
    found = {bill.house_id: bill.community_id for bill in bills}
    return dict(islice(found.items(), count_max))


def _window(found: list[Bill], key: PageKey | None, rows: int) -> list[Bill]:
    """Return the page of bills after a key towards older, or before it towards newer."""
    if key is None:
        return found[:rows]
    if key.backwards:
        newer = [bill for bill in found if bill.number > key.number]
        return newer[-rows:]
    return [bill for bill in found if bill.number < key.number][:rows]


def _starts_in(bill: Bill, month: date) -> bool:
    first = bill.period.first_day
    return (first.year, first.month) == (month.year, month.month)
