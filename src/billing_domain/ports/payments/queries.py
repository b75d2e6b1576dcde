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
    """What the page of orders shows; fields that are None or empty do not restrict.

    `text` is a part of our number, of the provider's, or of a bill's number in the order,
    compared as it is. Days are Shanghai days of the order's making, both included.
    """

    text: str = ""
    community_id: CommunityId | None = None
    state: OrderState | None = None
    made_from: date | None = None
    made_to: date | None = None


@attrs.frozen
class Troubles:
    """What a person must look into (异常): oldest first, at most 200 of a kind.

    `overdue` are orders that nobody could decide for 2 hours; `unapplied` paid orders that
    still hold money of no bill; `refunds` are not finished: proposed, approved, sent or failed.
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
        """Return what is wrong; orders made at or before the moment are overdue."""
