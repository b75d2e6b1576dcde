"""Refusals and mishaps in words for owners, on pages of their own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from billing_domain.errors import BillingError, NotFoundError
from billing_domain.words.zh import sentence
from billing_entrypoints.web import cookies
from billing_entrypoints.web.errors import (
    Mishap,
    answer_http_error,
    answer_unexpected,
    answer_unknown_field,
    status_of,
)
from billing_entrypoints.web.forms import UnknownFieldError
from billing_entrypoints.web.logs import request_id
from billing_entrypoints.web.pages import Html, bare_page, see_other
from billing_entrypoints.web.sessions import SignInNeededError
from billing_entrypoints.words import screens

LOGGER: Final = logging.getLogger("billing.web")
AnyRequest = Request[Any, Any, Any]

LIST: Final = "/owner/bills"
"""The page that error pages link to."""
_BELOW: Final = "/owner/"
_BAD_REQUEST: Final = 400
_NO_SUCH_PAGE: Final = frozenset({404, 405})


def owner_error_handlers() -> ExceptionHandlersMap:
    """Return the owner pages' exception handlers by type."""
    return {
        BillingError: answer_refusal,
        SignInNeededError: answer_sign_in,
        UnknownFieldError: partial(answer_unknown_field, show=show_mishap),
        HTTPException: partial(answer_http_error, show=show_mishap),
        Exception: partial(answer_unexpected, show=show_mishap),
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
    """Return the refusal's sentence for an owner."""
    if isinstance(error, NotFoundError):
        return screens.OWNER_NOT_FOUND.get(str(error.facts.get("kind")), screens.OWNER_NOTHING)
    return screens.OWNER_ERRORS.get(error.code) or sentence(error)


def answer_refusal(request: AnyRequest, error: BillingError) -> Html:
    """Show the refusal; log look-ups that are out of reach (P36)."""
    if isinstance(error, NotFoundError):
        # Whoever sent the id chose its length, and it is cut as in every such line.
        LOGGER.warning("%s out of reach for an owner: %.100s", request_id(request.scope), error)
    return message_page(request, owner_sentence(error), status=status_of(error))


def answer_sign_in(request: AnyRequest, _error: SignInNeededError) -> Html:
    """Redirect to the sign-in of the community visited last."""
    community_id = cookies.read_cookie(request, cookies.OWNER_COMMUNITY)
    if community_id.isascii() and community_id.isalnum():
        return see_other(f"/owner/{community_id}")
    return message_page(request, screens.SCAN, title=screens.SIGN_IN_FIRST, status=401, retry="")


def show_mishap(request: AnyRequest, mishap: Mishap) -> Html:
    """Return the page of a mishap; of an unexpected one it shows the request's id alone."""
    retry = LIST if mishap.status in _NO_SUCH_PAGE else None
    text = mishap.text
    if mishap.reference:
        text = screens.OWNER_UNEXPECTED.format(id=mishap.reference)
    return message_page(request, text, status=mishap.status, retry=retry)


def message_page(
    request: AnyRequest, text: str, *, title: str = "", status: int = 200, retry: str | None = None
) -> Html:
    """Return a page with one sentence; `retry` is the address of 重试, empty for no link.

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
