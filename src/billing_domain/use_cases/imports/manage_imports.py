"""导入记录: every import with what became of its bills, and withdrawing a whole one (3.16)."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from billing_domain.errors import ImportInUseError, StaleError
from billing_domain.model.bills.batch import ConfirmedBatch
from billing_domain.model.bills.bill import BatchId, Bill, PendingBill
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.audit import AuditAction
from billing_domain.model.company.community import CommunityId
from billing_domain.model.company.staff import Permission
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.ports.imports import ImportRow
from billing_domain.ports.paging import PAGE_ROWS, Page, PageKey
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory


@attrs.frozen
class ManageImports:
    """The imports of bills."""

    begin: UnitOfWorkFactory
    clock: Clock

    def page(
        self,
        actor: Actor,
        *,
        community_id: CommunityId | None = None,
        key: PageKey | None = None,
        rows: int = PAGE_ROWS,
    ) -> Page[ImportRow]:
        """Return one page of the imports, newest first."""
        actor.require(Permission.VIEW_BILLS)
        scope = actor.scope.narrowed(community_id)
        with self.begin(read_only=True) as work:
            return work.import_batches.page(scope, key=key, rows=rows)

    def row(self, actor: Actor, *, batch_id: BatchId) -> ImportRow:
        """Return one import; raise ThingNotFoundError."""
        actor.require(Permission.VIEW_BILLS)
        with self.begin(read_only=True) as work:
            return work.import_batches.row(actor.scope, batch_id)

    def withdraw(
        self, actor: Actor, *, batch_id: BatchId, confirmed: ConfirmedBatch | None = None
    ) -> ImportBatch:
        """Move all bills of an import to 回收站, all or none (rule 3.16).

        Raises ImportInUseError when a bill is paid, BillReservedError when one is in an open
        order, BatchChangedError when the bills differ from `confirmed`, StaleError when somebody
        changed a bill or withdrew the import at this moment.
        """
        actor.require(Permission.WITHDRAW_IMPORTS)
        with self.begin() as work:
            batch = work.import_batches.get(actor.scope, batch_id)
            if batch.withdrawn_at is not None:
                raise StaleError(kind="import_batch", id=batch_id)
            bills = _all_pending(work.bills.of_batch(actor.scope, batch_id))
            if confirmed is not None:
                confirmed.check(bills)
            now = self.clock.now()
            withdrawn = attrs.evolve(batch, withdrawn_at=now, withdrawn_by=actor.name)
            work.import_batches.withdraw(withdrawn)
            work.bills.remove_all(bills, at=now, by=actor.name)
            work.record(actor, AuditAction.WITHDRAWN, batch)
            work.record_all(actor, AuditAction.DELETED, [(bill, None) for bill in bills])
            work.commit()
        return withdrawn


def _all_pending(bills: Sequence[Bill]) -> list[PendingBill]:
    pending = [bill for bill in bills if isinstance(bill, PendingBill)]
    if not bills or len(pending) != len(bills):
        raise ImportInUseError(paid=len(bills) - len(pending), left=len(bills))
    return pending
