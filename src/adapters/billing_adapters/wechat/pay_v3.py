"""微信支付 v3 behind the port: what is asked, what each answer means (rule 5.9)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.answers import nothing_known
from billing_adapters.payment_kit.comparison import compared_order, compared_refund
from billing_adapters.payment_kit.json_fields import text_at
from billing_adapters.payment_kit.malformed import MalformedMessageError, malformed_is_unknown
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.certificates import download_certificates
from billing_adapters.wechat.signing import MerchantSigner, PlatformVerifier
from billing_adapters.wechat.states import (
    CLOSED_BEFORE,
    CURRENCY,
    NO_SUCH_ORDER,
    NO_SUCH_REFUND,
    PLACED_BEFORE,
)
from billing_adapters.wechat.texts import DESCRIPTION_BYTES_MAX, REASON_BYTES_MAX, payable_text
from billing_adapters.wechat.trade_bill import check_ready, parse_trade_bill, unpacked
from billing_adapters.wechat.v3_client import V3Client
from billing_adapters.wechat.v3_notifications import V3Notifications
from billing_adapters.wechat.v3_reports import read_order, read_refund
from billing_domain.errors import (
    ProviderRefusedError,
    ProviderUnavailableError,
    StatementNotReadyError,
)
from billing_domain.model.payments.order import PaymentMethod, PaymentOrder, Ticket
from billing_domain.model.payments.refund import Refund
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    Capabilities,
    Notification,
    OrderReport,
    Outcome,
    PaymentGateway,
    RefundOutcome,
    RefundReport,
    StatementLine,
)
from billing_domain.ports.system import Clock, IdGenerator

_TRANSACTIONS: Final = "/v3/pay/transactions"
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_DOWNLOAD: Final = re.compile(r"https?://[^/?#]+(?P<target>/v3/billdownload/[!-~]+)")
_TICKETS: Final = {PaymentMethod.JSAPI: "prepay_id", PaymentMethod.NATIVE: "code_url"}


class WechatPaymentGateway(PaymentGateway):
    """One direct merchant of version 3.

    `verifier` tells WeChat Pay's messages from others; by default it knows the account's keys.
    """

    def __init__(
        self,
        account: WechatV3Account,
        *,
        http: HttpClient,
        clock: Clock,
        ids: IdGenerator,
        verifier: PlatformVerifier | None = None,
    ) -> None:
        verifier = verifier or PlatformVerifier(account.verifying_keys, clock)
        self._account, self._clock, self._ids = account, clock, ids
        self._signer = MerchantSigner(account)
        self._client = V3Client(self._signer, verifier, http, clock, ids)
        self._notifications = V3Notifications(account, verifier)

    @property
    def capabilities(self) -> Capabilities:
        """JSAPI inside WeChat, a QR code at the desk, refunds and statements."""
        return Capabilities(methods=frozenset(_TICKETS), refunds=True, statements=True)

    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        """Place an order; the same number and description again give the same order (P16)."""
        name = _TICKETS.get(order.method)
        if name is None:
            raise ProviderRefusedError(provider_code="METHOD", detail=order.method.value)
        document = self._request_of(order, description)
        try:
            answer = self._client.call("POST", f"{_TRANSACTIONS}/{order.method.value}", document)
        except ProviderRefusedError as refused:
            if refused.provider_code in PLACED_BEFORE:
                raise ProviderUnavailableError(detail=refused.provider_code) from refused
            raise
        with malformed_is_unknown():
            text = text_at(answer, name)
        if order.method is PaymentMethod.NATIVE:
            return Ticket(text)
        now, nonce = self._clock.now(), self._ids.new_id()
        return Ticket(text, self._signer.bridge_parameters(text, at=now, nonce=nonce))

    def query(self, order: PaymentOrder) -> OrderReport:
        """Ask about an order; one that WeChat Pay does not know is unpaid."""
        target = f"{_TRANSACTIONS}/out-trade-no/{order.number}?mchid={self._account.mchid}"
        try:
            answer = self._client.call("GET", target)
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER:
                return OrderReport(order.number, Outcome.UNPAID, said=refused.provider_code)
            raise nothing_known(refused) from refused
        with malformed_is_unknown():
            return compared_order(read_order(answer, self._account), order)

    def close(self, order: PaymentOrder) -> OrderReport:
        """Close an order; whatever speaks against it, a query tells what the order then is."""
        target = f"{_TRANSACTIONS}/out-trade-no/{order.number}/close"
        try:
            self._client.call("POST", target, {"mchid": self._account.mchid})
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER | CLOSED_BEFORE:
                return OrderReport(order.number, Outcome.CLOSED, said=refused.provider_code)
            return self.query(order)
        return OrderReport(order.number, Outcome.CLOSED, said="CLOSED")

    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the same refund number again is the same refund.

        It is refused for good only when WeChat Pay knows no refund of this number either.
        """
        document = {
            "out_trade_no": order.number,
            "out_refund_no": refund.number,
            "reason": payable_text(refund.reason, REASON_BYTES_MAX),
            "notify_url": self._account.notify_url,
            "amount": {
                "refund": refund.amount.fen,
                "total": order.total.fen,
                "currency": CURRENCY,
            },
        }
        try:
            answer = self._client.call("POST", _REFUNDS, document)
        except ProviderRefusedError:
            known = self.query_refund(order, refund)
            if known.outcome is RefundOutcome.UNKNOWN:
                raise
            return known
        with malformed_is_unknown():
            return compared_refund(read_refund(answer), refund)

    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:  # noqa: ARG002
        """Ask about a refund; one that WeChat Pay does not know may still be on its way."""
        try:
            answer = self._client.call("GET", f"{_REFUNDS}/{refund.number}")
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_REFUND:
                said = refused.provider_code
                return RefundReport(refund.number, RefundOutcome.UNKNOWN, said=said)
            raise nothing_known(refused) from refused
        with malformed_is_unknown():
            return compared_refund(read_refund(answer), refund)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """Return a genuine message; raise NotificationRefusedError for everything else."""
        return self._notifications.read(headers, body)

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return 200 without content for yes; any other status makes the message come again."""
        return self._notifications.acknowledge(settled=settled, reason=reason)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a day; raise StatementNotReadyError."""
        check_ready(day, self._clock.now())
        query = f"bill_date={day.isoformat()}&bill_type=ALL&tar_type=GZIP"
        try:
            answer = self._client.call("GET", f"/v3/bill/tradebill?{query}")
        except ProviderRefusedError as refused:
            if refused.provider_code == "NO_STATEMENT_EXIST":
                return ()
            if refused.provider_code == "STATEMENT_CREATING":
                raise StatementNotReadyError(day=day) from refused
            raise
        with malformed_is_unknown():
            content = self._downloaded(answer)
            return parse_trade_bill(content, merchant=self._account.mchid)

    def download_certificates(self) -> Mapping[str, str]:
        """Return the platform certificates in PEM by serial, to be kept as `platform_keys`."""
        return download_certificates(self._client)

    def _request_of(self, order: PaymentOrder, description: str) -> Mapping[str, object]:
        expires_at = order.expires_at.astimezone(SHANGHAI).replace(microsecond=0)
        document: dict[str, object] = {
            "appid": self._account.appid,
            "mchid": self._account.mchid,
            "description": payable_text(description, DESCRIPTION_BYTES_MAX),
            "out_trade_no": order.number,
            "time_expire": expires_at.isoformat(),
            "notify_url": self._account.notify_url,
            "amount": {"total": order.total.fen, "currency": CURRENCY},
        }
        if order.method is PaymentMethod.JSAPI:
            document["payer"] = {"openid": order.payer.openid}
        return document

    def _downloaded(self, answer: dict[str, Any]) -> bytes:
        """Return the file that an answer names, from the provider's own host whatever it says."""
        named = _DOWNLOAD.fullmatch(text_at(answer, "download_url"))
        if named is None or text_at(answer, "hash_type") != "SHA1":
            raise MalformedMessageError("download_url")
        packed = self._client.fetch("GET", named["target"])
        content = unpacked(packed.body)
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if digest != text_at(answer, "hash_value").lower():
            raise MalformedMessageError("hash_value")
        return content
