"""Reads of payments for the screens of staff and owners."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

import attrs

from billing_domain.model.actor import Scope
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.community import CommunityId
from billing_domain.model.owner import Owner
from billing_domain.model.payment import OrderState, PaymentOrder
from billing_domain.model.refund import Refund
from billing_domain.ports.queries import BillRow, Page


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
        self, scope: Scope, order_filter: OrderFilter, *, key: str | None, rows: int
    ) -> Page[PaymentOrder]:
        """Return one page, newest first; `key` is the `next_key` of the page before."""

    @abstractmethod
    def troubles(self, scope: Scope, *, overdue_before: datetime) -> Troubles:
        """Return what is wrong; orders made at or before the moment are overdue."""


class OwnerQueries(Protocol):
    """Reads of an owner's bills, never of anybody else's (rule 4.6, P36).

    Lists name no residents: the household knows itself, and phones stay where they are (P45).
    """

    @abstractmethod
    def pending(self, owner: Owner, *, day: date, rows_max: int) -> Sequence[BillRow]:
        """Return the unpaid bills that an owner sees on a day, newest import first.

        Those of houses where the owner lives, as `may_see` allows, and those that a reminder sent
        to the owner's openid names (`shown_by_reminder`); so too in `bill`.
        """

    @abstractmethod
    def paid(self, owner: Owner, *, day: date, key: str | None, rows: int) -> Page[BillRow]:
        """Return the paid bills that an owner sees, newest payment first.

        Those of houses where the owner lives, as `may_see` allows, and those that the owner paid
        from the same openid wherever they live today. `key` is the `next_key` before.
        """

    @abstractmethod
    def bill(self, owner: Owner, number: BillNumber, *, day: date) -> BillRow:
        """Return a bill that the owner sees on a day, or raise ThingNotFoundError."""
