"""Version 2's messages about payments and refunds, and the answers to them (rule 5.5, P37).

They carry no moment of sending, so an old one can't be told from a new one; it says nothing new.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from billing_adapters.payment_kit.answers import answer_status
from billing_adapters.payment_kit.json_fields import text_at
from billing_adapters.payment_kit.malformed import MalformedMessageError, malformed_is_refused
from billing_adapters.wechat.accounts import WechatV2Account
from billing_adapters.wechat.signing_v2 import V2Signer, decrypt_refund
from billing_adapters.wechat.v2_reports import (
    SUCCESS,
    check_merchant,
    read_order,
    read_refund_hint,
)
from billing_adapters.wechat.xml_message import read_message, write_message
from billing_domain.ports.payments.gateway import Acknowledgement, Notification


@attrs.frozen
class V2Notifications:
    """Reads what WeChat Pay sends to the merchant's address."""

    account: WechatV2Account
    signer: V2Signer

    def read(self, body: bytes) -> Notification:
        """Return a genuine message; raise NotificationRefusedError for everything else."""
        with malformed_is_refused():
            fields = read_message(body)
            if "req_info" in fields:
                return self._refund(fields)
            self.signer.check(fields)
            check_merchant(fields, self.account)
            return self._payment(fields)

    def _payment(self, fields: Mapping[str, str]) -> Notification:
        if fields.get("return_code") != SUCCESS:
            raise MalformedMessageError("return_code")
        result = text_at(fields, "result_code")
        state = SUCCESS if result == SUCCESS else text_at(fields, "err_code")
        report = read_order(fields, state)
        return Notification(text_at(fields, "transaction_id"), order=report)

    def _refund(self, fields: Mapping[str, str]) -> Notification:
        check_merchant(fields, self.account)
        try:
            content = decrypt_refund(self.account.api_key, fields["req_info"])
        except ValueError:
            raise MalformedMessageError("req_info") from None
        report = read_refund_hint(inside := read_message(content, root="root"))
        return Notification(f"{text_at(inside, 'refund_id')}-{report.said}", refund=report)

    def acknowledge(self, *, settled: bool, reason: str) -> Acknowledgement:
        """Return the answer to a message; refused ones get 401, others that failed 500."""
        code, message = (SUCCESS, "OK") if settled else ("FAIL", reason or "later")
        return Acknowledgement(
            status=answer_status(settled=settled, reason=reason),
            content_type="text/xml",
            body=write_message({"return_code": code, "return_msg": message}),
        )
