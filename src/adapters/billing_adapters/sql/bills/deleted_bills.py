"""回收站 in SQL: a removed bill's row and the rest of it, put together again (rule 2.12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import Row, Select, delete, null, select, update

from billing_adapters.sql.bills.rows import bill_of, bill_values
from billing_adapters.sql.db.page_keys import PageOrder
from billing_adapters.sql.db.rows import found_one
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import DELETED, bills, deleted_bills
from billing_adapters.sql.tables.company import communities
from billing_adapters.sql.tables.houses import houses
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.ports.bills import DeletedBill, DeletedBillRepository
from billing_domain.ports.paging import Page, PageKey

_LAST_FIRST: Final = PageOrder((deleted_bills.c.deleted_at, deleted_bills.c.number))
_KEPT: Final = ("house_id", "remark", "external_number", "reminded_at")
_OF_BILL: Final = (
    *("community_id", "fee_type", "amount_fen", "first_day", "last_day", "origin"),
    *("batch_id", "imported_at", "version"),
)
_FOUND: Final[Select[Any]] = (
    select(
        deleted_bills.c.number,
        deleted_bills.c.deleted_at,
        deleted_bills.c.deleted_by,
        *(deleted_bills.c[name] for name in _KEPT),
        *(bills.c[name] for name in _OF_BILL),
        null().label("state"),
        communities.c.name.label("community_name"),
        houses.c.address,
    )
    .join(
        bills,
        (bills.c.number == deleted_bills.c.number)
        & (bills.c.company_id == deleted_bills.c.company_id),
    )
    .join(communities, communities.c.id == deleted_bills.c.community_id)
    .outerjoin(houses, houses.c.id == deleted_bills.c.house_id)
)


def keep_deleted(
    work: Transaction, removed: Collection[PendingBill], *, at: datetime, by: str
) -> None:
    """Keep what the rows of removed bills no longer say."""
    owners = work.companies_of({bill.community_id for bill in removed})
    rows = [
        {
            "number": bill.number,
            "company_id": owners[bill.community_id],
            "community_id": bill.community_id,
            "deleted_at": at,
            "deleted_by": by,
            **{name: getattr(bill, name) for name in _KEPT},
        }
        for bill in removed
    ]
    work.insert(deleted_bills, rows)


@attrs.frozen
class SqlDeletedBillRepository(DeletedBillRepository):
    """The bills that were removed lately."""

    work: Transaction

    def page(
        self, scope: Scope, *, since: datetime, key: PageKey | None, rows: int
    ) -> Page[DeletedBill]:
        found = _LAST_FIRST.page(
            self._found(scope, since),
            key,
            rows,
            lambda near: self.work.connection.execute(near).all(),
        )
        return Page(tuple(map(_deleted, found.rows)), found.next_key, found.previous_key)

    def get(self, scope: Scope, number: BillNumber, *, since: datetime) -> DeletedBill:
        wanted = self._found(scope, since).where(deleted_bills.c.number == number)
        found = map(_deleted, self.work.connection.execute(wanted))
        return found_one(found, "deleted_bill", number)

    def restore(self, bill: PendingBill) -> PendingBill:
        restored = attrs.evolve(bill, version=bill.version + 1)
        [company_id] = self.work.companies_of({bill.community_id}).values()
        same = (bills.c.number == bill.number, bills.c.company_id == company_id)
        back = (
            update(bills)
            .where(*same, bills.c.state == DELETED, bills.c.version == bill.version)
            .values(dict(bill_values(restored, company_id)))
        )
        kept = delete(deleted_bills).where(
            deleted_bills.c.number == bill.number, deleted_bills.c.company_id == company_id
        )
        with self.work.refusing():
            for statement in (back, kept):
                if self.work.connection.execute(statement).rowcount != 1:
                    raise StaleError(kind="deleted_bill", id=bill.number)
        return restored

    def remove_before(self, moment: datetime) -> int:
        old = delete(deleted_bills).where(deleted_bills.c.deleted_at < moment)
        return self.work.connection.execute(old).rowcount

    def _found(self, scope: Scope, since: datetime) -> Select[Any]:
        return _FOUND.where(in_scope(deleted_bills, scope), deleted_bills.c.deleted_at >= since)


def _deleted(row: Row[Any]) -> DeletedBill:
    bill = bill_of(row)
    assert isinstance(bill, PendingBill)  # noqa: S101 - only pending bills are removed
    return DeletedBill(bill, row.community_name, row.address or "", row.deleted_at, row.deleted_by)
