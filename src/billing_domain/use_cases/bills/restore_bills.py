"""回收站: look at deleted bills, put one back, forget the old ones (rule 2.12)."""

from __future__ import annotations

from datetime import datetime

import attrs

from billing_domain.errors import ChargeExistsError, ThingNotFoundError
from billing_domain.model.bills.bill import DELETED_KEPT, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.ports.bills import DeletedBill
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


@attrs.frozen
class RestoreBills:
    """Deleted bills, each for 30 days; after that only the audit log knows them."""

    begin: UnitOfWorkFactory
    clock: Clock

    def page(
        self,
        actor: Actor,
        *,
        community_id: CommunityId | None = None,
        key: PageKey | None = None,
        rows: int = PAGE_ROWS,
    ) -> Page[DeletedBill]:
        """Return one page of the deleted bills, last deleted first."""
        actor.require(Permission.VIEW_BILLS)
        scope = actor.scope.narrowed(community_id)
        with self.begin(read_only=True) as work:
            return work.deleted_bills.page(scope, since=self._since, key=key, rows=rows)

    def get(self, actor: Actor, *, number: BillNumber) -> tuple[DeletedBill, bool]:
        """Return a deleted bill, and whether another bill charges the same by now.

        Raises ThingNotFoundError.
        """
        actor.require(Permission.RESTORE_BILLS)
        with self.begin(read_only=True) as work:
            found = work.deleted_bills.get(actor.scope, number, since=self._since)
            return found, _charged_again(work, found.bill)

    def restore(
        self, actor: Actor, *, number: BillNumber, confirm_duplicate: bool = False
    ) -> PendingBill:
        """Put a deleted bill back under its number.

        Raises ChargeExistsError when another bill charges the same and nobody confirmed that,
        ThingNotFoundError for a bill or house that is gone, StaleError.
        """
        actor.require(Permission.RESTORE_BILLS)
        with self.begin() as work:
            found = work.deleted_bills.get(actor.scope, number, since=self._since)
            if not found.address:
                raise ThingNotFoundError(kind="house", id=found.bill.house_id)
            if _charged_again(work, found.bill) and not confirm_duplicate:
                raise ChargeExistsError(number=number)
            restored = work.deleted_bills.restore(found.bill)
            work.record(actor, AuditAction.RESTORED, after=restored)
            work.commit()
        return restored

    def purge(self) -> int:
        """Forget the bills that were deleted more than 30 days ago; return their number."""
        with self.begin() as work:
            number = work.deleted_bills.remove_before(self._since)
            work.commit()
        return number

    @property
    def _since(self) -> datetime:
        return self.clock.now() - DELETED_KEPT


def _charged_again(work: UnitOfWork, bill: PendingBill) -> bool:
    charges = work.bills.charges(bill.community_id, [bill.house_id], periods=[bill.period])
    return ChargeKey(bill.house_id, bill.fee_type, bill.period) in charges
