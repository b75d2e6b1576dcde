"""Payment providers behind one port (rule 5.9).

A provider answers one of three things about an order: paid, not paid, or nothing that one may
rely on. Only the first two are answers; unknown is asked again, never taken for a failure.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Protocol

import attrs

from billing_domain.model.money import Money
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import (
    OrderNumber,
    PaymentMethod,
    PaymentOrder,
    ProviderKey,
    Ticket,
)
from billing_domain.model.payments.refund import Refund, RefundNumber


@attrs.frozen
class Capabilities:
    """What a provider offers."""

    methods: frozenset[PaymentMethod]
    refunds: bool
    statements: bool


class Outcome(Enum):
    """What a provider says about an order."""

    PAID = "paid"
    UNPAID = "unpaid"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@attrs.frozen
class OrderReport:
    """A provider's word on an order; number, amount and moment are there when it is paid.

    `said` is the provider's own state or code, for staff. Merchant, app and currency are the
    account's, or there would be no report. A report that answers a call about an order has that
    order's amount; one that came as a message has the amount that was paid, which the caller
    compares (P09).
    """

    order: OrderNumber
    outcome: Outcome
    said: str
    provider_number: str = ""
    amount: Money | None = None
    paid_at: datetime | None = None


class RefundOutcome(Enum):
    """What a provider says about a refund."""

    DONE = "done"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"


@attrs.frozen
class RefundReport:
    """A provider's word on a refund.

    Failed means that no money moved and none will. A refund that the provider does not know is
    unknown: it may still be on its way, and sending it again under its number is always safe.
    A message's `amount` is compared by the caller (P09).
    """

    refund: RefundNumber
    outcome: RefundOutcome
    said: str
    done_at: datetime | None = None
    amount: Money | None = None


@attrs.frozen
class Acknowledgement:
    """The exact answer that a provider takes for yes or for no."""

    status: int
    content_type: str
    body: bytes


@attrs.frozen
class Notification:
    """A verified message of a provider; `id` is unique for it and the same when it comes again.

    Exactly one of `order` and `refund` is there. A report of an unknown outcome is a nudge that
    proves nothing: ask the provider.
    """

    id: str
    order: OrderReport | None = None
    refund: RefundReport | None = None


@attrs.frozen
class StatementLine:
    """One trade of a provider's statement."""

    order: OrderNumber
    provider_number: str
    amount: Money
    at: datetime
    refund: RefundNumber | None = None


class PaymentGateway(Protocol):
    """One merchant account at one provider.

    Calls raise ProviderUnavailableError when asking again later may help and nothing is known,
    ProviderRefusedError when the provider's answer is final, and NotificationRefusedError when
    it answers for another merchant, order or amount, which a person must look into (P09). No
    call is made inside a transaction.
    """

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What the provider offers."""

    @abstractmethod
    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        """Place an order; the same number again gives the same order (P16).

        Refused means that nobody holds a ticket to pay it with, so it may be given up.
        """

    @abstractmethod
    def query(self, order: PaymentOrder) -> OrderReport:
        """Ask about an order; one that the provider does not know is unpaid.

        A refused question tells nothing: it raises ProviderUnavailableError.
        """

    @abstractmethod
    def close(self, order: PaymentOrder) -> OrderReport:
        """Close an unpaid order, and report what it then is: closed, or paid meanwhile.

        An order that the provider does not know is closed. Unpaid or unknown means that it
        could not be closed, so that it may still be paid. Raises as `query` does.
        """

    @abstractmethod
    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the same refund number again is the same refund.

        Refused means that there is no refund of this number, from no earlier call either.
        """

    @abstractmethod
    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Ask about a refund; raises as `query` does."""

    @abstractmethod
    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Return a message whose signature, freshness, merchant and app are right.

        `headers` have lower-case names; `body` is what came over the wire. Raises
        NotificationRefusedError with the reason for everything else.
        """

    @abstractmethod
    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return the answer to a message: yes only when what it says is really booked."""

    @abstractmethod
    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a Shanghai day, none if there were none.

        Raises StatementNotReadyError while the provider still writes it, and
        ProviderUnavailableError for one that is damaged or not whole.
        """


class SettingKind(Enum):
    """How a company enters a setting."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    FILE = "file"


@attrs.frozen
class SettingField:
    """One thing that a company enters about its merchant account.

    `fixed` says that it names the merchant: another one is another account, since orders and
    refunds of this one are asked about there. `choices` are labels by value.
    """

    name: str
    label: str
    hint: str = ""
    kind: SettingKind = attrs.field(default=SettingKind.TEXT, kw_only=True)
    secret: bool = attrs.field(default=False, kw_only=True)
    required: bool = attrs.field(default=True, kw_only=True)
    fixed: bool = attrs.field(default=False, kw_only=True)
    choices: Mapping[str, str] = attrs.field(factory=dict, kw_only=True)

    @property
    def sealed(self) -> bool:
        """Whether it is kept sealed and never shown: a secret, or a file, which may hold one."""
        return self.secret or self.kind is SettingKind.FILE


@attrs.frozen(kw_only=True)
class ProviderForm:
    """What a provider is called and asks for; `merchant` is the field that names the merchant."""

    key: ProviderKey
    label: str
    note: str
    fields: Sequence[SettingField]
    merchant: str = ""


class GatewayFactory(Protocol):
    """Makes the gateway of a merchant account, secrets unsealed."""

    @property
    @abstractmethod
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        """What each provider of this deployment asks for; production has no sandbox."""

    @abstractmethod
    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the gateway.

        Raises FieldError for the setting that is wrong, and ProviderRefusedError for an account
        that can't be used for another reason.
        """
