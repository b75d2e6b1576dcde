"""Send approved refunds to their providers and ask how they stand (rules 5.6, 5.8)."""

from __future__ import annotations

from functools import partial

import attrs

from billing_domain.errors import (
    NotificationRefusedError,
    ProviderRefusedError,
    ProviderUnavailableError,
    ThingNotFoundError,
)
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import Refund, RefundNumber, RefundState
from billing_domain.ports.payments.gateway import (
    PaymentGateway,
    RefundOutcome,
    RefundReport,
)
from billing_domain.ports.unit_of_work import UnitOfWorkFactory
from billing_domain.services.jobs.retrying import retrying
from billing_domain.services.payments.resolve_orders import ResolveOrders
from billing_domain.services.payments.settle_refunds import SettleRefunds


@attrs.frozen
class SendRefunds:
    """Calls providers between units of work of its own."""

    begin: UnitOfWorkFactory
    decide: ResolveOrders
    refunds: SettleRefunds

    def advance(self, number: RefundNumber) -> Refund:
        """Return a refund after sending it, when approved, or asking about it, when sent.

        A provider that can't say leaves it where it is: sending the same number again is the
        same refund. Raises ThingNotFoundError.
        """
        refund = self._find(number)
        if refund.state is RefundState.APPROVED:
            return self._call(refund, send=True)
        if refund.state is RefundState.SENT:
            return self._call(refund, send=False)
        return refund

    def ask(self, number: RefundNumber) -> Refund:
        """Return a refund after asking its provider about it, whatever its state was.

        A refund that is done is not asked about. Raises NotificationRefusedError(order) for one
        that we do not know.
        """
        try:
            refund = self._find(number)
        except ThingNotFoundError:
            raise NotificationRefusedError(reason="order") from None
        return refund if refund.state is RefundState.DONE else self._call(refund, send=False)

    def number_is_spent(self, number: RefundNumber) -> bool:
        """Tell whether the provider has ended a refund for good, so that its number is no use.

        One that it never heard of, or can't tell about, is sent again under its number.
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
            # Whoever gets no answer knows nothing of money that may be on its way.
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


def _sent(gateway: PaymentGateway, order: PaymentOrder, refund: Refund) -> RefundReport:
    """Return what became of a refund; refused is not failed when it was heard before (P16).

    The answer to an earlier call may have been lost, and only the provider knows.
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
