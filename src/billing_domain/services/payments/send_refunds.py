"""Send approved refunds to their providers and follow them to their end (rules 5.6, 5.8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Final

import attrs

from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    ThingNotFoundError,
)
from billing_domain.model.jobs.outbox import OutboxJob
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.ports.jobs import JobHandler
from billing_domain.ports.payments.gateway import PaymentGateway, RefundOutcome, RefundReport
from billing_domain.ports.system import Clock
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.settle_refunds import SettleRefunds

ASK_AGAIN_MIN: Final = timedelta(minutes=1)
ASK_AGAIN_MAX: Final = timedelta(hours=1)


@attrs.frozen
class SendRefunds:
    """Calls providers between its own units of work."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    refunds: SettleRefunds

    def advance(self, number: RefundNumber) -> Refund:
        """Return a refund after sending it if approved, or querying it if sent.

        An unknown answer leaves the state unchanged: the same number sent again is the same
        refund. Raises ThingNotFoundError.
        """
        refund = self._find(number)
        if refund.state is RefundState.APPROVED:
            return self._call(refund, send=True)
        if refund.state is RefundState.SENT:
            return self._call(refund, send=False)
        return refund

    def ask(self, number: RefundNumber) -> Refund:
        """Return a refund after querying its provider, in any state but DONE.

        Raises NotificationRefusedError(order) for an unknown refund.
        """
        try:
            refund = self._find(number)
        except ThingNotFoundError:
            raise NotificationRefusedError(reason="order") from None
        return refund if refund.state is RefundState.DONE else self._call(refund, send=False)

    def number_is_spent(self, number: RefundNumber) -> bool:
        """Return whether the provider finally failed the refund, so that its number is used up.

        A refund that the provider does not know, or can't tell about, keeps its number.
        """
        refund = self._find(number)
        with self.begin(read_only=True) as work:
            order = work.orders.find(refund.order)
        assert order is not None  # noqa: S101 - no refund is kept without its order
        try:
            report = self.decide.gateway(refund.account_id).query_refund(order, refund)
        except (ProviderUnavailableError, ProviderRefusedError, NotificationRefusedError):
            return False
        return report.outcome is RefundOutcome.FAILED

    def _find(self, number: RefundNumber) -> Refund:
        with self.begin(read_only=True) as work:
            refund = work.refunds.find(number)
        if refund is None:
            raise ThingNotFoundError(kind="refund", id=number)
        return refund

    def _call(self, refund: Refund, *, send: bool) -> Refund:
        with self.begin(read_only=True) as work:
            order = work.orders.find(refund.order)
        assert order is not None  # noqa: S101 - no refund is kept without its order
        try:
            gateway = self.decide.gateway(refund.account_id)
            call = partial(_sent, gateway) if send else gateway.query_refund
            report = call(order, refund)
        except (ProviderUnavailableError, ProviderRefusedError, NotificationRefusedError):
            # Without an answer the money may be on its way.
            report = RefundReport(refund.number, RefundOutcome.UNKNOWN, refund.provider_state)
        return self._book(refund.number, report)

    def _book(self, number: RefundNumber, report: RefundReport) -> Refund:
        def attempt() -> Refund:
            with self.begin() as work:
                refund = work.refunds.find(number)
                assert refund is not None  # noqa: S101 - it was found before, and none is removed
                booked = self.refunds.book(work, refund, report)
                if booked is refund and refund.state.waits:
                    booked = self.refunds.note_asked(work, refund)
                work.commit()
            return booked

        return retrying(attempt)


@attrs.frozen
class FollowRefunds(JobHandler):
    """Handles outbox jobs whose subject is a refund's number."""

    send: SendRefunds
    clock: Clock

    def __call__(self, job: OutboxJob) -> datetime | None:
        """Send or query a refund; return when to query it again if it is not finished.

        The interval grows with the refund's age, from a minute to an hour. Raises
        ProviderUnavailableError if it can't be sent, ThingNotFoundError.
        """
        refund = self.send.advance(RefundNumber(job.subject))
        if refund.state is RefundState.APPROVED:
            raise ProviderUnavailableError(detail="the refund was not sent")
        if refund.state is not RefundState.SENT:
            return None
        now = self.clock.now()
        return now + min(max(now - refund.proposed_at, ASK_AGAIN_MIN), ASK_AGAIN_MAX)


def _sent(gateway: PaymentGateway, order: PaymentOrder, refund: Refund) -> RefundReport:
    """Return the report of sending; a refusal is FAILED unless an earlier call succeeded (P16).

    The answer to an earlier call may have been lost, so the provider is queried.
    """
    try:
        return gateway.refund(order, refund)
    except ProviderRefusedError as error:
        try:
            known = gateway.query_refund(order, refund)
        except ProviderRefusedError as silence:
            raise ProviderUnavailableError(detail=silence.provider_code) from error
        went = known.outcome in {RefundOutcome.DONE, RefundOutcome.ACCEPTED}
        return known if went else _failed(refund, error)


def _failed(refund: Refund, error: ProviderRefusedError) -> RefundReport:
    return RefundReport(refund.number, RefundOutcome.FAILED, error.provider_code)
