"""The sandbox as a payment gateway (rule 5.9)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import attrs

from billing_adapters.sandbox.books import BookRefusedError
from billing_adapters.sandbox.messages import acknowledgement, read_message
from billing_adapters.sandbox.provider import SandboxProvider
from billing_adapters.sandbox.records import BookOrder, BookRefund, BookState
from billing_domain.errors import (
    FieldError,
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.payments.order import OrderNumber, PaymentMethod, PaymentOrder, Ticket
from billing_domain.model.payments.refund import Refund, RefundNumber
from billing_domain.model.shanghai import day_end
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    Notification,
    OrderReport,
    Outcome,
    PaymentGateway,
    RefundOutcome,
    RefundReport,
    StatementLine,
)

REFUND_SECONDS_MAX: Final = 30 * 24 * 3600
_DIGITS: Final = re.compile(r"[0-9]{1,7}")
_METHODS: Final = frozenset({PaymentMethod.REDIRECT, PaymentMethod.NATIVE})
_OUTCOMES: Final = {
    BookState.WAITING: Outcome.UNPAID,
    BookState.PAID: Outcome.PAID,
    BookState.CLOSED: Outcome.CLOSED,
    BookState.CLOSING_LATE: Outcome.CLOSED,
}


def read_refund_seconds(text: str) -> timedelta:
    """Return the duration of refunds, given in whole seconds up to 30 days; empty is 0.

    Raises FieldError for `refund_seconds`.
    """
    if not text:
        return timedelta(0)
    if _DIGITS.fullmatch(text) is None or int(text) > REFUND_SECONDS_MAX:
        raise FieldError(field="refund_seconds", reason="format", value=text[:40])
    return timedelta(seconds=int(text))


@attrs.frozen(kw_only=True)
class SandboxAccount:
    """A merchant at the sandbox; the sandbox draws the key of its messages.

    The payer pays at `cashier_url` + token and returns to `return_url` + order number. Messages
    go to `notify_url`.
    """

    id: str
    notify_url: str
    cashier_url: str
    return_url: str
    refunds_take: timedelta = timedelta(0)


class SandboxPaymentGateway(PaymentGateway):
    """One merchant of a sandbox."""

    def __init__(self, account: SandboxAccount, provider: SandboxProvider) -> None:
        self._account, self._provider = account, provider
        self._books, self._clock = provider.books, provider.clock

    @property
    def methods(self) -> frozenset[PaymentMethod]:
        """REDIRECT, NATIVE (the same address as a QR code)."""
        return _METHODS

    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        if order.method not in _METHODS:
            raise ProviderRefusedError(provider_code="METHOD", detail=order.method.value)
        placed = self._books.place(
            self._account.id,
            order.number,
            amount=order.total,
            description=description,
            return_url=f"{self._account.return_url}{order.number}",
            notify_url=self._account.notify_url,
            expires_at=order.expires_at,
        )
        if placed.state is BookState.PAID or placed.amount != order.total:
            raise ProviderUnavailableError(detail="OUT_TRADE_NO_USED")
        if placed.state is not BookState.WAITING:
            raise ProviderRefusedError(provider_code="ORDER_CLOSED", detail="")
        return Ticket(f"{self._account.cashier_url}{placed.token}")

    def query(self, order: PaymentOrder) -> OrderReport:
        known = self._books.order(self._account.id, order.number)
        if known is None:
            return OrderReport(order.number, Outcome.UNPAID, provider_state="ORDER_NOT_EXIST")
        self._provider.report_closed(known)
        return _report(known, order)

    def close(self, order: PaymentOrder) -> OrderReport:
        known = self._books.close(self._account.id, order.number)
        if known is None:
            return OrderReport(order.number, Outcome.CLOSED, provider_state="ORDER_NOT_EXIST")
        self._provider.report_closed(known)
        return _report(known, order)

    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the refund is DONE after `refunds_take`."""
        try:
            made = self._books.refund(
                self._account.id,
                refund.number,
                order_number=order.number,
                amount=refund.amount,
                takes=self._account.refunds_take,
            )
        except BookRefusedError as refused:
            raise ProviderRefusedError(provider_code=refused.code, detail="") from refused
        return self._refund_report(made, refund)

    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:  # noqa: ARG002
        """Query a refund; UNKNOWN for a number that the sandbox does not know."""
        known = self._books.refund_of(self._account.id, refund.number)
        if known is None:
            code = "REFUND_NOT_EXIST"
            return RefundReport(refund.number, RefundOutcome.UNKNOWN, provider_state=code)
        return self._refund_report(known, refund)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        account, now = self._account.id, self._clock.now()
        key = self._books.signing_key(account)
        return read_message(headers, body, key=key, account=account, now=now)

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return 200 and `SUCCESS` for yes; after any other answer the message comes again."""
        return acknowledgement(settled=settled, reason=reason)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a day, payments first; raise StatementNotReadyError until its end.

        A refund belongs to the day of its request.
        """
        if self._clock.now() < day_end(day):
            raise StatementNotReadyError(day=day)
        paid, returned = self._books.trades(self._account.id, day)
        return [*map(_payment_line, paid), *map(_refund_line, returned)]

    def _refund_report(self, known: BookRefund, refund: Refund) -> RefundReport:
        if known.order_number != refund.order:
            raise NotificationRefusedError(reason="order")
        if known.amount != refund.amount:
            raise NotificationRefusedError(reason="amount")
        done = self._clock.now() >= known.done_at
        return RefundReport(
            refund=RefundNumber(known.number),
            outcome=RefundOutcome.DONE if done else RefundOutcome.ACCEPTED,
            provider_state="SUCCESS" if done else "PROCESSING",
            done_at=known.done_at if done else None,
            amount=known.amount,
        )


def _report(known: BookOrder, order: PaymentOrder) -> OrderReport:
    if known.amount != order.total:
        raise NotificationRefusedError(reason="amount")
    if known.state is not BookState.PAID:
        state = BookState.WAITING if known.state is BookState.WAITING else BookState.CLOSED
        return OrderReport(order.number, _OUTCOMES[known.state], provider_state=state.value)
    return OrderReport(
        order=order.number,
        outcome=Outcome.PAID,
        provider_state=known.state.value,
        provider_number=known.trade_number,
        amount=known.amount,
        paid_at=known.paid_at,
    )


def _payment_line(known: BookOrder) -> StatementLine:
    number, at = OrderNumber(known.number), known.paid_at or known.expires_at
    return StatementLine(number, known.trade_number, known.amount, at)


def _refund_line(known: BookRefund) -> StatementLine:
    return StatementLine(
        order=OrderNumber(known.order_number),
        provider_number=known.trade_number,
        amount=known.amount,
        at=known.made_at,
        refund=RefundNumber(known.number),
    )
