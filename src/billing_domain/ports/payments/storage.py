"""Where orders, refunds and provider messages are kept; the promises of `storage` hold too."""

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
    """Payment orders, the bills that open ones reserve, and what paid ones settled."""

    @abstractmethod
    def add(self, order: PaymentOrder) -> None:
        """Keep a new order and reserve its bills for it, all or none (rule 2.5).

        Raises BillReservedError naming the first bill that another open order holds, and
        StaleError naming the first that is not pending or costs something else than its line,
        or the order when the payer's request key has one already.
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
        """Return the order that a payer's request made, or None (P01)."""

    @abstractmethod
    def save(self, order: PaymentOrder) -> None:
        """Replace the version before this one; raise StaleError.

        An order that is not open reserves no bill any more. Raises
        NotificationRefusedError(order) when another order of the account has the same
        provider's number.
        """

    @abstractmethod
    def holding(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which open order reserves each of the bills; free ones are left out."""

    @abstractmethod
    def open_before(self, moment: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return open orders of all companies made at or before a moment.

        Those never asked about come first, then those asked about longest ago.
        """

    @abstractmethod
    def to_check(self, now: datetime, *, count_max: int) -> Sequence[PaymentOrder]:
        """Return closed orders of all companies that are to be asked about by now.

        Those whose moment came first come first.
        """

    @abstractmethod
    def add_settlements(
        self, company_id: CompanyId, settlements: Collection[OnlineSettlement]
    ) -> None:
        """Keep what a paid order settled; raise StaleError for a bill that one settles already."""

    @abstractmethod
    def reverse_settlements(self, number: OrderNumber, bills: Collection[BillNumber]) -> None:
        """Mark an order's settlements of bills reversed; raise StaleError unless all are live."""

    @abstractmethod
    def settled_by(self, number: OrderNumber) -> Sequence[OnlineSettlement]:
        """Return what an order settled, reversed ones too, by ascending bill number."""

    @abstractmethod
    def settling(self, bills: Collection[BillNumber]) -> Mapping[BillNumber, OrderNumber]:
        """Return which order settles each of the bills; bills not paid online are left out."""

    @abstractmethod
    def books(self, scope: Scope) -> Books:
        """Return everything in scope that the invariant of money speaks of (P19)."""


class RefundRepository(Protocol):
    """Refunds."""

    @abstractmethod
    def add(self, refund: Refund) -> None:
        """Keep a new refund."""

    @abstractmethod
    def get(self, scope: Scope, number: RefundNumber) -> Refund:
        """Return a refund in scope or raise ThingNotFoundError(refund)."""

    @abstractmethod
    def find(self, number: RefundNumber) -> Refund | None:
        """Return a refund of any company, for providers and the janitor."""

    @abstractmethod
    def save(self, refund: Refund) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def of_order(self, number: OrderNumber) -> Sequence[Refund]:
        """Return an order's refunds, oldest first."""

    @abstractmethod
    def unfinished(self, *, count_max: int) -> Sequence[Refund]:
        """Return refunds of all companies that are approved or sent.

        Those never sent or asked about come first, then those longest ago.
        """


class MessageRepository(Protocol):
    """What providers sent."""

    @abstractmethod
    def add(self, message: ReceivedMessage) -> None:
        """Keep a message as it came."""

    @abstractmethod
    def conclude(self, message: ReceivedMessage) -> None:
        """Keep what became of a message; its content never changes."""

    @abstractmethod
    def booked(self, account_id: AccountId, provider_id: str) -> ReceivedMessage | None:
        """Return the first delivery of a message that was booked, or None."""

    @abstractmethod
    def about(self, account_id: AccountId, number: str) -> Sequence[ReceivedMessage]:
        """Return the messages of an account about an order or refund, oldest first."""

    @abstractmethod
    def refused(self, company_id: CompanyId, *, count_max: int) -> Sequence[ReceivedMessage]:
        """Return a company's refused and failed messages, newest first."""

    @abstractmethod
    def remove_refused_before(self, moment: datetime) -> int:
        """Forget the refused messages received before a moment; return how many."""


class PaymentAccountRepository(Protocol):
    """Companies' merchant accounts; at most one of a company is active."""

    @abstractmethod
    def add(self, account: PaymentAccount) -> None:
        """Keep a new account; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, company_id: CompanyId, account_id: AccountId) -> PaymentAccount:
        """Return a company's account or raise ThingNotFoundError(payment_account)."""

    @abstractmethod
    def find(self, account_id: AccountId) -> PaymentAccount | None:
        """Return an account of any company, for providers."""

    @abstractmethod
    def active(self, company_id: CompanyId) -> PaymentAccount | None:
        """Return the account that a company's new orders go to, or None."""

    @abstractmethod
    def save(self, account: PaymentAccount) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken).

        StaleError also when another account is active and this one is to be.
        """

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[PaymentAccount]:
        """Return a company's accounts, oldest first."""
