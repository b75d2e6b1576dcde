"""Errors about paying: orders, providers, refunds, receipts (rules 5, 6)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import attrs

from billing_domain.errors.families import (
    InvalidInputError,
    NotAllowedError,
    RefusedError,
    UnavailableError,
)


@attrs.frozen(str=False)
class OrderLinesError(InvalidInputError):
    """A payment order needs 1..50 different bills (rule 5.2)."""

    code: ClassVar[str] = "order_lines"
    lines: int
    lines_max: int


@attrs.frozen(str=False)
class RefundRefusedError(RefusedError):
    """The refund's state forbids the step, or one person would both propose and approve (5.8)."""

    code: ClassVar[str] = "refund_refused"
    number: str
    state: str
    event: str


@attrs.frozen(str=False)
class ProviderUnavailableError(UnavailableError):
    """The provider's answer is missing or unverified; retry later (rule 5.3).

    `silent` means that the request went out, so the provider may have carried it out.
    """

    code: ClassVar[str] = "provider_unavailable"
    detail: str
    silent: bool = False


@attrs.frozen(str=False)
class ProviderRefusedError(RefusedError):
    """The payment provider refused finally; `provider_code` is the provider's own code."""

    code: ClassVar[str] = "provider_refused"
    provider_code: str
    detail: str


@attrs.frozen(str=False)
class NotificationRefusedError(NotAllowedError):
    """The message is forged, stale, for another merchant, or unreadable (rule 5.5, P37).

    `reason` is `signature`, `stale`, `probe`, `merchant`, `format`, `amount`, `order` or `content`
    (the same message id came before with other content).
    """

    code: ClassVar[str] = "notification_refused"
    reason: str


@attrs.frozen(str=False)
class StatementNotReadyError(RefusedError):
    """The provider has no statement of that day yet (rule 7.2)."""

    code: ClassVar[str] = "statement_not_ready"
    day: date


@attrs.frozen(str=False)
class OrderUndecidedError(RefusedError):
    """The provider can't say whether the order was paid, so its bills stay unchanged (2.5)."""

    code: ClassVar[str] = "order_undecided"
    order: str


@attrs.frozen(str=False)
class OrderPaidMeanwhileError(RefusedError):
    """The owner has paid the order: its bills are settled, and nothing else was done (2.5)."""

    code: ClassVar[str] = "order_paid_meanwhile"
    order: str


@attrs.frozen(str=False)
class NoPaymentAccountError(RefusedError):
    """The company has no merchant account in use, so nobody can pay online (缴费设置)."""

    code: ClassVar[str] = "no_payment_account"


@attrs.frozen(str=False)
class RequestKeyReusedError(InvalidInputError):
    """The payer's request key was used before with other bills; nothing was done (P02)."""

    code: ClassVar[str] = "request_key_reused"


@attrs.frozen(str=False)
class GlyphMissingError(RefusedError):
    """No receipt font has the character, so nothing was printed (rule 6, P28).

    `text` is where the character stands, `number` the bill's number.
    """

    code: ClassVar[str] = "glyph_missing"
    character: str
    text: str
    number: str
