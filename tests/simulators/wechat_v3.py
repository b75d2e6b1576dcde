"""微信支付 v3 as a server on this machine: strict with what it gets, unfaithful on demand.

For example::

    with WechatV3Simulator(clock) as simulator:
        http = HttpClient(simulator.url)
        gateway = WechatPaymentGateway(simulator.account(url), http=http, clock=clock, ids=ids)
        simulator.faults.next = Fault.SYSTEM_ERROR_AFTER
        gateway.create(order, description="物业费")
        simulator.pay(order.number)
        simulator.deliveries.deliver_due()
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from billing_adapters.wechat.accounts import WechatV3Account
from billing_domain.ports.system import Clock
from tests.simulators.deliveries import Message
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request, Response
from tests.simulators.key_material import Certified, certified, new_key, public_pem
from tests.simulators.provider_simulator import ProviderSimulator
from tests.simulators.v3_api import V3Api
from tests.simulators.v3_documents import order_document, refund_document, rfc3339, spoiled
from tests.simulators.v3_envelope import V3Envelope


@attrs.frozen
class V3Identity:
    """The keys of a merchant and of the platform; slow to make, so simulators may share them."""

    merchant: Certified
    platform: Certified
    public_key: RSAPrivateKey

    @classmethod
    def generate(cls, now: datetime) -> V3Identity:
        """Return new keys, the certificates valid around a moment."""
        platform = certified("Tenpay.com Root", now=now)
        return cls(certified("merchant", now=now), platform, new_key())


_STATUSES = {"SYSTEM_ERROR": 500, "FREQUENCY_LIMITED": 429, "NO_AUTH": 403}


class WechatV3Simulator(ProviderSimulator):
    """One merchant of version 3.

    `notify_by_certificate` signs messages with the platform certificate instead of the public
    key, as in the days when a merchant moves from one to the other.
    """

    mchid = "1900000109"
    appid = "wx8888888888888888"
    public_key_id = "PUB_KEY_ID_0119000001092026112000000000000001"

    def __init__(self, clock: Clock, identity: V3Identity | None = None) -> None:
        super().__init__(clock, accepts=lambda status, _body: status in {200, 204})
        self.identity = identity or V3Identity.generate(clock.now())
        self.notify_by_certificate = False
        self.envelope = V3Envelope(
            clock=clock,
            mchid=self.mchid,
            merchant_serial=self.identity.merchant.serial,
            merchant_key=self.identity.merchant.key.public_key(),
            public_key_id=self.public_key_id,
            public_key=self.identity.public_key,
            certificate=self.identity.platform,
            api_v3_key=secrets.token_hex(16),
        )
        self.api = V3Api(self.ledger, self.envelope, self.appid, self.url)

    def account(
        self, notify_url: str, *, public_key: bool = True, certificate: bool = True
    ) -> WechatV3Account:
        """Return the merchant's account, knowing the platform's public key or certificate."""
        platform, keys = self.identity.platform, {}
        if public_key:
            keys[self.public_key_id] = public_pem(self.identity.public_key.public_key())
        if certificate:
            keys[platform.serial] = platform.pem
        return WechatV3Account(
            mchid=self.mchid,
            appid=self.appid,
            merchant_serial=self.identity.merchant.serial,
            merchant_key=self.identity.merchant.key_pem,
            api_v3_key=self.envelope.api_v3_key,
            platform_keys=keys,
            notify_url=notify_url,
        )

    def payment_message(self, number: str, **changes: object) -> Message:
        """Return a message about a payment, as it would be sent now, with fields changed."""
        order = self.ledger.order(number)
        document = order_document(order, merchant=self.mchid, app=self.appid)
        event = "TRANSACTION.SUCCESS"
        return self.message(f"EV-{order.transaction_id}", event, {**document, **changes})

    def refund_message(self, number: str, **changes: object) -> Message:
        """Return a message about a refund, as it would be sent now, with fields changed."""
        refund = self.ledger.refund_of(number)
        document = {"mchid": self.mchid, **refund_document(refund), "refund_status": refund.state}
        event = f"REFUND.{document.pop('status')}"
        return self.message(f"EV-{refund.reference}", event, {**document, **changes})

    def message(self, number: str, event: str, resource: Mapping[str, object] | str) -> Message:
        """Return any message, sealed and signed."""
        kind = "transaction" if event.startswith("TRANSACTION") else "refund"
        document = {
            "id": number,
            "create_time": rfc3339(self.clock.now()),
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": event,
            "resource": {"original_type": kind, **self.envelope.sealed(resource, kind)},
        }
        body = json.dumps(document).encode()
        return self.signed(body), body

    def signed(self, body: bytes, fault: Fault | None = None) -> Mapping[str, str]:
        """Return the headers, in lower case, that make any body a message."""
        serial = "" if self.notify_by_certificate else self.public_key_id
        headers = self.envelope.signed(body, serial=serial, fault=fault)
        lowered = {name.lower(): value for name, value in headers.items()}
        return {"content-type": "application/json", **lowered}

    def served(self, request: Request, fault: Fault | None) -> Response:
        """Do what a request asks and answer it; a fault spoils the answer."""
        status, document = self.api.serve(request)
        if isinstance(document, bytes):
            return Response(status, document, {"Content-Type": "application/octet-stream"})
        if isinstance(document, dict):
            document = spoiled(document, fault)
        return self._response(request, status, document, fault)

    def refused(self, request: Request, code: str) -> Response:
        """Refuse a request with a code, well signed."""
        document = {"code": code, "message": f"{code} 说明"}
        return self._response(request, _STATUSES.get(code, 400), document, None)

    def _response(
        self, request: Request, status: int, document: Any, fault: Fault | None
    ) -> Response:
        body = b"" if document is None else json.dumps(document, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Request-ID": secrets.token_hex(8)}
        if fault is not Fault.UNSIGNED:
            serial = request.headers.get("wechatpay-serial", "")
            meant = body + b" " if fault is Fault.TAMPERED_BODY else body
            headers |= self.envelope.signed(meant, serial=serial, fault=fault)
        return Response(status, body, headers)
