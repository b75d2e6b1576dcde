"""Signing in and out."""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import State

from billing_domain.errors import SignInRefusedError, SignInThrottledError
from billing_domain.words.zh import sentence
from billing_entrypoints.web import cookies
from billing_entrypoints.web.addresses import SIGN_IN, own_path
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.pages import bare_page, see_other
from billing_entrypoints.web.sessions import session_cookie, session_token

AnyRequest = Request[Any, Any, State]


@get(SIGN_IN, sync_to_thread=True)
def show_sign_in(request: AnyRequest) -> Response[str]:
    """Show the form, or go on when the browser has a live session."""
    web = _web(request)
    wanted = own_path(request.query_params.get("next", ""))
    token = session_token(request, https=web.options.https)
    if token and web.application.sign_in.authenticate(token):
        return see_other(wanted)
    return bare_page(request, "sign_in.html", {"form": Form.of(next=wanted), "refusal": ""})


@post(SIGN_IN, sync_to_thread=True)
def sign_in(request: AnyRequest, form: SentForm) -> Response[str]:
    """Open a session under a token that is new every time (promise P40)."""
    form.require_only(("next", "login_name", "password"))
    web = _web(request)
    try:
        opened = web.application.sign_in.sign_in(
            login_name=form.text("login_name"),
            password=form.text("password"),
            address=request.client.host if request.client else "",
        )
    except (SignInRefusedError, SignInThrottledError) as error:
        return _refuse(request, form, error)
    planted = session_token(request, https=web.options.https)
    if planted:
        web.application.sign_in.sign_out(planted)
    cookie = session_cookie(opened.token, https=web.options.https)
    return see_other(own_path(form.text("next")), cookie)


@post("/sign-out", sync_to_thread=True)
def sign_out(request: AnyRequest, form: SentForm) -> Response[str]:
    """End the session on the server, then forget its cookie."""
    form.require_only(())
    web = _web(request)
    token = session_token(request, https=web.options.https)
    if token:
        web.application.sign_in.sign_out(token)
    return see_other(SIGN_IN, cookies.drop_cookie(cookies.SESSION, https=web.options.https))


def _refuse(
    request: AnyRequest, form: Form, error: SignInRefusedError | SignInThrottledError
) -> Response[str]:
    context = {"form": form, "refusal": sentence(error)}
    if isinstance(error, SignInThrottledError):
        response = bare_page(request, "sign_in.html", context, status=429)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    return bare_page(request, "sign_in.html", context, status=403)


def _web(request: AnyRequest) -> WebContext:
    web: WebContext = request.app.state.web
    return web


ENTRY_HANDLERS: Final = (show_sign_in, sign_in, sign_out)
