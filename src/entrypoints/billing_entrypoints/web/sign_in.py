"""Staff sign in and out: the only staff pages that need no session."""

from litestar import get, post

from billing_domain.errors import SignInRefusedError, SignInThrottledError
from billing_domain.words.zh import sentence
from billing_entrypoints.web import cookies
from billing_entrypoints.web.addresses import SIGN_IN, own_path
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.pages import Html, bare_page, see_other


@get(SIGN_IN, sync_to_thread=True)
def show_sign_in(request: Visit) -> Html:
    """Show the form, or go on when the browser has a live session."""
    wanted = own_path(request.query_params.get("next", ""))
    token = cookies.read_cookie(request, cookies.SESSION)
    if token and request.application.sign_in.authenticate(token):
        return see_other(wanted)
    return bare_page(request, "sign_in.html", {"form": Form.of(next=wanted), "refusal": ""})


@post(SIGN_IN, sync_to_thread=True)
def sign_in(request: Visit, form: SentForm) -> Html:
    """Open a session under a token that is new every time (promise P40)."""
    form.require_only(("next", "login_name", "password"))
    try:
        opened = request.application.sign_in.sign_in(
            login_name=form.text("login_name"),
            password=form.text("password"),
            address=request.client.host if request.client else "",
        )
    except (SignInRefusedError, SignInThrottledError) as error:
        return _refuse(request, form, error)
    planted = cookies.read_cookie(request, cookies.SESSION)
    if planted:
        request.application.sign_in.sign_out(planted)
    cookie = cookies.make_cookie(cookies.SESSION, opened.token, https=request.https)
    return see_other(own_path(form.text("next")), cookie)


@post("/sign-out", sync_to_thread=True)
def sign_out(request: Visit, form: SentForm) -> Html:
    """End the session on the server, then forget its cookie."""
    form.require_only(())
    token = cookies.read_cookie(request, cookies.SESSION)
    if token:
        request.application.sign_in.sign_out(token)
    return see_other(SIGN_IN, cookies.drop_cookie(cookies.SESSION, https=request.https))


def _refuse(request: Visit, form: Form, error: SignInRefusedError | SignInThrottledError) -> Html:
    context = {"form": form, "refusal": sentence(error)}
    if isinstance(error, SignInThrottledError):
        response = bare_page(request, "sign_in.html", context, status=429)
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response
    return bare_page(request, "sign_in.html", context, status=403)
