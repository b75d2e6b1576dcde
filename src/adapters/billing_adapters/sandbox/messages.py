"""The sandbox's messages about payments: how they are written, signed and read (rule 5.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from billing_adapters.sandbox.records import BookOrder, moment_of, seconds_of
from billing_domain.errors import NotificationRefusedError
from billing_domain.model.money import Money
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
_YES: Final = b'{"code": "SUCCESS"}'
_OK, _REFUSED, _LATER = 200, 401, 500
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_REFUSALS: Final = frozenset({"signature", "stale", "merchant", "format", "amount", "order"})


def write_message(order: BookOrder, paid_at: datetime) -> bytes:
    """Return the body of the message about a payment, the same whenever it is sent."""
    document = {
        "id": f"PAID-{order.trade_number}",
        "account": order.account,
        "event": "order.paid",
        "order": order.number,
        "amount": order.amount.fen,
        "trade_number": order.trade_number,
        "paid_at": seconds_of(paid_at),
    }
    return json.dumps(document).encode()


def sign_message(key: bytes, body: bytes, *, at: datetime) -> Mapping[str, str]:
    """Return the headers that a message has when it is sent at a moment."""
    timestamp = str(seconds_of(at))
    return {
        "Content-Type": "application/json",
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: _signature(key, timestamp, body),
    }


def read_message(
    headers: Mapping[str, str], body: bytes, *, key: bytes, account: str, now: datetime
) -> Notification:
    """Return a genuine message to an account; raise NotificationRefusedError for all else."""
    if len(body) > MESSAGE_BYTES_MAX:
        raise NotificationRefusedError(reason="format")
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    if _TIMESTAMP.fullmatch(timestamp) is None:
        raise NotificationRefusedError(reason="signature")
    if abs(now.timestamp() - int(timestamp)) > FRESH_FOR.total_seconds():
        raise NotificationRefusedError(reason="stale")
    signature = headers.get(SIGNATURE_HEADER, "").encode()
    if not hmac.compare_digest(_signature(key, timestamp, body).encode(), signature):
        raise NotificationRefusedError(reason="signature")
    return _read(body, account)


def acknowledgement(*, settled: bool, reason: str) -> Acknowledgement:
    """Return the answer to a message: 200 is yes, 401 a refusal, 500 not booked yet."""
    if settled:
        return Acknowledgement(_OK, "application/json", _YES)
    body = json.dumps({"code": "FAIL", "message": reason or "later"}).encode("ascii")
    return Acknowledgement(_REFUSED if reason in _REFUSALS else _LATER, "application/json", body)


def accepted(status: int, body: bytes) -> bool:
    """Tell whether an answer means yes."""
    return status == _OK and body == _YES


def _signature(key: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(key, f"{timestamp}\n".encode() + body, hashlib.sha256).hexdigest()


def _read(body: bytes, account: str) -> Notification:
    try:
        document: dict[str, Any] = json.loads(body)
        addressee, event = document["account"], document["event"]
        report = OrderReport(
            order=OrderNumber(_text(document["order"])),
            outcome=Outcome.PAID,
            said=PAID,
            provider_number=_text(document["trade_number"]),
            amount=Money(_whole(document["amount"])),
            paid_at=moment_of(_whole(document["paid_at"])),
        )
        number = _text(document["id"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, OSError):
        raise NotificationRefusedError(reason="format") from None
    if addressee != account:
        raise NotificationRefusedError(reason="merchant")
    if event != "order.paid":
        raise NotificationRefusedError(reason="format")
    return Notification(number, order=report)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a text is missing")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("a whole number is missing")
    return value
