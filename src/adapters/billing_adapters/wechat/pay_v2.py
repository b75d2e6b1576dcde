"""微信支付 v2 behind the port, for merchants who have 商户号 and 支付密钥 alone (rule 5.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.answers import nothing_known
from billing_adapters.payment_kit.comparison import compared_order, compared_refund
from billing_adapters.payment_kit.form_fields import COMPACT
from billing_adapters.payment_kit.json_fields import text_at
from billing_adapters.payment_kit.malformed import malformed_is_unknown
from billing_adapters.payment_kit.texts import provider_words
from billing_adapters.wechat.accounts import WechatV2Account
from billing_adapters.wechat.signing_v2 import V2Signer
from billing_adapters.wechat.states import (
    CLOSED_BEFORE,
    NO_SUCH_ORDER,
    NO_SUCH_REFUND,
    PLACED_BEFORE,
)
from billing_adapters.wechat.texts import DESCRIPTION_BYTES_MAX, REASON_BYTES_MAX, payable_text
from billing_adapters.wechat.trade_bill import check_ready, parse_trade_bill, unpacked
from billing_adapters.wechat.v2_client import V2Client
from billing_adapters.wechat.v2_notifications import V2Notifications
from billing_adapters.wechat.v2_reports import (
    read_accepted_refund,
    read_order,
    read_queried_refund,
)
from billing_adapters.wechat.xml_message import read_message
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

_TICKETS: Final = {PaymentMethod.JSAPI: "prepay_id", PaymentMethod.NATIVE: "code_url"}
_GZIP_MARK: Final = b"\x1f\x8b"


class WechatV2PaymentGateway(PaymentGateway):
    """One direct merchant of version 2.

    `signer` tells WeChat Pay's messages from others; by default it knows the account's key.
    """

    def __init__(
        self,
        account: WechatV2Account,
        *,
        http: HttpClient,
        clock: Clock,
        ids: IdGenerator,
        signer: V2Signer | None = None,
    ) -> None:
        self._account, self._clock, self._ids = account, clock, ids
        self._signer = signer or V2Signer(account)
        if account.certificate is not None:
            http = http.presenting(account.certificate)
        self._client = V2Client(self._signer, http, ids)
        self._notifications = V2Notifications(account, self._signer)

    @property
    def capabilities(self) -> Capabilities:
        """JSAPI, a QR code, statements; refunds only with the merchant's certificate."""
        return Capabilities(
            methods=frozenset(_TICKETS),
            refunds=self._account.certificate is not None,
            statements=True,
        )

    def create(self, order: PaymentOrder, *, description: str) -> Ticket:
        """Place an order; the same number and description again give the same order (P16)."""
        name = _TICKETS.get(order.method)
        if name is None:
            raise ProviderRefusedError(provider_code="METHOD", detail=order.method.value)
        try:
            answer = self._client.call("/pay/unifiedorder", self._request_of(order, description))
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
        try:
            answer = self._client.call("/pay/orderquery", {"out_trade_no": order.number})
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER:
                return OrderReport(order.number, Outcome.UNPAID, said=refused.provider_code)
            raise nothing_known(refused) from refused
        with malformed_is_unknown():
            return compared_order(read_order(answer, text_at(answer, "trade_state")), order)

    def close(self, order: PaymentOrder) -> OrderReport:
        """Close an order; whatever speaks against it, a query tells what the order then is."""
        try:
            self._client.call("/pay/closeorder", {"out_trade_no": order.number})
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_ORDER | CLOSED_BEFORE:
                return OrderReport(order.number, Outcome.CLOSED, said=refused.provider_code)
            return self.query(order)
        return OrderReport(order.number, Outcome.CLOSED, said="CLOSED")

    def refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        """Send money back; the same refund number again is the same refund.

        It is refused for good only when WeChat Pay knows no refund of this number either.
        """
        try:
            return self._sent_refund(order, refund)
        except ProviderRefusedError:
            known = self.query_refund(order, refund)
            if known.outcome is RefundOutcome.UNKNOWN:
                raise
            return known

    def query_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:  # noqa: ARG002
        """Ask about a refund; one that WeChat Pay does not know may still be on its way."""
        try:
            answer = self._client.call("/pay/refundquery", {"out_refund_no": refund.number})
        except ProviderRefusedError as refused:
            if refused.provider_code in NO_SUCH_REFUND:
                said = refused.provider_code
                return RefundReport(refund.number, RefundOutcome.UNKNOWN, said=said)
            raise nothing_known(refused) from refused
        with malformed_is_unknown():
            return compared_refund(read_queried_refund(answer, refund.number), refund)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:  # noqa: ARG002
        """Return a genuine message; raise NotificationRefusedError for everything else."""
        return self._notifications.read(body)

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return the XML that WeChat Pay takes for yes or no."""
        return self._notifications.acknowledge(settled=settled, reason=reason)

    def statement(self, day: date) -> Sequence[StatementLine]:
        """Return the trades of a day; raise StatementNotReadyError."""
        check_ready(day, self._clock.now())
        fields = {"bill_date": f"{day:%Y%m%d}", "bill_type": "ALL", "tar_type": "GZIP"}
        content = self._client.fetch("/pay/downloadbill", fields).body
        with malformed_is_unknown():
            if content.startswith(b"<xml>"):
                return self._no_statement(read_message(content), day)
            if content.startswith(_GZIP_MARK):
                content = unpacked(content)
            return parse_trade_bill(content, merchant=self._account.mch_id)

    def _sent_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
        if self._account.certificate is None:
            raise ProviderRefusedError(provider_code="CERTIFICATE", detail="none")
        fields = {
            "out_trade_no": order.number,
            "out_refund_no": refund.number,
            "total_fee": str(order.total.fen),
            "refund_fee": str(refund.amount.fen),
            "refund_desc": payable_text(refund.reason, REASON_BYTES_MAX),
            "notify_url": self._account.notify_url,
        }
        answer = self._client.call("/secapi/pay/refund", fields)
        with malformed_is_unknown():
            return compared_refund(read_accepted_refund(answer), refund)

    def _request_of(self, order: PaymentOrder, description: str) -> Mapping[str, str]:
        fields = {
            "body": payable_text(description, DESCRIPTION_BYTES_MAX),
            "out_trade_no": order.number,
            "total_fee": str(order.total.fen),
            "spbill_create_ip": self._account.client_address,
            "time_expire": f"{order.expires_at.astimezone(SHANGHAI):{COMPACT}}",
            "notify_url": self._account.notify_url,
            "trade_type": order.method.value.upper(),
        }
        if order.method is PaymentMethod.JSAPI:
            return fields | {"openid": order.payer.openid}
        return fields | {"product_id": order.number}

    def _no_statement(self, said: Mapping[str, str], day: date) -> Sequence[StatementLine]:
        """Say why there is no file; one error code stands for several reasons, the words don't."""
        message = provider_words(said.get("return_msg"))
        if message.lower() == "no bill exist":
            return ()
        if message.lower() == "bill creating":
            raise StatementNotReadyError(day=day)
        raise ProviderUnavailableError(detail=message or "no statement")
