"""Issued receipts in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs
from sqlalchemy import Row, select

from billing_adapters.sql.db.json_content import from_json, to_json
from billing_adapters.sql.db.rows import model_of, values_of
from billing_adapters.sql.db.transaction import Transaction
from billing_adapters.sql.tables.payments import receipts as receipt_table
from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.payments.receipt import IssuedReceipt, ReceiptContent
from billing_domain.ports.payments.receipts import ReceiptRepository


@attrs.frozen
class SqlReceiptRepository(ReceiptRepository):
    """Issued receipts; they never change (rule 6)."""

    work: Transaction

    def add_all(self, receipts: Collection[IssuedReceipt]) -> None:
        owners = self.work.companies_of({receipt.community_id for receipt in receipts})
        rows = [
            values_of(
                receipt,
                receipt_table,
                company_id=owners[receipt.community_id],
                bill_number=receipt.bill,
                content=to_json(receipt.content),
            )
            for receipt in receipts
        ]
        self.work.insert(receipt_table, rows)

    def latest(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, IssuedReceipt]:
        found = (
            select(receipt_table)
            .where(receipt_table.c.bill_number.in_(set(bills)))
            .order_by(receipt_table.c.issued_at, receipt_table.c.row_id)
        )
        rows = self.work.connection.execute(found)
        newest = {row.bill_number: row for row in rows}
        return {number: _receipt(row) for number, row in newest.items()}


def _receipt(row: Row[Any]) -> IssuedReceipt:
    content = from_json(row.content, ReceiptContent)
    return model_of(IssuedReceipt, row, bill=row.bill_number, content=content)
