"""Which order settled which bill, in SQL: a bill is settled by one order at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import ColumnElement, Row, select, true, update

from billing_adapters.sql.db.new_rows import inserts_of_new
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.payments import SETTLEMENT_IS_LIVE, settlements
from billing_domain.errors import StaleError
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.community import CompanyId
from billing_domain.model.money import Money
from billing_domain.model.payments.ledger import OnlineSettlement
from billing_domain.model.payments.order import OrderNumber


@attrs.frozen
class SettlementLedger:
    """The settlements that a transaction sees."""

    work: Transaction

    def add(self, company_id: CompanyId, items: Collection[OnlineSettlement]) -> None:
        """Keep settlements; raise StaleError naming the first bill that one settles already."""
        if not items:
            return
        rows = [_values(company_id, item) for item in sorted(items, key=lambda item: item.bill)]
        # Not left to the constraint: it would not tell which bill it was.
        kept = _KEPT[self.work.connection.dialect.name]
        with self.work.refusing():
            done = self.work.connection.execute(kept, rows)
            missing = [row["bill_number"] for row in rows]
            for number in done.scalars():
                missing.remove(number)
            if missing:
                raise StaleError(kind="bill", id=missing[0])

    def reverse(self, number: OrderNumber, bills: Collection[BillNumber]) -> None:
        """Mark settlements reversed; raise StaleError naming the first that is not live."""
        wanted = set(bills)
        live = (
            update(settlements)
            .where(
                settlements.c.order_number == number,
                settlements.c.bill_number.in_(wanted),
                SETTLEMENT_IS_LIVE,
            )
            .values(reversed=true())
            .returning(settlements.c.bill_number)
        )
        with self.work.refusing():
            missing = wanted.difference(self.work.connection.execute(live).scalars())
            if missing:
                raise StaleError(kind="bill", id=min(missing))

    def settled_by(self, number: OrderNumber) -> Sequence[OnlineSettlement]:
        """Return what an order settled, reversed ones too, by ascending bill number."""
        return self._find(settlements.c.order_number == number)

    def settling(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which order settles each of the bills; bills not paid online are left out."""
        found = self._find(settlements.c.bill_number.in_(set(bills)), SETTLEMENT_IS_LIVE)
        return {item.bill: item.order for item in found}

    def _find(self, *conditions: ColumnElement[bool]) -> list[OnlineSettlement]:
        found = select(settlements).where(*conditions).order_by(settlements.c.bill_number)
        return [settlement_of(row) for row in self.work.connection.execute(found)]


_KEPT: Final = {
    name: each.returning(settlements.c.bill_number)
    for name, each in inserts_of_new(settlements).items()
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
