"""Storage of orders, refunds and provider messages."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Scope
from billing_domain.model.company.community import CompanyId
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.ledger import Books, OnlineSettlement
from billing_domain.model.payments.order import AccountId, OrderNumber, PaymentOrder
from billing_domain.model.payments.received_message import ReceivedMessage
from billing_domain.model.payments.refund import Refund, RefundNumber


class OrderRepository(Protocol):
    """Payment orders, the bills that open orders reserve, and the settlements of paid orders."""

    @abstractmethod
    def add(self, order: PaymentOrder) -> None:
        """Store a new order and reserve its bills, all or none (rule 2.5).

        Raises BillReservedError for the first bill that another open order reserves. Raises
        StaleError for the first bill that is not pending or whose amount differs from its line, or
        for the order when the payer's request key is used already.
        """

    @abstractmethod
    def get(self, scope: Scope, number: OrderNumber) -> PaymentOrder:
        """Return an order in scope or raise ThingNotFoundError(payment_order)."""

    @abstractmethod
    def find(self, number: OrderNumber) -> PaymentOrder | None:
        """Return an order of any company, for providers and the janitor."""

    @abstractmethod
    def by_request(
        self, company_id: CompanyId, openid: str, request_key: str
    ) -> PaymentOrder | None:
        """Return the order of a payer's request key, or None (P01)."""

    @abstractmethod
    def save(self, order: PaymentOrder) -> None:
        """Store the next version; raise StaleError.

        An order that is not open reserves no bills. Raises NotificationRefusedError(order) when
        another order of the account has the same provider number.
        """

    @abstractmethod
    def holding(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which open order reserves each bill; free bills are left out."""

    @abstractmethod
    def open_before(self, moment: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return open orders of all companies made at or before a moment.

        Never queried orders come first, then the longest since their last query.
        """

    @abstractmethod
    def to_check(self, now: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return all companies' closed orders whose `query_again_at` has come, earliest first."""

    @abstractmethod
    def add_settlements(
        self, company_id: CompanyId, settlements: Collection[OnlineSettlement]
    ) -> None:
        """Store a paid order's settlements; raise StaleError for a bill with a live settlement."""

    @abstractmethod
    def reverse_settlements(self, number: OrderNumber, bills: Collection[BillNumber]) -> None:
        """Mark an order's settlements of bills reversed; raise StaleError unless all are live."""

    @abstractmethod
    def settled_by(self, number: OrderNumber) -> Sequence[OnlineSettlement]:
        """Return an order's settlements, reversed ones too, by ascending bill number."""

    @abstractmethod
    def settling(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which order settles each bill; bills not paid online are left out."""

    @abstractmethod
    def books(self, scope: Scope) -> Books:
        """Return everything in scope that the money invariant covers (P19)."""


class RefundRepository(Protocol):
    """Refunds."""

    @abstractmethod
    def add(self, refund: Refund) -> None:
        """Store a new refund."""

    @abstractmethod
    def get(self, scope: Scope, number: RefundNumber) -> Refund:
        """Return a refund in scope or raise ThingNotFoundError(refund)."""

    @abstractmethod
    def find(self, number: RefundNumber) -> Refund | None:
        """Return a refund of any company, for providers and the janitor."""

    @abstractmethod
    def save(self, refund: Refund) -> None:
        """Store the next version; raise StaleError."""

    @abstractmethod
    def of_order(self, number: OrderNumber) -> Sequence[Refund]:
        """Return an order's refunds, oldest first."""

    @abstractmethod
    def unfinished(self, *, count_max: int) -> Sequence[Refund]:
        """Return approved and sent refunds of all companies.

        Never sent or queried refunds come first, then the longest since their last query.
        """


class MessageRepository(Protocol):
    """Messages received from providers."""

    @abstractmethod
    def add(self, message: ReceivedMessage) -> None:
        """Store a message exactly as received."""

    @abstractmethod
    def conclude(self, message: ReceivedMessage) -> None:
        """Store the verdict of a message; the message's content never changes."""

    @abstractmethod
    def booked(self, account_id: AccountId, provider_id: str) -> ReceivedMessage | None:
        """Return the first booked delivery of a message, or None."""

    @abstractmethod
    def about(self, account_id: AccountId, number: str) -> Sequence[ReceivedMessage]:
        """Return the messages of an account about an order or refund, oldest first."""

    @abstractmethod
    def refused(self, company_id: CompanyId, *, count_max: int) -> Sequence[ReceivedMessage]:
        """Return a company's refused and failed messages, newest first."""

    @abstractmethod
    def remove_refused_before(self, moment: datetime) -> int:
        """Remove the refused messages received before a moment; return their number."""


class PaymentAccountRepository(Protocol):
    """Companies' merchant accounts; each company has at most one active account."""

    @abstractmethod
    def add(self, account: PaymentAccount) -> None:
        """Store a new account; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, company_id: CompanyId, account_id: AccountId) -> PaymentAccount:
        """Return a company's account or raise ThingNotFoundError(payment_account)."""

    @abstractmethod
    def find(self, account_id: AccountId) -> PaymentAccount | None:
        """Return an account of any company, for providers."""

    @abstractmethod
    def active(self, company_id: CompanyId) -> PaymentAccount | None:
        """Return the account for a company's new orders, or None."""

    @abstractmethod
    def save(self, account: PaymentAccount) -> None:
        """Store the next version; raise StaleError, FieldError(name, taken).

        Raises StaleError also for a second active account.
        """

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[PaymentAccount]:
        """Return a company's accounts, oldest first."""
