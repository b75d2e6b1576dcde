"""The merchant's address for notifications, as the tests need it: a real server."""

from __future__ import annotations

from collections.abc import Callable

from billing_domain.errors import NotificationRefusedError
from billing_domain.ports.payments.gateway import Notification, PaymentGateway
from tests.simulators.http_server import Request, Response


class MerchantEndpoint:
    """Verifies what comes in and answers as the gateway says; `busy` messages are not booked."""

    def __init__(self) -> None:
        self.gateway: PaymentGateway | None = None
        self.messages: list[Notification] = []
        self.refusals: list[str] = []
        self.busy = 0
        self.seen: Callable[[Request], object] = lambda _request: None

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        assert self.gateway is not None
        self.seen(request)
        reason, settled = "", False
        try:
            message = self.gateway.verify(request.headers, request.body)
        except NotificationRefusedError as refused:
            self.refusals.append(refused.reason)
            reason = refused.reason
        else:
            settled, self.busy = self.busy <= 0, self.busy - 1
            if settled:
                self.messages.append(message)
        said = self.gateway.acknowledge(settled=settled, reason=reason)
        return Response(said.status, said.body, {"Content-Type": said.content_type})
