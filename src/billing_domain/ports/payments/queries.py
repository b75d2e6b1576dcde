"""Reads of payments for the screens of staff and owners."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, datetime
from typing import Protocol

import attrs

from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CommunityId
from billing_domain.model.payments.order import OrderState, PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.paging import Page, PageKey


@attrs.frozen
class OrderFilter:
    """The criteria of the orders page; a field that is None or empty does not restrict.

    `text` is a part of our order number, the provider's number, or the number of a bill in the
    order; it is compared exactly. Days are Shanghai days of the order's creation, both included.
    """

    text: str = ""
    community_id: CommunityId | None = None
    state: OrderState | None = None
    made_from: date | None = None
    made_to: date | None = None


@attrs.frozen
class Troubles:
    """The cases that a person must look into (异常): oldest first, at most 200 of each kind.

    `overdue` are orders undecided for 2 hours; `unapplied` are paid orders with unapplied money;
    `refunds` are proposed, approved, sent or failed.
    """

    overdue: tuple[PaymentOrder, ...]
    unapplied: tuple[PaymentOrder, ...]
    refunds: tuple[Refund, ...]


class PaymentQueries(Protocol):
    """Reads of orders and refunds."""

    @abstractmethod
    def page(
        self, scope: Scope, order_filter: OrderFilter, *, key: PageKey | None, rows: int
    ) -> Page[PaymentOrder]:
        """Return one page, newest first."""

    @abstractmethod
    def troubles(self, scope: Scope, *, overdue_before: datetime) -> Troubles:
        """Return the present troubles; orders made at or before the moment are overdue."""
