"""微信支付 v2 as a TLS server on this machine: strict with what it gets, unfaithful on demand."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import attrs

from billing_adapters.http_client import ClientCertificate
from billing_adapters.wechat.accounts import V2SignType, WechatV2Account
from billing_domain.ports.system import Clock
from tests.simulators.deliveries import Message
from tests.simulators.faults import Fault
from tests.simulators.http_server import Request, Response
from tests.simulators.key_material import Certified, certified, server_context
from tests.simulators.provider_simulator import ProviderSimulator
from tests.simulators.v2_api import V2Api
from tests.simulators.v2_envelope import V2Envelope, to_xml


@attrs.frozen
class V2Identity:
    """The certificates of an authority, the server and the merchant; slow to make."""

    authority: Certified
    server: Certified
    merchant: Certified

    @classmethod
    def generate(cls) -> V2Identity:
        """Return new certificates, valid now, for TLS asks no test's clock."""
        now = datetime.now(UTC)
        authority = certified("authority", now=now, authority=True)
        server = certified("127.0.0.1", now=now, issuer=authority)
        return cls(authority, server, certified("merchant", now=now, issuer=authority))


class WechatV2Simulator(ProviderSimulator):
    """One merchant of version 2; `authorities` are what a client must trust to reach it."""

    mch_id = "10000100"
    appid = "wxd930ea5d5a258f4f"

    def __init__(
        self,
        clock: Clock,
        identity: V2Identity | None = None,
        sign_type: V2SignType = V2SignType.MD5,
    ) -> None:
        self.identity = identity or V2Identity.generate()
        super().__init__(
            clock,
            accepts=lambda status, body: status == 200 and b">SUCCESS<" in body,
            tls=server_context(self.identity.server, self.identity.authority),
        )
        self.sign_type = sign_type
        self.envelope = V2Envelope(secrets.token_hex(16), sign_type.value)
        self.authorities = self.identity.authority.pem
        self.api = V2Api(
            ledger=self.ledger,
            envelope=self.envelope,
            clock=clock,
            mch_id=self.mch_id,
            appid=self.appid,
            client_der=self.identity.merchant.der,
        )

    def account(self, notify_url: str, *, certificate: bool = True) -> WechatV2Account:
        """Return the merchant's account, with the API certificate or without."""
        merchant = self.identity.merchant
        return WechatV2Account(
            mch_id=self.mch_id,
            appid=self.appid,
            api_key=self.envelope.api_key,
            notify_url=notify_url,
            sign_type=self.sign_type,
            certificate=ClientCertificate(merchant.pem, merchant.key_pem) if certificate else None,
        )

    def payment_message(self, number: str, **changes: str) -> Message:
        """Return a message about a payment, as it would be sent now, with fields changed."""
        fields = {
            "return_code": "SUCCESS",
            "result_code": "SUCCESS",
            "appid": self.appid,
            "mch_id": self.mch_id,
            **self.api.order_fields(self.ledger.order(number)),
            **changes,
        }
        return {"content-type": "text/xml"}, self.envelope.signed(fields)

    def refund_message(self, number: str, **changes: str) -> Message:
        """Return a message about a refund, as it would be sent now, with fields changed."""
        inside = self.api.refund_fields(self.ledger.refund_of(number)) | changes
        fields = {
            "return_code": "SUCCESS",
            "appid": self.appid,
            "mch_id": self.mch_id,
            "nonce_str": secrets.token_hex(16),
            "req_info": self.envelope.sealed_refund(inside),
        }
        return {"content-type": "text/xml"}, to_xml(fields)

    def served(self, request: Request, fault: Fault | None) -> Response:
        """Do what a request asks and answer it; a fault spoils the answer."""
        answer = self.api.serve(request)
        if isinstance(answer, bytes):
            return Response(200, answer, {"Content-Type": "application/octet-stream"})
        if answer["return_code"] == "FAIL":
            return Response(200, to_xml(answer), {"Content-Type": "text/xml"})
        content = self.envelope.signed(_spoiled(answer, fault), fault)
        return Response(200, content, {"Content-Type": "text/xml"})

    def refused(self, request: Request, code: str) -> Response:  # noqa: ARG002
        """Refuse a request with a code, well signed."""
        fields = {
            "return_code": "SUCCESS",
            "return_msg": "OK",
            "appid": self.appid,
            "mch_id": self.mch_id,
            "result_code": "FAIL",
            "err_code": code,
            "err_code_des": "说明",
        }
        return Response(200, self.envelope.signed(fields), {"Content-Type": "text/xml"})


def _spoiled(fields: dict[str, str], fault: Fault | None) -> dict[str, str]:
    """Return an answer that will be signed well and says something else."""
    other = {name: str(int(text) + 1) for name, text in fields.items() if "_fee" in name}
    numbers = ("out_trade_no", "out_refund_no", "out_refund_no_0")
    states = ("trade_state", "refund_status_0")
    changes: dict[Fault | None, dict[str, str]] = {
        Fault.OTHER_AMOUNT: other,
        Fault.OTHER_CURRENCY: {"fee_type": "USD"},
        Fault.OTHER_MERCHANT: {"mch_id": "10000101"},
        Fault.OTHER_APP: {"appid": "wx9999999999999999"},
        Fault.OTHER_ORDER: {name: "OTHER000001" for name in numbers if name in fields},
        Fault.UNKNOWN_STATE: {name: "SOMETHING_NEW" for name in states if name in fields},
        Fault.USERPAYING: {"trade_state": "USERPAYING"},
    }
    if fault is Fault.MISSING_FIELDS:
        kept = ("return_code", "result_code", "appid", "mch_id")
        return {name: fields[name] for name in kept}
    return {**fields, **changes.get(fault, {})}
