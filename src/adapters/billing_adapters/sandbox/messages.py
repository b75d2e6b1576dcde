"""The sandbox's messages about payments: writing, signing and reading (rule 5.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from billing_adapters.payment_kit.answers import answer_status
from billing_adapters.payment_kit.fields import (
    MalformedMessageError,
    fen_at,
    malformed_is_refused,
    parse_object,
    text_at,
    whole_at,
)
from billing_adapters.payment_kit.keys import same_text
from billing_adapters.sandbox.records import BookOrder, moment_of, seconds_of
from billing_domain.errors import NotificationRefusedError
from billing_domain.model.payments.order import OrderNumber
from billing_domain.ports.payments.gateway import (
    Acknowledgement,
    Notification,
    OrderReport,
    Outcome,
)

FRESH_FOR: Final = timedelta(minutes=5)
MESSAGE_BYTES_MAX: Final = 64 * 1024

TIMESTAMP_HEADER: Final = "x-sandbox-timestamp"
SIGNATURE_HEADER: Final = "x-sandbox-signature"
"""HMAC-SHA256 in hex over the timestamp (seconds of Unix time), a line end and the body."""

PAID: Final = "SUCCESS"
_PAID_EVENT: Final = "order.paid"
_YES: Final = b'{"code": "SUCCESS"}'
_OK: Final = 200
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")


def write_message(order: BookOrder, paid_at: datetime) -> bytes:
    """Return the body of the message about a payment, the same at each attempt."""
    document = {
        "id": f"PAID-{order.trade_number}",
        "account": order.account,
        "event": _PAID_EVENT,
        "order": order.number,
        "amount": order.amount.fen,
        "trade_number": order.trade_number,
        "paid_at": seconds_of(paid_at),
    }
    return json.dumps(document).encode()


def sign_message(key: bytes, body: bytes, *, at: datetime) -> Mapping[str, str]:
    """Return the headers of a message sent at a moment."""
    timestamp = str(seconds_of(at))
    return {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: _signature(key, timestamp, body),
    }


def read_message(
    headers: Mapping[str, str], body: bytes, *, key: bytes, account: str, now: datetime
) -> Notification:
    """Return a verified message to an account; raise NotificationRefusedError for any other."""
    if len(body) > MESSAGE_BYTES_MAX:
        raise NotificationRefusedError(reason="format")
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    if _TIMESTAMP.fullmatch(timestamp) is None:
        raise NotificationRefusedError(reason="signature")
    if abs(now.timestamp() - int(timestamp)) > FRESH_FOR.total_seconds():
        raise NotificationRefusedError(reason="stale")
    if not same_text(headers.get(SIGNATURE_HEADER, ""), _signature(key, timestamp, body)):
        raise NotificationRefusedError(reason="signature")
    return _read(body, account)


def acknowledgement(*, settled: bool, reason: str) -> Acknowledgement:
    """Return the answer to a message; see answer_status for its status."""
    no = json.dumps({"code": "FAIL", "message": reason or "later"}).encode("ascii")
    status = answer_status(settled=settled, reason=reason)
    return Acknowledgement(status, "application/json", _YES if settled else no)


def accepted(status: int, body: bytes) -> bool:
    """Tell whether an answer means yes."""
    return status == _OK and body == _YES


def _signature(key: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(key, f"{timestamp}\n".encode() + body, hashlib.sha256).hexdigest()


@malformed_is_refused()
def _read(body: bytes, account: str) -> Notification:
    document = parse_object(body)
    if text_at(document, "account") != account:
        raise NotificationRefusedError(reason="merchant")
    if text_at(document, "event") != _PAID_EVENT:
        raise MalformedMessageError("event")
    report = OrderReport(
        order=OrderNumber(text_at(document, "order")),
        outcome=Outcome.PAID,
        provider_state=PAID,
        provider_number=text_at(document, "trade_number"),
        amount=fen_at(document, "amount"),
        paid_at=_moment(whole_at(document, "paid_at")),
    )
    return Notification(text_at(document, "id"), order=report)


def _moment(seconds: int) -> datetime:
    try:
        return moment_of(seconds)
    except (ValueError, OverflowError, OSError):
        raise MalformedMessageError("paid_at") from None
