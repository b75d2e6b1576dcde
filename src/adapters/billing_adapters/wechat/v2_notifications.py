"""Version 2's messages about payments and refunds, and our answers (rule 5.5, P37).

Messages have no timestamp, so a replayed message can't be detected; it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from billing_adapters.payment_kit.answers import answer_status
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    malformed_is_refused,
    text_at,
)
from billing_adapters.wechat.signing_v2 import V2Signer, decrypt_refund
from billing_adapters.wechat.v2_reports import (
    SUCCESS,
    check_merchant,
    read_order,
    read_refund_hint,
)
from billing_adapters.wechat.xml_message import read_message, write_message
from billing_domain.ports.payments.gateway import Acknowledgement, Notification


def read_notification(body: bytes, signer: V2Signer) -> Notification:
    """Return a verified message; raise NotificationRefusedError for any other."""
    with malformed_is_refused():
        fields = read_message(body)
        if "req_info" in fields:
            check_merchant(fields, signer.account)
            return _refund(fields, signer.account.api_key)
        signer.check(fields)
        check_merchant(fields, signer.account)
        return _payment(fields)


def acknowledgement(*, settled: bool, reason: str) -> Acknowledgement:
    """Return the answer to a message; see answer_status for its status."""
    code, message = (SUCCESS, "OK") if settled else ("FAIL", reason or "later")
    return Acknowledgement(
        status=answer_status(settled=settled, reason=reason),
        content_type="text/xml",
        body=write_message({"return_code": code, "return_msg": message}),
    )


def _payment(fields: Mapping[str, str]) -> Notification:
    if fields.get("return_code") != SUCCESS:
        raise MalformedMessageError("return_code")
    result = text_at(fields, "result_code")
    state = SUCCESS if result == SUCCESS else text_at(fields, "err_code")
    return Notification(text_at(fields, "transaction_id"), order=read_order(fields, state))


def _refund(fields: Mapping[str, str], key: str) -> Notification:
    try:
        content = decrypt_refund(key, fields["req_info"])
    except ValueError:
        raise MalformedMessageError("req_info") from None
    report = read_refund_hint(inside := read_message(content, root="root"))
    return Notification(f"{text_at(inside, 'refund_id')}-{report.provider_state}", refund=report)
