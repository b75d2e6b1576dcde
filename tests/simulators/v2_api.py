"""The calls of version 2, strict with what they are given."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime, timedelta

import attrs

from billing_domain.model.shanghai import SHANGHAI, day_end
from billing_domain.ports.system import Clock
from tests.simulators.http_server import Request
from tests.simulators.merchant_ledger import (
    LedgerOrder,
    LedgerRefund,
    LedgerRefusedError,
    MerchantLedger,
    Refusal,
)
from tests.simulators.trade_bill_file import trade_bill
from tests.simulators.v2_envelope import V2Envelope, from_xml

_NEVER_TWICE = re.compile(r"[0-9A-Za-z_|*-]{1,32}")
_COMPACT = "%Y%m%d%H%M%S"
_REFUSALS = {
    Refusal.PAID: "ORDERPAID",
    Refusal.CLOSED: "ORDERCLOSED",
    Refusal.DIFFERENT: "INVALID_REQUEST",
    Refusal.EXPIRED: "ORDERCLOSED",
    Refusal.NO_ORDER: "ORDERNOTEXIST",
    Refusal.NO_REFUND: "REFUNDNOTEXIST",
    Refusal.NOT_PAID: "TRADE_STATE_ERROR",
    Refusal.NOT_ENOUGH: "NOTENOUGH",
}
_FIELDS = {
    "/pay/unifiedorder": {
        *("body", "out_trade_no", "total_fee", "spbill_create_ip", "time_expire"),
        *("notify_url", "trade_type"),
    },
    "/pay/orderquery": {"out_trade_no"},
    "/pay/closeorder": {"out_trade_no"},
    "/secapi/pay/refund": {
        *("out_trade_no", "out_refund_no", "total_fee", "refund_fee", "refund_desc"),
        "notify_url",
    },
    "/pay/refundquery": {"out_refund_no"},
    "/pay/downloadbill": {"bill_date", "bill_type", "tar_type"},
}
_READY = timedelta(hours=9)


class _RefusedError(Exception):
    """A request that was looked at and refused with a code."""


class _FailedError(Exception):
    """A request that was not even looked at."""


@attrs.define
class V2Api:
    """Answers requests out of the books; `client_der` is the only certificate that may refund.

    `statement_message` refuses statements; `plain_statement` sends them without gzip.
    """

    ledger: MerchantLedger
    envelope: V2Envelope
    clock: Clock
    mch_id: str
    appid: str
    client_der: bytes
    statement_message: str = ""
    plain_statement: bool = False

    def serve(self, request: Request) -> dict[str, str] | bytes:
        """Return the answer's fields, unsigned when the request fails, or a file."""
        try:
            fields = self._checked(request)
            if request.target == "/pay/downloadbill":
                return self._statement(fields)
            return self._said({"result_code": "SUCCESS", **self._done(request.target, fields)})
        except _FailedError as failed:
            return {"return_code": "FAIL", "return_msg": str(failed)}
        except _RefusedError as refused:
            return self._refused(str(refused))
        except LedgerRefusedError as refused:
            return self._refused(_REFUSALS[refused.refusal])

    def order_fields(self, order: LedgerOrder) -> dict[str, str]:
        """Return what a query and a notification say about an order."""
        fields = {
            "openid": order.openid,
            "trade_type": "JSAPI" if order.openid else "NATIVE",
            "bank_type": "OTHERS",
            "total_fee": str(order.amount),
            "fee_type": "CNY",
            "cash_fee": str(order.amount),
            "out_trade_no": order.number,
        }
        if order.paid_at is not None:
            fields["transaction_id"] = order.transaction_id
            fields["time_end"] = order.paid_at.astimezone(SHANGHAI).strftime(_COMPACT)
        return fields

    def refund_fields(self, refund: LedgerRefund) -> dict[str, str]:
        """Return what a notification says about a refund."""
        fields = {
            "transaction_id": refund.order.transaction_id,
            "out_trade_no": refund.order.number,
            "refund_id": refund.reference,
            "out_refund_no": refund.number,
            "total_fee": str(refund.order.amount),
            "refund_fee": str(refund.amount),
            "settlement_refund_fee": str(refund.amount),
            "refund_status": refund.state,
            "refund_recv_accout": "支付用户零钱",
        }
        return fields | ({"success_time": _spaced(refund)} if refund.done_at else {})

    def _checked(self, request: Request) -> dict[str, str]:
        """Return a request's own fields; one that is missing, unknown or empty is refused."""
        fields = from_xml(request.body)
        if problem := self.envelope.why_not(fields):
            raise _FailedError(problem)
        who = {"appid": self.appid, "mch_id": self.mch_id}
        if not who.items() <= fields.items():
            raise _FailedError("appid or mch_id")
        rest = set(fields) - {"appid", "mch_id", "nonce_str", "sign_type"}
        wanted = _FIELDS.get(request.target, {"another path"})
        if request.target == "/pay/unifiedorder":
            wanted = wanted | {{"JSAPI": "openid"}.get(fields["trade_type"], "product_id")}
        if rest != wanted or not all(fields.values()) or request.method != "POST":
            raise _FailedError("fields")
        if request.target == "/secapi/pay/refund" and request.certificate != self.client_der:
            raise _FailedError("证书校验错误")
        return fields

    def _done(self, target: str, fields: dict[str, str]) -> dict[str, str]:
        if target == "/pay/unifiedorder":
            return self._placed(fields)
        if target == "/pay/orderquery":
            order = self.ledger.order(fields["out_trade_no"])
            return {**self.order_fields(order), "trade_state": order.state}
        if target == "/pay/closeorder":
            if self.ledger.order(fields["out_trade_no"]).state == "CLOSED":
                raise LedgerRefusedError(Refusal.CLOSED)
            self.ledger.close(fields["out_trade_no"])
            return {}
        if target == "/secapi/pay/refund":
            return self._refunded(fields)
        refund = self.ledger.refund_of(fields["out_refund_no"])
        listed = self.refund_fields(refund)
        done = {"refund_success_time_0": listed.pop("success_time")} if refund.done_at else {}
        names = ("out_refund_no", "refund_id", "refund_fee", "refund_status")
        return {"refund_count": "1", **done, **{f"{name}_0": listed[name] for name in names}}

    def _placed(self, fields: dict[str, str]) -> dict[str, str]:
        expires_at = datetime.strptime(fields["time_expire"], _COMPACT).replace(tzinfo=SHANGHAI)
        if not _NEVER_TWICE.fullmatch(fields["out_trade_no"]) or expires_at <= self.clock.now():
            raise _RefusedError("PARAM_ERROR")
        terms = {name: text for name, text in fields.items() if name != "nonce_str"}
        order = self.ledger.place(
            fields["out_trade_no"],
            amount=int(fields["total_fee"]),
            terms=terms,
            openid=fields.get("openid", ""),
            notify_url=fields["notify_url"],
            description=fields["body"],
            expires_at=expires_at.astimezone(UTC),
        )
        answer = {"trade_type": fields["trade_type"], "prepay_id": order.reference}
        if fields["trade_type"] == "NATIVE":
            answer["code_url"] = f"weixin://wxpay/bizpayurl?pr={order.reference}"
        return answer

    def _refunded(self, fields: dict[str, str]) -> dict[str, str]:
        refund = self.ledger.refund(
            fields["out_refund_no"],
            order=fields["out_trade_no"],
            amount=int(fields["refund_fee"]),
            total=int(fields["total_fee"]),
            terms={name: text for name, text in fields.items() if name != "nonce_str"},
            notify_url=fields["notify_url"],
        )
        answer = self.refund_fields(refund)
        return {name: answer[name] for name in answer if name != "refund_status"}

    def _statement(self, fields: dict[str, str]) -> dict[str, str] | bytes:
        day = date.fromisoformat(fields["bill_date"])
        if self.statement_message or self.clock.now() < day_end(day) + _READY:
            message = self.statement_message or "Bill Creating"
            return {"return_code": "FAIL", "return_msg": message, "error_code": "20002"}
        content = trade_bill(self.ledger, day, merchant=self.mch_id, app=self.appid)
        if content is None:
            return {"return_code": "FAIL", "return_msg": "No Bill Exist", "error_code": "20002"}
        return content if self.plain_statement else gzip.compress(content)

    def _said(self, fields: dict[str, str]) -> dict[str, str]:
        who = {"appid": self.appid, "mch_id": self.mch_id}
        return {"return_code": "SUCCESS", "return_msg": "OK", **who, **fields}

    def _refused(self, code: str) -> dict[str, str]:
        return self._said({"result_code": "FAIL", "err_code": code, "err_code_des": code})


def _spaced(refund: LedgerRefund) -> str:
    assert refund.done_at is not None
    return refund.done_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
