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
from billing_entrypoints.web.errors import status_of
from billing_entrypoints.web.forms import UnknownFieldError
from billing_entrypoints.web.logs import request_id
from billing_entrypoints.web.owner.sessions import OwnerSignInNeededError, owner_cookie
from billing_entrypoints.web.pages import bare_page, see_other
from billing_entrypoints.words import screens

LOGGER: Final = logging.getLogger("billing.web")
AnyRequest = Request[Any, Any, Any]

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
        return screens.OWNER_NOT_FOUND.get(str(error.facts.get("kind")), screens.OWNER_NOTHING)
    return screens.OWNER_ERRORS.get(error.code) or sentence(error)


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
    return message_page(request, screens.SCAN, title=screens.SIGN_IN_FIRST, status=401, retry="")


def answer_unknown_field(request: AnyRequest, error: UnknownFieldError) -> Response[str]:
    """Refuse a form with fields that its page does not have (P41)."""
    LOGGER.warning("%s unknown form fields: %.100s", request_id(request.scope), error)
    return message_page(request, screens.HTTP_TEXTS[_BAD_REQUEST], status=_BAD_REQUEST)


def answer_http_error(request: AnyRequest, error: HTTPException) -> Response[str]:
    """Word an error of the web framework."""
    status = error.status_code
    if status >= _SERVER_ERROR:
        return answer_unexpected(request, error)
    retry = LIST if status in _NO_SUCH_PAGE else None
    text = screens.HTTP_TEXTS.get(status, screens.HTTP_TEXTS[_BAD_REQUEST])
    response = message_page(request, text, status=status, retry=retry)
    if status == _FORBIDDEN:
        # A token made under another secret would be refused for ever: the next page makes one.
        web: WebContext = request.app.state.web
        response.cookies.append(cookies.drop_cookie(cookies.CSRF, https=web.options.https))
    return response


def answer_unexpected(request: AnyRequest, error: Exception) -> Response[str]:
    """Log everything and show nothing of it but the id of the request."""
    LOGGER.error("%s unexpected error", request_id(request.scope), exc_info=error)
    text = screens.OWNER_UNEXPECTED.format(id=request_id(request.scope))
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
        "title": title or screens.TITLES.get(status, screens.TITLES[400]),
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
