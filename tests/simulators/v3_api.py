"""The calls of version 3, strict with what they are given."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs

from billing_domain.model.shanghai import day_end
from tests.simulators.http_server import Request
from tests.simulators.merchant_ledger import LedgerRefusedError, MerchantLedger, Refusal
from tests.simulators.trade_bill_file import trade_bill
from tests.simulators.v3_documents import order_document, refund_document
from tests.simulators.v3_envelope import V3Envelope

Served = tuple[int, Any]
"""A status, and a document to be signed, nothing, or the bytes of a file."""

_ORDER_PATH = re.compile(r"/v3/pay/transactions/out-trade-no/([0-9A-Za-z_*-]{6,32})(/close)?")
_PLACE_PATH = re.compile(r"/v3/pay/transactions/(jsapi|native)")
_REFUND_PATH = re.compile(r"/v3/refund/domestic/refunds/([0-9A-Za-z_*-]{1,64})")
_NUMBER = re.compile(r"[0-9A-Za-z_*-]{6,32}")
_REFUSALS = {
    Refusal.PAID: (400, "ORDERPAID"),
    Refusal.CLOSED: (400, "ORDER_CLOSED"),
    Refusal.DIFFERENT: (400, "INVALID_REQUEST"),
    Refusal.EXPIRED: (403, "TRADE_ERROR"),
    Refusal.NO_ORDER: (404, "ORDER_NOT_EXIST"),
    Refusal.NO_REFUND: (404, "RESOURCE_NOT_EXISTS"),
    Refusal.NOT_PAID: (403, "TRADE_ERROR"),
    Refusal.NOT_ENOUGH: (403, "NOT_ENOUGH"),
}
_READY = timedelta(hours=9)


class _RefusedError(Exception):
    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.document = {"code": code, "message": message or code}


@attrs.define
class V3Api:
    """Answers requests out of the books.

    `statement_hash` lies about a statement's content.
    """

    ledger: MerchantLedger
    envelope: V3Envelope
    appid: str
    url: str = ""
    statement_hash: str = ""

    def serve(self, request: Request) -> Served:
        """Do what a request asks; return the answer, a refusal too."""
        if problem := self.envelope.why_not(request):
            return 401, {"code": "SIGN_ERROR", "message": problem}
        address = urlsplit(request.target)
        try:
            if request.method == "POST":
                return self._post(address.path, _document(request))
            return self._get(address.path, dict(parse_qsl(address.query)))
        except _RefusedError as refused:
            return refused.status, refused.document
        except LedgerRefusedError as refused:
            status, code = _REFUSALS[refused.refusal]
            return status, {"code": code, "message": code}

    def _post(self, path: str, document: dict[str, Any]) -> Served:
        if match := _PLACE_PATH.fullmatch(path):
            return self._place(match[1], document)
        if (match := _ORDER_PATH.fullmatch(path)) and match[2]:
            if document != {"mchid": self.envelope.mchid}:
                raise _RefusedError(400, "PARAM_ERROR")
            self.ledger.close(match[1])
            return 204, None
        if path == "/v3/refund/domestic/refunds":
            return self._refund(document)
        raise _RefusedError(404, "RESOURCE_NOT_EXISTS")

    def _get(self, path: str, query: dict[str, str]) -> Served:
        if (match := _ORDER_PATH.fullmatch(path)) and query == {"mchid": self.envelope.mchid}:
            order = self.ledger.order(match[1])
            merchant, app = self.envelope.mchid, self.appid
            return 200, order_document(order, merchant=merchant, app=app)
        if match := _REFUND_PATH.fullmatch(path):
            return 200, refund_document(self.ledger.refund_of(match[1]))
        if path == "/v3/bill/tradebill":
            return self._statement(query)
        if path == "/v3/billdownload/file":
            return 200, gzip.compress(self._file(date.fromisoformat(query["token"])) or b"")
        raise _RefusedError(404, "RESOURCE_NOT_EXISTS")

    def _place(self, method: str, document: dict[str, Any]) -> Served:
        total, openid = self._checked(method, document)
        order = self.ledger.place(
            document["out_trade_no"],
            amount=total,
            terms=(method, json.dumps(document, sort_keys=True)),
            openid=openid,
            notify_url=document["notify_url"],
            description=document["description"],
            expires_at=datetime.fromisoformat(document["time_expire"]),
        )
        if method == "jsapi":
            return 200, {"prepay_id": order.reference}
        return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={order.reference}"}

    def _checked(self, method: str, document: dict[str, Any]) -> tuple[int, str]:
        """Return amount and payer; a field that is missing, unknown or wrong is refused."""
        wanted = {"appid", "mchid", "description", "out_trade_no", "time_expire", "notify_url"}
        wanted |= {"amount", "payer"} if method == "jsapi" else {"amount"}
        if set(document) != wanted:
            raise _RefusedError(400, "PARAM_ERROR", "fields")
        if (document["mchid"], document["appid"]) != (self.envelope.mchid, self.appid):
            raise _RefusedError(400, "APPID_MCHID_NOT_MATCH")
        total, payer = document["amount"].get("total"), document.get("payer", {"openid": ""})
        if document["amount"] != {"total": total, "currency": "CNY"} or set(payer) != {"openid"}:
            raise _RefusedError(400, "PARAM_ERROR", "amount or payer")
        if not isinstance(total, int) or total < 1:
            raise _RefusedError(400, "PARAM_ERROR", "total")
        if not 1 <= len(document["description"].encode()) <= 127:
            raise _RefusedError(400, "PARAM_ERROR", "description")
        if _NUMBER.fullmatch(document["out_trade_no"]) is None:
            raise _RefusedError(400, "PARAM_ERROR", "out_trade_no")
        if datetime.fromisoformat(document["time_expire"]) <= self.envelope.clock.now():
            raise _RefusedError(400, "PARAM_ERROR", "time_expire")
        return total, payer["openid"]

    def _refund(self, document: dict[str, Any]) -> Served:
        wanted = {"out_trade_no", "out_refund_no", "reason", "notify_url", "amount"}
        if set(document) != wanted or set(document["amount"]) != {"refund", "total", "currency"}:
            raise _RefusedError(400, "PARAM_ERROR", "fields")
        refund = self.ledger.refund(
            document["out_refund_no"],
            order=document["out_trade_no"],
            amount=document["amount"]["refund"],
            total=document["amount"]["total"],
            terms=json.dumps(document, sort_keys=True),
            notify_url=document["notify_url"],
        )
        return 200, refund_document(refund)

    def _statement(self, query: Mapping[str, str]) -> Served:
        day = date.fromisoformat(query["bill_date"])
        if query != {"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"}:
            raise _RefusedError(400, "PARAM_ERROR")
        if self.envelope.clock.now() < day_end(day) + _READY:
            raise _RefusedError(400, "STATEMENT_CREATING")
        content = self._file(day)
        if content is None:
            raise _RefusedError(400, "NO_STATEMENT_EXIST")
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return 200, {
            "hash_type": "SHA1",
            "hash_value": self.statement_hash or digest,
            "download_url": f"{self.url}/v3/billdownload/file?token={day.isoformat()}",
        }

    def _file(self, day: date) -> bytes | None:
        return trade_bill(self.ledger, day, merchant=self.envelope.mchid, app=self.appid)


def _document(request: Request) -> dict[str, Any]:
    try:
        document = json.loads(request.body)
    except ValueError:
        raise _RefusedError(400, "PARAM_ERROR", "not JSON") from None
    if not isinstance(document, dict):
        raise _RefusedError(400, "PARAM_ERROR", "not an object")
    return document
