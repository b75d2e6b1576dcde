"""Payment providers behind one port (rule 5.9).

A provider reports an order as paid, unpaid or unknown. Unknown is asked again and never treated as
a failure.
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


class Outcome(Enum):
    """A provider's answer about an order."""

    PAID = "paid"
    UNPAID = "unpaid"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@attrs.frozen
class OrderReport:
    """A provider's report about an order; a PAID report has number, amount and moment.

    `provider_state` is the provider's own state or code, for staff. Adapters have already verified
    merchant, app and currency. The report of a call about an order has the order's amount. The
    report of a message has the paid amount, which the caller compares (P09).
    """

    order: OrderNumber
    outcome: Outcome
    provider_state: str
    provider_number: str = ""
    amount: Money | None = None
    paid_at: datetime | None = None


class RefundOutcome(Enum):
    """A provider's answer about a refund."""

    DONE = "done"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"


@attrs.frozen
class RefundReport:
    """A provider's report about a refund.

    FAILED means that no money moved and none will. A refund that the provider does not know is
    UNKNOWN: it may be on its way, and sending it again under the same number is always safe. The
    caller compares the `amount` of a message (P09).
    """

    refund: RefundNumber
    outcome: RefundOutcome
    provider_state: str
    done_at: datetime | None = None
    amount: Money | None = None


@attrs.frozen
class Acknowledgement:
    """The exact answers that a provider reads as success and as failure."""

    status: int
    content_type: str
    body: bytes


@attrs.frozen
class Notification:
    """A verified message of a provider; a repeated message has the same unique `id`.

    Exactly one of `order` and `refund` is set. A report with an UNKNOWN outcome proves nothing:
    ask the provider.
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

    Calls raise ProviderUnavailableError when the result is unknown and a retry may help;
    ProviderRefusedError when the provider's answer is final; NotificationRefusedError when the
    answer concerns another merchant, order or amount, which a person must check (P09). Never call
    a gateway inside a transaction.
    """

    @property
    @abstractmethod
    def methods(self) -> frozenset[PaymentMethod]:
        """The ways to pay that the provider offers, one at least."""

    @abstractmethod
    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        """Place an order; the same number again gives the same order (P16).

        ProviderRefusedError means that no ticket exists, so the order may be given up.
        """

    @abstractmethod
    def query(self, order: PaymentOrder) -> OrderReport:
        """Query an order; an order that the provider does not know is unpaid.

        A refused query tells nothing and raises ProviderUnavailableError.
        """

    @abstractmethod
    def close(self, order: PaymentOrder) -> OrderReport:
        """Close an unpaid order and report its state: closed, or paid meanwhile.

        An order that the provider does not know is closed. Unpaid or unknown means that closing
        failed, so the order may still be paid. Raises the errors of `query`.
        """

    @abstractmethod
    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the same refund number again is the same refund.

        ProviderRefusedError means that no refund of this number exists, from no earlier call
        either.
        """

    @abstractmethod
    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Query a refund; raises the errors of `query`."""

    @abstractmethod
    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Return a message after checking its signature, freshness, merchant and app.

        `headers` have lower-case names; `body` is the raw body. Raises NotificationRefusedError
        with the reason for any other message.
        """

    @abstractmethod
    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return the answer to a message: success only when the message is booked."""

    @abstractmethod
    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a Shanghai day; none on an empty day, or without statements.

        Raises StatementNotReadyError while the provider still writes the statement, and
        ProviderUnavailableError for a damaged or incomplete statement.
        """


class SettingKind(Enum):
    """The kind of input field for a setting."""

    TEXT = "text"
    LINES = "lines"
    CHOICE = "choice"
    FILE = "file"


@attrs.frozen
class SettingField:
    """One setting of a merchant account.

    `fixed` settings identify the merchant and can't change: the account's orders and refunds are
    queried there. `choices` are labels by value.
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
        """Whether the setting is stored encrypted and never shown: a secret, or a file."""
        return self.secret or self.kind is SettingKind.FILE


@attrs.frozen(kw_only=True)
class ProviderForm:
    """A provider's name and settings; `merchant` is the setting that identifies the merchant."""

    key: ProviderKey
    label: str
    note: str
    fields: Sequence[SettingField]
    merchant: str = ""


class GatewayFactory(Protocol):
    """Makes the gateway of a merchant account; decrypts its secrets."""

    @property
    @abstractmethod
    def providers(self) -> Mapping[ProviderKey, ProviderForm]:
        """The settings form of each provider in this deployment; production has no sandbox."""

    @abstractmethod
    def __call__(self, account: PaymentAccount) -> PaymentGateway:
        """Return the gateway.

        Raises FieldError for a wrong setting, and ProviderRefusedError for an account that can't
        be used for another reason.
        """
