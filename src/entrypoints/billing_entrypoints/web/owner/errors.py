"""Refusals and mishaps in words for owners, on pages of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from billing_domain.errors import BillingError, NotFoundError
from billing_domain.words.zh import sentence
from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.errors import HTTP_TEXTS, TITLES, status_of
from billing_entrypoints.web.forms import UnknownFieldError
from billing_entrypoints.web.logs import request_id
from billing_entrypoints.web.owner.sessions import OwnerSignInNeededError, owner_cookie
from billing_entrypoints.web.pages import bare_page, see_other

LOGGER: Final = logging.getLogger("billing.web")
AnyRequest = Request[Any, Any, Any]

SCAN: Final = "请扫描小区的收款码进入"
UNEXPECTED: Final = "刚才的操作没有完成，请稍后再试。"
WORDS: Final = {
    "provider_refused": "暂时无法发起支付，请稍后再试或联系物业前台",
    "order_paid_meanwhile": "所选的缴费单里有刚刚支付成功的，请刷新后查看",
    "bill_reserved": "所选的缴费单正在由家人支付，请稍后再看",
    "order_undecided": "上一笔支付的结果还在确认，请稍后再试",
    "community_closed": "该小区暂未开通线上缴费，请联系物业前台",
    "glyph_missing": "这张收据暂时无法生成，请联系物业前台",
}
"""Where the sentence for staff says what an owner can't do anything about."""
NOT_FOUND: Final = {
    "bill": "找不到该缴费单",
    "payment_order": "找不到这笔支付",
    "community": "找不到该小区，请重新扫描收款码",
    "reminder": "找不到这条催缴通知，请扫描小区的收款码查看缴费单",
}
LIST: Final = "/owner/bills"
"""Where whoever is lost begins again."""
_BELOW: Final = "/owner/"
_BAD_REQUEST: Final = 400
_FORBIDDEN: Final = 403
_NO_SUCH_PAGE: Final = frozenset({404, 405})
_SERVER_ERROR: Final = 500


def owner_error_handlers() -> ExceptionHandlersMap:
    """Return what the owner pages do with exceptions, by type."""
    return {
        BillingError: answer_refusal,
        OwnerSignInNeededError: answer_sign_in,
        UnknownFieldError: answer_unknown_field,
        HTTPException: answer_http_error,
        Exception: answer_unexpected,
    }


def by_address(handlers: ExceptionHandlersMap) -> ExceptionHandlersMap:
    """Return the application's own handlers, which answer below `/owner` as owner pages do.

    An address that is nobody's reaches only these; an owner must not be shown the pages of staff.
    """
    return {
        **handlers,
        **{kind: _by_address(kind, handlers) for kind in (HTTPException, Exception)},
    }


def owner_sentence(error: BillingError) -> str:
    """Return what was refused in words for an owner."""
    if isinstance(error, NotFoundError):
        return NOT_FOUND.get(str(error.facts.get("kind")), "找不到要看的内容")
    return WORDS.get(error.code) or sentence(error)


def answer_refusal(request: AnyRequest, error: BillingError) -> Response[str]:
    """Say what was refused; what is out of reach is also logged (P36)."""
    if isinstance(error, NotFoundError):
        # Whoever sent the id chose its length, and it is cut as in every such line.
        LOGGER.warning("%s out of reach for an owner: %.100s", request_id(request.scope), error)
    return message_page(request, owner_sentence(error), status=status_of(error))


def answer_sign_in(request: AnyRequest, _error: OwnerSignInNeededError) -> Response[str]:
    """Send the browser to sign in at the community that it came from last."""
    community_id = owner_cookie(request, cookies.OWNER_COMMUNITY)
    if community_id.isascii() and community_id.isalnum():
        return see_other(f"/owner/{community_id}")
    return message_page(request, SCAN, title="请先登录", status=401, retry="")


def answer_unknown_field(request: AnyRequest, error: UnknownFieldError) -> Response[str]:
    """Refuse a form with fields that its page does not have (P41)."""
    LOGGER.warning("%s unknown form fields: %.100s", request_id(request.scope), error)
    return message_page(request, HTTP_TEXTS[_BAD_REQUEST], status=_BAD_REQUEST)


def answer_http_error(request: AnyRequest, error: HTTPException) -> Response[str]:
    """Word an error of the web framework."""
    status = error.status_code
    if status >= _SERVER_ERROR:
        return answer_unexpected(request, error)
    retry = LIST if status in _NO_SUCH_PAGE else None
    text = HTTP_TEXTS.get(status, HTTP_TEXTS[_BAD_REQUEST])
    response = message_page(request, text, status=status, retry=retry)
    if status == _FORBIDDEN:
        # A token made under another secret would be refused for ever: the next page makes one.
        web: WebContext = request.app.state.web
        response.cookies.append(cookies.drop_cookie(cookies.CSRF, https=web.options.https))
    return response


def answer_unexpected(request: AnyRequest, error: Exception) -> Response[str]:
    """Log everything and show nothing of it but the id of the request."""
    LOGGER.error("%s unexpected error", request_id(request.scope), exc_info=error)
    text = f"{UNEXPECTED}编号 {request_id(request.scope)}"
    return message_page(request, text, status=_SERVER_ERROR)


def message_page(
    request: AnyRequest, text: str, *, title: str = "", status: int = 200, retry: str | None = None
) -> Response[str]:
    """Return a page that says one thing; `retry` is where 重试 leads, empty for nowhere.

    By default it leads to the same page again, or to the list after a form.
    """
    if retry is None:
        here = request.url.path if request.method == "GET" else LIST
        query = request.url.query if request.method == "GET" else ""
        retry = f"{here}?{query}" if query else here
    context = {
        "title": title or TITLES.get(status, TITLES[400]),
        "text": text,
        "retry": retry,
        "list_address": LIST,
        "mild": status < _BAD_REQUEST,
    }
    return bare_page(request, "owner/message.html", context, status=status)


def _by_address(
    kind: type[Exception], handlers: ExceptionHandlersMap
) -> Callable[[AnyRequest, Any], Response[Any]]:
    owners, others = owner_error_handlers()[kind], handlers[kind]

    def answer(request: AnyRequest, error: Any) -> Response[Any]:  # noqa: ANN401 - as `kind` says
        handler = owners if request.url.path.startswith(_BELOW) else others
        return handler(request, error)

    return answer
