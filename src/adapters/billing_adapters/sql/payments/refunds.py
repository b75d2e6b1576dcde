"""Refunds in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from sqlalchemy import ColumnElement, Connection, Row, Select, select

from billing_adapters.sql.db.scopes import in_scope
from billing_adapters.sql.db.transaction import Transaction, Values
from billing_adapters.sql.tables.payments import REFUND_IS_ON_ITS_WAY, refunds
from billing_domain.errors import ThingNotFoundError
from billing_domain.model.company.actor import Scope
from billing_domain.model.money import Money
from billing_domain.model.payments.order import OrderNumber
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.ports.payments.storage import RefundRepository


@attrs.frozen
class SqlRefundRepository(RefundRepository):
    """Refunds of all companies."""

    work: Transaction

    def add(self, refund: Refund) -> None:
        self.work.insert(refunds, [_values(refund)])

    def get(self, scope: Scope, number: RefundNumber) -> Refund:
        for refund in self._find(refunds.c.number == number, in_scope(refunds, scope)):
            return refund
        raise ThingNotFoundError(kind="refund", id=number)

    def find(self, number: RefundNumber) -> Refund | None:
        return next(iter(self._find(refunds.c.number == number)), None)

    def save(self, refund: Refund) -> None:
        own = {"company_id": refund.company_id}
        self.work.replace_version(refunds.c.number, _values(refund), kind="refund", where=own)

    def of_order(self, number: OrderNumber) -> Sequence[Refund]:
        return self._find(refunds.c.order_number == number)

    def unfinished(self, *, count_max: int) -> Sequence[Refund]:
        found = (
            select(refunds)
            .where(REFUND_IS_ON_ITS_WAY)
            .order_by(refunds.c.queried_at.asc().nulls_first(), refunds.c.number)
            .limit(count_max)
        )
        return refunds_of(self.work.connection, found)

    def _find(self, *conditions: ColumnElement[bool]) -> list[Refund]:
        oldest_first = (refunds.c.proposed_at, refunds.c.number)
        found = select(refunds).where(*conditions).order_by(*oldest_first)
        return refunds_of(self.work.connection, found)


def refunds_of(connection: Connection, found: Select[Any]) -> list[Refund]:
    """Return the refunds of a select of whole rows."""
    return [_refund(row) for row in connection.execute(found)]


def _values(refund: Refund) -> Values:
    return {
        "number": refund.number,
        "order_number": refund.order,
        "company_id": refund.company_id,
        "community_id": refund.community_id,
        "account_id": refund.account_id,
        "provider": refund.provider,
        "amount_fen": refund.amount.fen,
        "bill_numbers": [*refund.bills],
        "reason": refund.reason,
        "state": refund.state,
        "proposed_by": refund.proposed_by,
        "proposed_at": refund.proposed_at,
        "approved_by": refund.approved_by,
        "provider_state": refund.provider_state,
        "queried_at": refund.queried_at,
        "done_at": refund.done_at,
        "version": refund.version,
    }


def _refund(row: Row[Any]) -> Refund:
    return Refund(
        number=row.number,
        order=row.order_number,
        company_id=row.company_id,
        community_id=row.community_id,
        account_id=row.account_id,
        provider=row.provider,
        amount=Money(row.amount_fen),
        bills=tuple(row.bill_numbers),
        reason=row.reason,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        approved_by=row.approved_by,
        provider_state=row.provider_state,
        queried_at=row.queried_at,
        done_at=row.done_at,
        version=row.version,
    )
