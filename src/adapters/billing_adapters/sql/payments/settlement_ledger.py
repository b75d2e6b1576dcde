"""Settlements in SQL: at most one live settlement for each bill."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Row, select, true, update

from billing_adapters.sql.db.new_rows import inserts_of_new
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.payments import SETTLEMENT_IS_LIVE
from billing_adapters.sql.tables.payments import settlements as settlement_table
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber


@attrs.frozen
class SettlementLedger:
    """The settlements of orders and bills: a part of SqlOrderRepository."""

    work: Transaction

    def add_settlements(
        self, company_id: CompanyId, settlements: Collection[OnlineSettlement]
    ) -> None:
        """Insert settlements; raise StaleError(bill) for the first bill settled already."""
        if not settlements:
            return
        rows = [
            _values(company_id, item) for item in sorted(settlements, key=lambda item: item.bill)
        ]
        # A broken constraint would not tell which bill is settled.
        inserting = _INSERT[self.work.connection.dialect.name]
        with self.work.refusing():
            done = self.work.connection.execute(inserting, rows)
            missing = [row["bill_number"] for row in rows]
            for number in done.scalars():
                missing.remove(number)
            if missing:
                raise StaleError(kind="bill", id=missing[0])

    def reverse_settlements(self, number: OrderNumber, bills: Collection[BillNumber]) -> None:
        """Mark settlements reversed; raise StaleError(bill) for the first that is not live."""
        wanted = set(bills)
        live = (
            update(settlement_table)
            .where(
                settlement_table.c.order_number == number,
                settlement_table.c.bill_number.in_(wanted),
                SETTLEMENT_IS_LIVE,
            )
            .values(reversed=true())
            .returning(settlement_table.c.bill_number)
        )
        with self.work.refusing():
            missing = wanted.difference(self.work.connection.execute(live).scalars())
            if missing:
                raise StaleError(kind="bill", id=min(missing))

    def settled_by(self, number: OrderNumber) -> Sequence[OnlineSettlement]:
        """Return the settlements of an order, reversed ones too, by ascending bill number."""
        return self._settlements(settlement_table.c.order_number == number)

    def settling(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return the order that settles each bill; bills not paid online are left out."""
        found = self._settlements(
            settlement_table.c.bill_number.in_(set(bills)), SETTLEMENT_IS_LIVE
        )
        return {item.bill: item.order for item in found}

    def _settlements(self, *conditions: ColumnElement[bool]) -> list[OnlineSettlement]:
        found = (
            select(settlement_table).where(*conditions).order_by(settlement_table.c.bill_number)
        )
        return [settlement_of(row) for row in self.work.connection.execute(found)]


_INSERT: Final = {
    name: each.returning(settlement_table.c.bill_number)
    for name, each in inserts_of_new(settlement_table).items()
}


def settlement_of(row: Row[Any]) -> OnlineSettlement:
    """Return the settlement of a row."""
    return OnlineSettlement(
        bill=row.bill_number,
        order=row.order_number,
        amount=Money(row.amount_fen),
        reversed=row.reversed,
    )


def _values(company_id: CompanyId, item: OnlineSettlement) -> dict[str, Any]:
    return {
        "company_id": company_id,
        "order_number": item.order,
        "bill_number": item.bill,
        "amount_fen": item.amount.fen,
        "reversed": item.reversed,
    }
