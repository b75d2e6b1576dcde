"""Every refusal and mishap as an answer that fits who asked: a page, a dialog, or a toast."""

from __future__ import annotations

import logging
from typing import Any, Final

import attrs
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from billing_domain.errors import (
    BatchRefusedError,
    BillingError,
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    OrderPaidMeanwhileError,
    RefusedError,
    StorageBusyError,
    UnavailableError,
)
from billing_domain.words.zh import batch_headline, batch_reasons, sentence
from billing_entrypoints.web import cookies, hx
from billing_entrypoints.web.addresses import SIGN_IN, START, own_path, with_query
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.forms import UnknownFieldError
from billing_entrypoints.web.logs import request_id
from billing_entrypoints.web.notices import Notice
from billing_entrypoints.web.pages import CHANGED, Html, bare_page, html, part, see_other
from billing_entrypoints.web.sessions import SignInNeededError
from billing_entrypoints.words import screens

LOGGER: Final = logging.getLogger("billing.web")
AnyRequest = Request[Any, Any, Any]

STATUSES: Final[tuple[tuple[type[BillingError], int], ...]] = (
    (StorageBusyError, 503),
    (InvalidInputError, 422),
    (NotAllowedError, 403),
    (NotFoundError, 404),
    (ConflictError, 409),
    (RefusedError, 422),
    (UnavailableError, 503),
)


@attrs.frozen
class Mishap:
    """What is shown: status, title, text, the things concerned, and an id for the logs."""

    status: int
    text: str
    items: tuple[str, ...] = ()
    reference: str = ""
    event: str = ""
    """The event that makes the page behind the dialog refresh."""

    @property
    def title(self) -> str:
        """A few words for the heading."""
        return screens.TITLES.get(self.status, screens.TITLES[400])


def error_handlers() -> ExceptionHandlersMap:
    """Return the application's exception handlers by type."""
    return {
        BillingError: answer_refusal,
        SignInNeededError: answer_sign_in,
        UnknownFieldError: answer_unknown_field,
        HTTPException: answer_http_error,
        Exception: answer_unexpected,
    }


def status_of(error: BillingError) -> int:
    """Return the HTTP status of a refusal by its family."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def answer_refusal(request: AnyRequest, error: BillingError) -> Html:
    """Show the domain's refusal in Chinese; log look-ups that are out of reach (P35)."""
    mishap = _mishap(error)
    if isinstance(error, NotFoundError | NotAllowedError):
        # Whoever sent the id chose its length, and it is cut as in every such line.
        who = getattr(request.scope.get("user"), "id", "-")
        LOGGER.warning("%s out of reach for %s: %.100s", request_id(request.scope), who, error)
    return _answer(request, mishap)


def answer_sign_in(request: AnyRequest, _error: SignInNeededError) -> Html:
    """Redirect to the sign-in page, which leads back to the requested page."""
    if hx.is_partial(request):
        path = with_query(SIGN_IN, [("next", own_path(hx.current_path(request)))])
        return html("", 401, hx.go_to(path))
    query = request.scope["query_string"].decode("latin-1")
    wanted = f"{request.url.path}?{query}" if query else request.url.path
    safe = own_path(wanted) if request.method == "GET" else START
    return see_other(with_query(SIGN_IN, [("next", safe)]))


def answer_unknown_field(request: AnyRequest, error: UnknownFieldError) -> Html:
    """Refuse a form with fields that its page does not have (promise P41)."""
    LOGGER.warning("%s unknown form fields: %.100s", request_id(request.scope), error)
    return _answer(request, Mishap(400, screens.HTTP_TEXTS[400]))


def answer_http_error(request: AnyRequest, error: HTTPException) -> Html:
    """Word an error of the web framework; server errors are handled as unexpected ones."""
    if error.status_code >= 500:  # noqa: PLR2004
        return answer_unexpected(request, error)
    response = _answer(
        request,
        Mishap(
            error.status_code, screens.HTTP_TEXTS.get(error.status_code, screens.HTTP_TEXTS[400])
        ),
    )
    if error.status_code == 403:  # noqa: PLR2004
        # A token made under another secret would be refused for ever: the next page makes one.
        web: WebContext = request.app.state.web
        response.cookies.append(cookies.drop_cookie(cookies.CSRF, https=web.options.https))
    return response


def answer_unexpected(request: AnyRequest, error: Exception) -> Html:
    """Log the traceback; show only the id of the request."""
    reference = request_id(request.scope)
    LOGGER.error("%s unexpected error", reference, exc_info=error)
    return _answer(request, Mishap(500, screens.UNEXPECTED, reference=reference))


def _mishap(error: BillingError) -> Mishap:
    if isinstance(error, BatchRefusedError):
        return Mishap(status_of(error), batch_headline(error), batch_reasons(error))
    # The refusal itself changed something: the bills of the order are paid now.
    event = CHANGED if isinstance(error, OrderPaidMeanwhileError) else ""
    return Mishap(status_of(error), sentence(error), event=event)


def _answer(request: AnyRequest, mishap: Mishap) -> Html:
    if hx.is_for_dialog(request):
        return html(
            *part(request, "_ui/mishap_dialog.html", {"mishap": mishap}, status=mishap.status),
            hx.raise_events(mishap.event) if mishap.event else {},
        )
    if hx.is_partial(request):
        context = {"notice": Notice(mishap.text, "refused")}
        text, status = part(request, "_ui/toast.html", context, status=mishap.status)
        return html(text, status, hx.TO_TOASTS)
    return bare_page(
        request, "mishap.html", {"mishap": mishap, "start": START}, status=mishap.status
    )
