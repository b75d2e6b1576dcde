"""Import batches in SQL, with what became of their bills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Row, case, func, select, update

from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one, model_of, values_of
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import BILL_IS_THERE, BILLS_BY_BATCH, bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.imports import import_batches
from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.bills.bill import BatchId, BillState
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.imports.batch import ImportBatch
from billing_domain.model.money import Money
from billing_domain.ports.imports import ImportBatchRepository, ImportRow
from billing_domain.ports.paging import Page, PageKey

_NEWEST_FIRST: Final = PageOrder((import_batches.c.imported_at, import_batches.c.id))
_LISTED: Final = select(import_batches, communities.c.name.label("community_name")).join(
    communities, communities.c.id == import_batches.c.community_id
)


@attrs.frozen
class SqlImportBatchRepository(ImportBatchRepository):
    """Which files were imported."""

    work: Transaction

    def add(self, batch: ImportBatch) -> None:
        owners = self.work.companies_of({batch.community_id})
        taken = StaleError(kind="import_batch", id=batch.id)
        values = values_of(
            batch,
            import_batches,
            company_id=owners[batch.community_id],
            bill_count=batch.rows,
            total_fen=batch.total.fen,
        )
        with self.work.refusing(
            billing_import_batches_request_uq=taken,
            billing_import_batches_repetition_uq=taken,
        ):
            self.work.insert(import_batches, [values])

    def get(self, scope: Scope, batch_id: BatchId) -> ImportBatch:
        found = self._find(import_batches.c.id == batch_id, in_scope(import_batches, scope))
        return found_one(found, "import_batch", batch_id)

    def save(self, batch: ImportBatch) -> None:
        """Replace `remind_now`; no other field of a batch changes."""
        answered = (
            update(import_batches)
            .where(import_batches.c.id == batch.id)
            .values(remind_now=batch.remind_now)
        )
        if self.work.connection.execute(answered).rowcount != 1:
            raise ThingNotFoundError(kind="import_batch", id=batch.id)

    def withdraw(self, batch: ImportBatch) -> None:
        withdrawn = (
            update(import_batches)
            .where(import_batches.c.id == batch.id, import_batches.c.withdrawn_at.is_(None))
            .values(withdrawn_at=batch.withdrawn_at, withdrawn_by=batch.withdrawn_by)
        )
        with self.work.refusing():
            if self.work.connection.execute(withdrawn).rowcount != 1:
                raise StaleError(kind="import_batch", id=batch.id)

    def page(self, scope: Scope, *, key: PageKey | None, rows: int) -> Page[ImportRow]:
        found = _LISTED.where(in_scope(import_batches, scope))
        page = _NEWEST_FIRST.page(
            found, key, rows, lambda near: self.work.connection.execute(near).all()
        )
        shown = self._rows(scope, page.rows)
        return Page(tuple(shown), page.next_key, page.previous_key)

    def row(self, scope: Scope, batch_id: BatchId) -> ImportRow:
        found = _LISTED.where(import_batches.c.id == batch_id, in_scope(import_batches, scope))
        rows = self.work.connection.execute(found).all()
        return found_one(self._rows(scope, rows), "import_batch", batch_id)

    def _rows(self, scope: Scope, rows: Sequence[Row[Any]]) -> list[ImportRow]:
        """Return the rows with the bills of all of them counted in one statement."""
        paid, reserved = bills.c.state == BillState.PAID, bills.c.reserved_by.is_not(None)
        counting = (
            select(
                bills.c.batch_id,
                func.count().label("left"),
                func.sum(bills.c.amount_fen).label("fen"),
                func.count(case((paid, 1))).label("paid"),
                func.count(case((reserved, 1))).label("reserved"),
            )
            .where(
                bills.c.batch_id.in_([row.id for row in rows]),
                bills.c.company_id == scope.company_id,
                BILL_IS_THERE,
            )
            .group_by(bills.c.batch_id)
        )
        counted = {}
        if rows:
            found = self.work.connection.execute(along(counting, BILLS_BY_BATCH))
            counted = {
                row.batch_id: (row.left, Money(int(row.fen)), row.paid, row.reserved)
                for row in found
            }
        return [
            ImportRow(_batch(row), row.community_name, *counted.get(row.id, (0, Money(0), 0, 0)))
            for row in rows
        ]

    def by_request(self, community_id: CommunityId, request_key: str) -> ImportBatch | None:
        here = import_batches.c.community_id == community_id
        found = self._find(here, import_batches.c.request_key == request_key)
        return found[0] if found else None

    def by_file(self, community_id: CommunityId, file_hash: str) -> Sequence[ImportBatch]:
        here = import_batches.c.community_id == community_id
        return self._find(here, import_batches.c.file_hash == file_hash)

    def _find(self, *conditions: ColumnElement[bool]) -> list[ImportBatch]:
        found = (
            select(import_batches)
            .where(*conditions)
            .order_by(import_batches.c.imported_at, import_batches.c.row_id)
        )
        return [_batch(row) for row in self.work.connection.execute(found)]


def _batch(row: Row[Any]) -> ImportBatch:
    return model_of(ImportBatch, row, rows=row.bill_count, total=Money(row.total_fen))
