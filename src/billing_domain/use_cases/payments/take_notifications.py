"""Provider messages: stored first, verified, booked once, answered (rule 5.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from billing_domain.errors import (
    BillingError,
    NotificationRefusedError,
    ProviderUnavailableError,
    ThingNotFoundError,
)
from billing_domain.model.payments.account import PaymentAccount
from billing_domain.model.payments.order import AccountId, OrderNumber
from billing_domain.model.payments.received_message import (
    BODY_BYTES_MAX,
    MessageId,
    ReceivedMessage,
    Verdict,
)
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    Notification,
    OrderReport,
    Outcome,
    PaymentGateway,
    RefundOutcome,
)
from billing_domain.ports.system import Clock, IdGenerator
from billing_domain.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.send_refunds import SendRefunds
from billing_domain.services.payments.settle_orders import SettleOrders
from billing_domain.services.payments.settle_refunds import SettleRefunds

_NO_ANSWER: Final = Acknowledgement(503, "text/plain", b"")
"""The answer when an account can't be used: every provider reads it as a failure."""

_HEADERS_KEPT_MAX: Final = 40
_HEADER_LENGTH_MAX: Final = 1_000
_SECRET_HEADERS: Final = frozenset({"authorization", "cookie"})


@attrs.frozen
class TakeNotifications:
    """Receives messages of payment providers; each gets the provider's own success or failure."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    send: SendRefunds
    reports: SettleOrders
    refunds: SettleRefunds
    clock: Clock
    ids: IdGenerator

    def take(
        self, *, account_id: AccountId, headers: Mapping[str, str], body: bytes
    ) -> Acknowledgement:
        """Return the answer to a message: success only when its content is booked.

        `headers` have lower-case names. A body of more than 16 KiB is stored without content and
        refused. Raises ThingNotFoundError for an unknown account, and storage errors if the
        message itself can't be stored; all other errors become an answer.
        """
        account, message = self._kept(account_id, headers, body)
        try:
            gateway = self.decide.gateways(account)
        except BillingError as error:
            # The message stays stored for staff; the provider sends it again.
            self._conclude(message.concluded(Verdict.FAILED, reason=error.code))
            return _NO_ANSWER
        try:
            self._book(message, _verified(gateway, headers, body))
        except NotificationRefusedError as error:
            self._conclude(message.concluded(Verdict.REFUSED, reason=error.reason))
            return gateway.acknowledge(settled=False, reason=error.reason)
        except BillingError as error:
            self._conclude(message.concluded(Verdict.FAILED, reason=error.code))
            return gateway.acknowledge(settled=False, reason=error.code)
        return gateway.acknowledge(settled=True)

    def _kept(
        self, account_id: AccountId, headers: Mapping[str, str], body: bytes
    ) -> tuple[PaymentAccount, ReceivedMessage]:
        shown = [
            (name, value[:_HEADER_LENGTH_MAX])
            for name, value in headers.items()
            if name not in _SECRET_HEADERS
        ]
        with self.begin() as work:
            account = work.payment_accounts.find(account_id)
            if account is None:
                raise ThingNotFoundError(kind="payment_account", id=account_id)
            message = ReceivedMessage(
                id=MessageId(self.ids.new_id()),
                company_id=account.company_id,
                account_id=account.id,
                received_at=self.clock.now(),
                headers=dict(shown[:_HEADERS_KEPT_MAX]),
                body=body if len(body) <= BODY_BYTES_MAX else b"",
            )
            work.messages.add(message)
            work.commit()
        return account, message

    def _conclude(self, message: ReceivedMessage) -> None:
        def attempt() -> None:
            with self.begin() as work:
                work.messages.conclude(message)
                work.commit()

        retrying(attempt)

    def _book(self, message: ReceivedMessage, notification: Notification) -> None:
        order, refund = notification.order, notification.refund
        if order is not None and order.outcome is Outcome.UNKNOWN:
            self._require_asked(order.order, message.account_id)
        if refund is not None and refund.outcome is RefundOutcome.UNKNOWN:
            self.send.ask(refund.refund)

        def attempt() -> None:
            with self.begin() as work:
                self._check_same(work, message, notification)
                self._write(work, message, notification)
                work.commit()

        retrying(attempt)

    def _require_asked(self, number: OrderNumber, account_id: AccountId) -> None:
        """Query the provider, because the message itself proves nothing."""
        with self.begin(read_only=True) as work:
            order = work.orders.find(number)
        if order is None or order.account_id != account_id:
            raise NotificationRefusedError(reason="order")
        if self.decide.ask(number).state.open:
            raise ProviderUnavailableError(detail="the message says nothing certain")

    def _check_same(
        self, work: UnitOfWork, message: ReceivedMessage, notification: Notification
    ) -> None:
        """Raise NotificationRefusedError if the id came before with other content (P10)."""
        before = work.messages.booked(message.account_id, notification.id)
        if before is not None and before.meaning != _meaning(notification):
            raise NotificationRefusedError(reason="content")

    def _write(
        self, work: UnitOfWork, message: ReceivedMessage, notification: Notification
    ) -> None:
        if notification.order is not None:
            order = work.orders.find(notification.order.order)
            if order is None or order.account_id != message.account_id:
                raise NotificationRefusedError(reason="order")
            self.reports.book(work, order, notification.order)
            about: str = order.number
        else:
            assert notification.refund is not None  # noqa: S101 - one of the two, says the port
            refund = work.refunds.find(notification.refund.refund)
            if refund is None or refund.account_id != message.account_id:
                raise NotificationRefusedError(reason="order")
            self.refunds.book(work, refund, notification.refund)
            about = refund.number
        work.messages.conclude(
            message.concluded(
                Verdict.BOOKED,
                provider_id=notification.id,
                meaning=_meaning(notification),
                about=about,
            )
        )


def _verified(gateway: PaymentGateway, headers: Mapping[str, str], body: bytes) -> Notification:
    if len(body) > BODY_BYTES_MAX:
        raise NotificationRefusedError(reason="format")
    return gateway.verify(headers, body)


def _meaning(notification: Notification) -> str:
    """Return the message's content in one line, for comparison with a repeated message."""
    report = notification.order or notification.refund
    assert report is not None  # noqa: S101 - one of the two, says the port
    subject = report.order if isinstance(report, OrderReport) else report.refund
    amount = "" if report.amount is None else str(report.amount.fen)
    return f"{subject} {report.outcome.value} {amount}".strip()
