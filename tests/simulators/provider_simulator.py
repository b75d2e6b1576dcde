"""What the simulators of all providers share: books, faults, notifications and a server."""

from __future__ import annotations

import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable

from billing_domain.ports.system import Clock
from tests.simulators.deliveries import Deliveries, Message
from tests.simulators.faults import Fault, Faults
from tests.simulators.http_server import LoopbackServer, NoAnswer, Request, Response
from tests.simulators.merchant_ledger import LedgerOrder, LedgerRefund, MerchantLedger

_EARLY: dict[Fault | None, Response | NoAnswer] = {
    Fault.CUT: NoAnswer.CUT,
    Fault.BAD_GATEWAY: Response(502, b"<html>502 Bad Gateway</html>"),
    Fault.ODD_PAGE: Response(404, b"<html>404 Not Found</html>"),
    Fault.REDIRECT: Response(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"}),
    Fault.OVERSIZED: Response(200, b" " * (10 * 1024 * 1024 + 1)),
    Fault.GARBAGE: Response(200, b"\xff\x00 not what you expect"),
}
_LATE: dict[Fault | None, NoAnswer] = {
    Fault.CUT_AFTER: NoAnswer.CUT,
    Fault.SILENT_AFTER: NoAnswer.SILENT,
}


class ProviderSimulator(LoopbackServer, ABC):
    """One merchant at a provider; serves while its `with` block runs.

    `ledger` are the books, `deliveries` the notifications, `faults` what the next calls meet,
    `requests` all that came in.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        accepts: Callable[[int, bytes], bool],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.clock = clock
        self.ledger = MerchantLedger(clock)
        self.ledger.on_paid = self._notify_paid
        self.ledger.on_refunded = self._notify_refunded
        self.deliveries = Deliveries(clock, accepts)
        self.faults = Faults()
        self.requests: list[Request] = []
        super().__init__(self._answer, tls=tls)

    def pay(self, number: str, *, late: bool = False) -> LedgerOrder:
        """Let the payer pay, even what is closed when `late`; the notification goes its way."""
        return self.ledger.pay(number, late=late)

    @abstractmethod
    def payment_message(self, number: str) -> Message:
        """Return a message about a payment, as it would be sent now."""

    @abstractmethod
    def refund_message(self, number: str) -> Message:
        """Return a message about a refund, as it would be sent now."""

    @abstractmethod
    def served(self, request: Request, fault: Fault | None) -> Response:
        """Do what a request asks and answer it; a fault spoils the answer."""

    @abstractmethod
    def refused(self, request: Request, code: str) -> Response:
        """Refuse a request with a code, well signed."""

    def _notify_paid(self, order: LedgerOrder) -> None:
        self.deliveries.add(order.notify_url, lambda: self.payment_message(order.number))

    def _notify_refunded(self, refund: LedgerRefund) -> None:
        self.deliveries.add(refund.notify_url, lambda: self.refund_message(refund.number))

    def _answer(self, request: Request) -> Response | NoAnswer:
        self.requests.append(request)
        fault = self.faults.take()
        if isinstance(fault, str):
            return self.refused(request, fault)
        if early := _EARLY.get(fault):
            return early
        if fault in {Fault.SYSTEM_ERROR, Fault.FREQUENCY_LIMITED}:
            return self.refused(request, fault.name)
        response = self.served(request, fault)
        if late := _LATE.get(fault):
            return late
        if fault is Fault.SYSTEM_ERROR_AFTER:
            return self.refused(request, Fault.SYSTEM_ERROR.name)
        return response
