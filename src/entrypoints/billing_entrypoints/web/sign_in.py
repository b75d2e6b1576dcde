"""Staff sign in and out: the only staff pages that need no session."""

from billing_domain.errors import SignInRefusedError, SignInThrottledError
from billing_domain.words.zh import sentence
from billing_entrypoints.web import cookies
from billing_entrypoints.web.addresses import SIGN_IN, own_path
from billing_entrypoints.web.context import Visit
from billing_entrypoints.web.forms import Form, SentForm
from billing_entrypoints.web.handlers import form_at, post_at
from billing_entrypoints.web.pages import Html, bare_page, see_other


@form_at(SIGN_IN, "next", "login_name", "password")
def sign_in(request: Visit, form: SentForm) -> Html:
    """Open a session under a token that is new every time (promise P40).

    The form is not shown to a browser with a live session.
    """
    planted = cookies.read_cookie(request, cookies.SESSION)
    if not form.sent:
        form.fill(next=own_path(request.query_params.get("next", "")))
        if planted and request.application.sign_in.authenticate(planted):
            return see_other(form.text("next"))
        return bare_page(request, "sign_in.html", {"form": form, "refusal": ""})
    try:
        opened = request.application.sign_in.sign_in(
            login_name=form.text("login_name"),
            password=form.text("password"),
            address=request.client.host if request.client else "",
        )
    except (SignInRefusedError, SignInThrottledError) as error:
        return _refuse(request, form, error)
    if planted:
        request.application.sign_in.sign_out(planted)
    cookie = cookies.make_cookie(cookies.SESSION, opened.token, https=request.https)
    return see_other(own_path(form.text("next")), cookie)


@post_at("/sign-out")
def sign_out(request: Visit) -> Html:
    """End the session on the server, then forget its cookie."""
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
