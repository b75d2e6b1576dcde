"""微信支付 v3 (rule 5.9)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from billing_adapters.http_client import HttpClient
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_unknown,
    text_at,
)
from billing_adapters.wechat.accounts import WechatV3Account
from billing_adapters.wechat.direct_merchant import DirectMerchantGateway
from billing_adapters.wechat.signing import MerchantSigner, PlatformVerifier
from billing_adapters.wechat.states import CURRENCY
from billing_adapters.wechat.texts import DESCRIPTION_BYTES_MAX, REASON_BYTES_MAX, payable_text
from billing_adapters.wechat.trade_bill import check_ready, parse_trade_bill, unpacked
from billing_adapters.wechat.v3_client import V3Client
from billing_adapters.wechat.v3_notifications import acknowledgement, read_notification
from billing_adapters.wechat.v3_reports import read_order, read_refund
from billing_domain.errors import ProviderRefusedError, StatementNotReadyError
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

_TRANSACTIONS: Final = "/v3/pay/transactions"
_REFUNDS: Final = "/v3/refund/domestic/refunds"
_DOWNLOAD: Final = re.compile(r"https?://[^/?#]+(?P<target>/v3/billdownload/[!-~]+)")


class WechatPaymentGateway(DirectMerchantGateway):
    """One direct merchant of version 3.

    `verifier` verifies messages of WeChat Pay; by default with the account's keys.
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
        signer = MerchantSigner(account)
        super().__init__(signer, clock, ids)
        self._account, self._verifier = account, verifier
        self._client = V3Client(signer, verifier, http, clock, ids)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notification:
        return read_notification(headers, body, account=self._account, verifier=self._verifier)

    def acknowledge(self, *, settled: bool, reason: str = "") -> Acknowledgement:
        """Return 200 without content for yes; after any other status the message comes again."""
        return acknowledgement(settled=settled, reason=reason)

    def statement(self, day: date) -> Sequence[StatementLine]:
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

    def _place(self, order: PaymentOrder, description: str) -> Mapping[str, Any]:
        document = self._request_of(order, description)
        return self._client.call("POST", f"{_TRANSACTIONS}/{order.method.value}", document)

    def _query_order(self, order: PaymentOrder) -> OrderReport:
        target = f"{_TRANSACTIONS}/out-trade-no/{order.number}?mchid={self._account.mchid}"
        return read_order(self._client.call("GET", target), self._account)

    def _close_order(self, order: PaymentOrder) -> None:
        target = f"{_TRANSACTIONS}/out-trade-no/{order.number}/close"
        self._client.call("POST", target, {"mchid": self._account.mchid})

    def _send_refund(self, order: PaymentOrder, refund: Refund) -> RefundReport:
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
        return read_refund(self._client.call("POST", _REFUNDS, document))

    def _query_sent_refund(self, refund: Refund) -> RefundReport:
        return read_refund(self._client.call("GET", f"{_REFUNDS}/{refund.number}"))

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
        """Download the named file, always from the provider's own host; check its SHA-1."""
        named = _DOWNLOAD.fullmatch(text_at(answer, "download_url"))
        if named is None or text_at(answer, "hash_type") != "SHA1":
            raise MalformedMessageError("download_url")
        packed = self._client.fetch("GET", named["target"])
        content = unpacked(packed.body)
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if digest != text_at(answer, "hash_value").lower():
            raise MalformedMessageError("hash_value")
        return content
