"""What versions 2 and 3 of WeChat Pay share: the meaning of answers and error codes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from billing_adapters.payment_kit.answers import compared_order, compared_refund, nothing_known
from billing_adapters.payment_kit.fields import malformed_is_unknown, text_at
from billing_adapters.wechat.states import (
    CLOSED_BEFORE,
    NO_SUCH_ORDER,
    NO_SUCH_REFUND,
    PLACED_BEFORE,
)
from billing_domain.errors import ProviderRefusedError, ProviderUnavailableError
from billing_domain.model.payments.order import PaymentMethod, PaymentOrder, Ticket
from billing_domain.model.payments.refund import Refund
from billing_domain.ports.payments.gateway import (
    OrderReport,
    Outcome,
    PaymentGateway,
    RefundOutcome,
    RefundReport,
)
from billing_domain.ports.system import Clock, IdGenerator

TICKETS: Final = {PaymentMethod.JSAPI: "prepay_id", PaymentMethod.NATIVE: "code_url"}
"""The field of an answer that holds the ticket of each method."""


class BridgeSigner(Protocol):
    """Signs the parameters of WeChat's JavaScript bridge."""

    def bridge_parameters(self, prepay_id: str, *, at: datetime, nonce: str) -> dict[str, str]:
        """Return the signed parameters with which the page asks WeChat for the payment."""


class DirectMerchantGateway(PaymentGateway):
    """One direct merchant; a subclass sends the requests of its version."""

    def __init__(self, bridge: BridgeSigner, clock: Clock, ids: IdGenerator) -> None:
        self._bridge, self._clock, self._ids = bridge, clock, ids

    @property
    def methods(self) -> frozenset[PaymentMethod]:
        """JSAPI inside WeChat, a QR code at the desk."""
        return frozenset(TICKETS)

    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        """Place an order; the same number and description return the same order (P16)."""
        name = TICKETS.get(order.method)
        if name is None:
            raise ProviderRefusedError(provider_code="METHOD", detail=order.method.value)
        try:
            answer = self._place(order, description)
        except ProviderRefusedError as refused:
            if refused.provider_code in PLACED_BEFORE:
                raise ProviderUnavailableError(detail=refused.provider_code) from refused
            raise
        with malformed_is_unknown():
            text = text_at(answer, name)
        if order.method is PaymentMethod.NATIVE:
            return Ticket(text)
        now, nonce = self._clock.now(), self._ids.new_id()
        return Ticket(text, self._bridge.bridge_parameters(text, at=now, nonce=nonce))

    def query(self, order: PaymentOrder) -> OrderReport:
        try:
            with malformed_is_unknown():
                return compared_order(self._query_order(order), order)
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER:
                return OrderReport(
                    order.number, Outcome.UNPAID, provider_state=refused.provider_code
                )
            raise nothing_known(refused) from refused

    def close(self, order: PaymentOrder) -> OrderReport:
        """Close an order; if WeChat Pay refuses, query the order and report its state."""
        try:
            self._close_order(order)
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER | CLOSED_BEFORE:
                return OrderReport(
                    order.number, Outcome.CLOSED, provider_state=refused.provider_code
                )
            return self.query(order)
        return OrderReport(order.number, Outcome.CLOSED, provider_state="CLOSED")

    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the same refund number is the same refund.

        A refusal is final only if WeChat Pay knows no refund of this number.
        """
        try:
            with malformed_is_unknown():
                return compared_refund(self._send_refund(order, refund), refund)
        except ProviderRefusedError:
            known = self.query_refund(order, refund)
            if known.outcome is RefundOutcome.UNKNOWN:
                raise
            return known

    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:  # noqa: ARG002
        """Query a refund; UNKNOWN if WeChat Pay does not know the number yet."""
        try:
            with malformed_is_unknown():
                return compared_refund(self._query_sent_refund(refund), refund)
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_REFUND:
                code = refused.provider_code
                return RefundReport(refund.number, RefundOutcome.UNKNOWN, provider_state=code)
            raise nothing_known(refused) from refused

    @abstractmethod
    def _place(self, order: PaymentOrder, description: str) -> Mapping[str, Any]:
        """Send a new order; return the answer."""

    @abstractmethod
    def _query_order(self, order: PaymentOrder) -> OrderReport:
        """Query an order; return the report before comparison."""

    @abstractmethod
    def _close_order(self, order: PaymentOrder) -> None:
        """Send the request to close an order."""

    @abstractmethod
    def _send_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send a refund; return the report before comparison."""

    @abstractmethod
    def _query_sent_refund(self, refund: Refund) -> RefundReport:
        """Query a refund; return the report before comparison."""
