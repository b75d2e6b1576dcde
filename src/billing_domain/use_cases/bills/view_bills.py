"""Reads of bills: the list, its totals, one bill with its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from billing_domain.errors import SearchTooSlowError
from billing_domain.model.bills.batch import BATCH_MAX, check_batch_size
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction, AuditEntry, AuditFacts
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.houses.resident import mask_phone
from billing_domain.model.houses.search_text import SEARCH_LENGTH_MAX
from billing_domain.ports.bills import (
    BillFilter,
    BillOrder,
    BillQueries,
    BillRow,
    BillTotals,
    ResidentName,
)
from billing_domain.ports.company import AuditQueries
from billing_domain.ports.paging import PAGE_ROWS, PAGE_ROWS_MAX, Page, PageKey
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class BillDetail:
    """One bill on its page: the row and its history, newest first."""

    row: BillRow
    history: tuple[AuditEntry, ...]


@attrs.frozen
class ViewBills:
    """Reads of bills for staff. Phones are masked; `residents` shows whole ones (rule 2.8)."""

    bills: BillQueries
    audit: AuditQueries
    begin: UnitOfWorkFactory

    def page(
        self,
        actor: Actor,
        *,
        bill_filter: BillFilter,
        key: PageKey | None = None,
        rows: int = PAGE_ROWS,
        order: BillOrder = BillOrder.NEWEST,
    ) -> Page[BillRow]:
        """Return one page of a filter's bills, newest import first (rules 2.8, 2.9).

        Other orders need the filter's community.
        """
        actor.require(Permission.VIEW_BILLS)
        rows = max(1, min(rows, PAGE_ROWS_MAX))
        found = self.bills.page(actor.scope, _cut(bill_filter), key=key, rows=rows, order=order)
        return attrs.evolve(found, rows=tuple(_masked(row) for row in found.rows))

    def totals(self, actor: Actor, *, bill_filter: BillFilter) -> BillTotals:
        """Count and sum the bills that a filter finds.

        The count stops above 10,000. It is "more" too when counting takes too long: sums beside
        a list refuse nothing.
        """
        actor.require(Permission.VIEW_BILLS)
        try:
            return self.bills.totals(actor.scope, _cut(bill_filter))
        except SearchTooSlowError:
            return BillTotals.unknown()

    def month(
        self, actor: Actor, *, community_id: CommunityId | None, month: date
    ) -> BillTotals | None:
        """Sum the bills whose period starts in the month of a day: due and received.

        None when adding up takes too long.
        """
        actor.require(Permission.VIEW_BILLS)
        try:
            return self.bills.month(actor.scope, community_id, month)
        except SearchTooSlowError:
            return None

    def detail(self, actor: Actor, *, number: BillNumber) -> BillDetail:
        """Return one bill with its audit entries and its import's (rule 2.11)."""
        actor.require(Permission.VIEW_BILLS)
        row = self.bills.row(actor.scope, number)
        history = [*self.audit.of_subject(actor.scope, "bill", number)]
        if row.batch_id is not None:
            history += self.audit.of_subject(actor.scope, "import_batch", row.batch_id)
        return BillDetail(_masked(row), tuple(history))

    def rows(self, actor: Actor, *, numbers: Sequence[BillNumber]) -> Sequence[BillRow]:
        """Return the given bills within the actor's scope, newest first."""
        actor.require(Permission.VIEW_BILLS)
        check_batch_size(len(numbers))
        return [_masked(row) for row in self.bills.rows_by_number(actor.scope, numbers)]

    def numbers(self, actor: Actor, *, bill_filter: BillFilter) -> Sequence[BillNumber]:
        """Return all numbers that a filter finds, for a batch (rule 2.4).

        Raises BatchTooLargeError if there are more than a batch may change.
        """
        actor.require(Permission.VIEW_BILLS)
        found = self.bills.numbers(actor.scope, _cut(bill_filter), count_max=BATCH_MAX + 1)
        check_batch_size(len(found))
        return found

    def residents(self, actor: Actor, *, number: BillNumber) -> Sequence[ResidentName]:
        """Return all residents of the bill's house, with whole phones if the role may see them.

        Showing whole phones writes an audit entry (promise P45); other roles get masked phones.
        """
        actor.require(Permission.VIEW_BILLS)
        row = self.bills.row(actor.scope, number)
        if not actor.may(Permission.VIEW_PHONES):
            return _masked(row).residents
        house = AuditFacts("house", row.house_id, community_id=row.community_id)
        with self.begin() as work:
            work.record(actor, AuditAction.PHONES_SHOWN, after=house)
            work.commit()
        return row.residents


def _cut(bill_filter: BillFilter) -> BillFilter:
    """Return the filter with its text cut to 64 characters (promise P42)."""
    return attrs.evolve(bill_filter, text=bill_filter.text.strip()[:SEARCH_LENGTH_MAX].strip())


def _masked(row: BillRow) -> BillRow:
    residents = tuple(
        ResidentName(person.name, mask_phone(person.phone)) for person in row.residents
    )
    return attrs.evolve(row, residents=residents)
