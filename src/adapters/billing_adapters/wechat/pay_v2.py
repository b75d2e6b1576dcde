"""微信支付 v2, for merchants with only 商户号 and 支付密钥 (rule 5.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.fields import COMPACT, malformed_is_unknown, text_at
from billing_adapters.payment_kit.texts import provider_words
from billing_adapters.wechat.accounts import WechatV2Account
from billing_adapters.wechat.direct_merchant import DirectMerchantGateway
from billing_adapters.wechat.signing_v2 import V2Signer
from billing_adapters.wechat.texts import DESCRIPTION_BYTES_MAX, REASON_BYTES_MAX, payable_text
from billing_adapters.wechat.trade_bill import check_ready, parse_trade_bill, unpacked
from billing_adapters.wechat.v2_client import V2Client
from billing_adapters.wechat.v2_notifications import acknowledgement, read_notification
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
from billing_domain.model.payments.order import PaymentMethod, PaymentOrder
from billing_domain.model.payments.refund import Refund
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    Notification,
    OrderReport,
    RefundReport,
    StatementLine,
)
from billing_domain.ports.system import Clock, IdGenerator

_GZIP_MARK: Final = b"\x1f\x8b"
_PAYER_ADDRESS: Final = "127.0.0.1"
"""Sent for the payer's address, which WeChat Pay requires."""


class WechatV2PaymentGateway(DirectMerchantGateway):
    """One direct merchant of version 2.

    `signer` verifies messages of WeChat Pay; by default with the account's key.
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
        signer = signer or V2Signer(account)
        super().__init__(signer, clock, ids)
        self._account, self._signer = account, signer
        if account.certificate is not None:
            http = http.presenting(account.certificate)
        self._client = V2Client(signer, http, ids)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:  # noqa: ARG002
        return read_notification(body, self._signer)

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        return acknowledgement(settled=settled, reason=reason)

    def statement(self, day: date) -> Sequence[StatementLine]:
        check_ready(day, self._clock.now())
        fields = {"bill_date": f"{day:%Y%m%d}", "bill_type": "ALL", "tar_type": "GZIP"}
        content = self._client.fetch("/pay/downloadbill", fields).body
        with malformed_is_unknown():
            if content.startswith(b"<xml>"):
                return self._no_statement(read_message(content), day)
            if content.startswith(_GZIP_MARK):
                content = unpacked(content)
            return parse_trade_bill(content, merchant=self._account.mch_id)

    def _place(self, order: PaymentOrder, description: str) -> Mapping[str, str]:
        return self._client.call("/pay/unifiedorder", self._request_of(order, description))

    def _query_order(self, order: PaymentOrder) -> OrderReport:
        answer = self._client.call("/pay/orderquery", {"out_trade_no": order.number})
        return read_order(answer, text_at(answer, "trade_state"))

    def _close_order(self, order: PaymentOrder) -> None:
        self._client.call("/pay/closeorder", {"out_trade_no": order.number})

    def _send_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
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
        return read_accepted_refund(self._client.call("/secapi/pay/refund", fields))

    def _query_sent_refund(self, refund: Refund) -> RefundReport:
        answer = self._client.call("/pay/refundquery", {"out_refund_no": refund.number})
        return read_queried_refund(answer, refund.number)

    def _request_of(self, order: PaymentOrder, description: str) -> Mapping[str, str]:
        fields = {
            "body": payable_text(description, DESCRIPTION_BYTES_MAX),
            "out_trade_no": order.number,
            "total_fee": str(order.total.fen),
            "spbill_create_ip": _PAYER_ADDRESS,
            "time_expire": f"{order.expires_at.astimezone(SHANGHAI):{COMPACT}}",
            "notify_url": self._account.notify_url,
            "trade_type": order.method.value.upper(),
        }
        if order.method is PaymentMethod.JSAPI:
            return fields | {"openid": order.payer.openid}
        return fields | {"product_id": order.number}

    def _no_statement(self, answer: Mapping[str, str], day: date) -> Sequence[StatementLine]:
        """Return no trades, or raise why there is no file; only the message tells the reason."""
        message = provider_words(answer.get("return_msg"))
        if message.lower() == "no bill exist":
            return ()
        if message.lower() == "bill creating":
            raise StatementNotReadyError(day=day)
        raise ProviderUnavailableError(detail=message or "no statement")
