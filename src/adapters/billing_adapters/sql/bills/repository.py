"""Bills in SQL; each update is guarded by the previous version (rule 2.7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

import attrs
from sqlalchemy import Update, bindparam, null, or_, select, update

from billing_adapters.sql.bills.deleted_bills import keep_deleted
from billing_adapters.sql.bills.rows import bill_of, bill_values, changed_values, period_key
from billing_adapters.sql.bills.search.plan import along
from billing_adapters.sql.db.key_lists import among
from billing_adapters.sql.db.rows import Values, found_one
from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.bills import (
    BILL_IS_THERE,
    BILLS_BY_BATCH,
    BILLS_BY_COMMUNITY,
    BILLS_BY_COMPANY,
    BILLS_BY_HOUSE,
    DELETED,
)
from billing_adapters.sql.tables.bills import bills as bill_table
from billing_adapters.sql.tables.column_types import KEY
from billing_domain.errors import BillReservedError, NumberTakenError, StaleError
from billing_domain.model.bills.bill import BatchId, Bill, BillState, PendingBill
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import HouseId
from billing_domain.model.imports.bill_row import ChargeKey
from billing_domain.model.imports.next_period import Charge
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.period import BillingPeriod
from billing_domain.ports.bills import BillRepository


@attrs.frozen
class SqlBillRepository(BillRepository):
    """All bills; a removed bill keeps its row, so its number is never reused."""

    work: Transaction

    def add_all(self, bills: Collection[PendingBill]) -> None:
        owners = self.work.companies_of({bill.community_id for bill in bills})
        taken = NumberTakenError()
        with self.work.refusing(billing_bills_pk=taken, billing_bills_number_ix=taken):
            self.work.insert(
                bill_table, [bill_values(bill, owners[bill.community_id]) for bill in bills]
            )

    def get(self, scope: Scope, number: BillNumber) -> Bill:
        return found_one(self.get_many(scope, [number]), "bill", number)

    def get_many(self, scope: Scope, numbers: Collection[BillNumber]) -> Sequence[Bill]:
        found = _NUMBERED
        if scope.community_ids is not None:
            found = found.where(in_scope(bill_table, scope))
        wanted = {"numbers": [*set(numbers)], "company": scope.company_id}
        return [bill_of(row) for row in self.work.connection.execute(found, wanted)]

    def save_all(self, bills: Collection[Bill], *, holder: OrderNumber | None = None) -> None:
        """Replace the previous versions; raise StaleError, BillReservedError.

        Bills are written by ascending number, so two batches never deadlock. The update itself
        checks that no other order has reserved the bill meanwhile (rule 2.5).
        """
        rows = [changed_values(bill) for bill in bills]
        self._write(_REPLACE, rows, {bill.number: bill.version - 1 for bill in bills}, holder)

    def mark_reminded(self, numbers: Collection[BillNumber], at: datetime) -> None:
        self.work.connection.execute(_MARK_REMINDED, {"numbers": numbers, "moment": at})

    def remove_all(self, bills: Collection[PendingBill], *, at: datetime, by: str) -> None:
        rows = [{"number": bill.number} for bill in bills]
        self._write(_REMOVE, rows, {bill.number: bill.version for bill in bills}, None)
        keep_deleted(self.work, bills, at=at, by=by)

    def charged_since(self, community_id: CommunityId, first_day: date) -> Sequence[Charge]:
        [company_id] = self.work.companies_of({community_id}).values()
        found = (
            select(
                bill_table.c.house_id,
                bill_table.c.fee_type,
                bill_table.c.amount_fen,
                bill_table.c.first_day,
                bill_table.c.last_day,
            )
            .where(
                bill_table.c.company_id == company_id,
                bill_table.c.community_id == community_id,
                bill_table.c.state.in_([BillState.PENDING, BillState.PAID]),
                bill_table.c.first_day >= first_day,
                BILL_IS_THERE,
            )
            .order_by(bill_table.c.number)
        )
        rows = self.work.connection.execute(along(found, BILLS_BY_COMMUNITY))
        return [
            Charge(house, fee_type, Money(fen), BillingPeriod(first, last))
            for house, fee_type, fen, first, last in rows
        ]

    def of_batch(self, scope: Scope, batch_id: BatchId) -> Sequence[Bill]:
        found = (
            select(bill_table)
            .where(bill_table.c.batch_id == batch_id, in_scope(bill_table, scope), BILL_IS_THERE)
            .order_by(bill_table.c.number)
        )
        rows = self.work.connection.execute(along(found, BILLS_BY_BATCH))
        return [bill_of(row) for row in rows]

    def charges(
        self,
        community_id: CommunityId,
        houses: Collection[HouseId],
        *,
        periods: Collection[BillingPeriod] | None = None,
    ) -> set[ChargeKey]:
        found = (
            select(
                bill_table.c.house_id,
                bill_table.c.fee_type,
                bill_table.c.first_day,
                bill_table.c.last_day,
            )
            .where(
                bill_table.c.house_id.in_(set(houses)), bill_table.c.community_id == community_id
            )
            .where(bill_table.c.state.in_([BillState.PENDING, BillState.PAID]))
            .distinct()
        )
        if periods is not None:
            found = found.where(bill_table.c.period.in_({period_key(each) for each in periods}))
        rows = self.work.connection.execute(along(found, BILLS_BY_HOUSE))
        return {
            ChargeKey(house_id, fee_type, BillingPeriod(first_day, last_day))
            for house_id, fee_type, first_day, last_day in rows
        }

    def _write(
        self,
        statement: Update,
        rows: Sequence[Values],
        versions: dict[BillNumber, int],
        holder: OrderNumber | None,
    ) -> None:
        """Run a guarded statement for each row; raise the error of the first bill not updated."""
        if not rows:
            return
        guarded = [
            {
                **row,
                "old_number": row["number"],
                "old_version": versions[row["number"]],
                "holder": holder,
            }
            for row in sorted(rows, key=lambda row: row["number"])
        ]
        with self.work.refusing():
            if len(rows) == 1 and self.work.connection.execute(statement, guarded).rowcount:
                return
            # Check first: the row count of a batch does not tell which bill was not updated.
            # After the batch, a bill that was reserved may be free again.
            self._check(versions, holder)
            if self.work.connection.execute(statement, guarded).rowcount != len(rows):
                raise StaleError(kind="bill", id=guarded[0]["number"])

    def _check(self, versions: dict[BillNumber, int], holder: OrderNumber | None) -> None:
        """Lock the rows; raise StaleError or BillReservedError for the first wrong bill."""
        found = self.work.connection.execute(_HELD, {"numbers": [*versions]})
        stored = {row.number: row for row in found}
        for number in sorted(versions):
            row = stored.get(number)
            if row is None or row.version != versions[number]:
                raise StaleError(kind="bill", id=number)
            if row.reserved_by not in {None, holder}:
                raise BillReservedError(number=number, order=row.reserved_by)


_HELD = (
    select(bill_table.c.number, bill_table.c.version, bill_table.c.reserved_by)
    .where(bill_table.c.number.in_(bindparam("numbers", expanding=True)), BILL_IS_THERE)
    .order_by(bill_table.c.number)
    .with_for_update()
)
# Built once: every payment and every batch runs it.
_NUMBERED = along(
    select(bill_table)
    .where(
        bill_table.c.number.in_(bindparam("numbers", expanding=True)),
        bill_table.c.company_id == bindparam("company"),
        BILL_IS_THERE,
    )
    .order_by(bill_table.c.number),
    BILLS_BY_COMPANY,
)
_GUARD = (
    bill_table.c.number == bindparam("old_number"),
    bill_table.c.version == bindparam("old_version"),
    or_(
        bill_table.c.reserved_by.is_(None),
        bill_table.c.reserved_by == bindparam("holder", type_=KEY),
    ),
)
_OWN_COLUMNS = {"company_id", "reminded_at", "reserved_by"}
"""Columns that a bill's next version does not change."""

_REPLACE = (
    update(bill_table)
    .where(*_GUARD, BILL_IS_THERE)
    .values(
        {
            column.name: bindparam(column.name)
            for column in bill_table.columns
            if column.name not in _OWN_COLUMNS
        }
    )
)
_REMOVE = (
    update(bill_table)
    .where(*_GUARD, bill_table.c.state == BillState.PENDING)
    .values(
        state=DELETED,
        house_id=null(),
        remark="",
        external_number=null(),
        search_external=null(),
        external_wide=null(),
        misdated=null(),
        paid_early=null(),
        reminded_at=null(),
        version=bill_table.c.version + 1,
    )
)
_REMINDED_BEFORE = or_(
    bill_table.c.reminded_at.is_(None), bill_table.c.reminded_at < bindparam("moment")
)
_MARK_REMINDED = (
    update(bill_table)
    .where(
        bill_table.c.number.in_(
            # Locked by ascending number too.
            select(bill_table.c.number)
            .where(among(bill_table.c.number, "numbers"), BILL_IS_THERE, _REMINDED_BEFORE)
            .order_by(bill_table.c.number)
            .with_for_update()
        )
    )
    .values(reminded_at=bindparam("moment"))
)
