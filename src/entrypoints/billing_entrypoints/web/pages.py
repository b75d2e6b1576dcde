"""Answers made of templates: pages, dialogs, and what follows a change that was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.template.base import csrf_token

from billing_entrypoints.web import cookies, hx
from billing_entrypoints.web.addresses import own_path
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.forms import BACK_FIELD, CSRF_FIELD, Form
from billing_entrypoints.web.notices import Notice, open_notice, seal_notice
from billing_entrypoints.web.shell import COMMUNITY_FIELD, make_shell
from billing_entrypoints.web.staff_request import StaffRequest

PARTIAL_FRAME: Final = "_ui/partial.html"
PAGE_FRAME: Final = "staff/layout.html"
DIALOG_FRAME: Final = "staff/dialog_page.html"
BARE_FRAME: Final = "bare.html"
Html = Response[str]
CHANGED: Final = "bills-changed"
"""The event after which lists and details of bills fetch themselves again."""


def page(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int | None = None,
    address: str = "",
) -> Html:
    """Return a page, or only its content when htmx asks for a part.

    `address` is the canonical address that goes into the address bar then. Without
    `status` it is 409 for a stale form, 422 for a posted form with errors, else 200.
    """
    headers = hx.push_address(address) if address else {}
    return _shown(
        request, template, PAGE_FRAME, context or {}, status=status, part_headers=headers
    )


def dialog(
    request: StaffRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int | None = None,
) -> Html:
    """Return the content of a dialog, or the page that stands in for it without a script.

    The status is that of `page`.
    """
    values = {"back": back_path(request, (context or {}).get("form")), **(context or {})}
    return _shown(request, template, DIALOG_FRAME, values, status=status)


def done(
    request: StaffRequest,
    notice: Notice | str,
    *,
    form: Form,
    leave: str = "",
    event: str = CHANGED,
) -> Html:
    """Answer a change that was made in a dialog: close it, show the notice, refresh the page.

    Without htmx the browser goes back to where the dialog was opened. `leave` is a path that no
    longer exists because of the change: whoever was there goes to the list instead.
    """
    back = back_path(request, form)
    if leave and back.partition("?")[0] == leave:
        return go(request, own_path(""), notice)
    if hx.is_partial(request):
        text = _render(
            request, "_ui/toast_partial.html", PARTIAL_FRAME, {"notice": _notice(notice)}
        )
        return html(text, 200, hx.raise_events("dialog-close", event))
    return go(request, back, notice)


def go(request: StaffRequest, path: str, notice: Notice | str = "", *more_cookies: Cookie) -> Html:
    """Send the browser to one of our pages, where the notice is shown."""
    jar = list(more_cookies)
    if notice:
        options = request.web.options
        sealed = seal_notice(_notice(notice), options.secret)
        jar.append(cookies.make_cookie(cookies.NOTICE, sealed, https=options.https))
    if hx.is_partial(request):
        return Response("", status_code=200, headers=hx.go_to(path), cookies=jar)
    return see_other(path, *jar)


def see_other(path: str, *jar: Cookie) -> Html:
    """Return a redirect that is followed with GET."""
    return Response("", status_code=303, headers={"Location": path}, cookies=list(jar))


def html(
    text: str,
    status: int,
    headers: Mapping[str, str] | None = None,
    jar: list[Cookie] | None = None,
) -> Html:
    """Return an HTML answer; caches must not mix whole pages with parts of them."""
    return Response(
        text,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Vary": "HX-Request", **(headers or {})},
        cookies=jar,
    )


def bare_page(
    request: Request[Any, Any, Any],
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> Html:
    """Return a page without the staff frame: sign-in, errors."""
    web: WebContext = request.app.state.web
    notice, jar = _take_notice(request, web)
    values = {"frame": BARE_FRAME, "notice": notice, **context}
    return html(_fill(web.templates, request, template, values), status, jar=jar)


def part(
    request: Request[Any, Any, Any], template: str, context: Mapping[str, Any], *, status: int
) -> tuple[str, int]:
    """Return a rendered fragment for htmx with its status."""
    web: WebContext = request.app.state.web
    return _fill(web.templates, request, template, {"frame": PARTIAL_FRAME, **context}), status


def back_path(request: StaffRequest, form: object = None) -> str:
    """Return where a dialog's page leads back to: where it was opened.

    A form that is shown again carries it along; by then the page before is the form itself.
    """
    if isinstance(form, Form) and form.has(BACK_FIELD):
        return own_path(form.text(BACK_FIELD))
    back = own_path(hx.current_path(request))
    return own_path("") if back.partition("?")[0] == request.url.path else back


def _status(request: StaffRequest, context: Mapping[str, Any]) -> int:
    if context.get("stale"):
        return 409
    form = context.get("form")
    refused = isinstance(form, Form) and form.errors and request.method == "POST"
    return 422 if refused else 200


def _notice(notice: Notice | str) -> Notice:
    return Notice(notice) if isinstance(notice, str) else notice


def _shown(
    request: StaffRequest,
    template: str,
    frame: str,
    context: Mapping[str, Any],
    *,
    status: int | None,
    part_headers: Mapping[str, str] | None = None,
) -> Html:
    """Return the part that htmx asks for, else the whole page in its frame."""
    status = status or _status(request, context)
    if hx.is_partial(request):
        return html(_render(request, template, PARTIAL_FRAME, context), status, part_headers)
    notice, jar = _take_notice(request, request.web)
    shell = make_shell(request)
    if COMMUNITY_FIELD in request.query_params:
        chosen = shell.community.id if shell.community else ""
        https = request.web.options.https
        jar.append(cookies.make_cookie(cookies.COMMUNITY, chosen, https=https, lasting=True))
    values = {"shell": shell, "notice": notice, **context}
    return html(_render(request, template, frame, values), status, jar=jar)


def _render(request: StaffRequest, template: str, frame: str, context: Mapping[str, Any]) -> str:
    values = {"frame": frame, "actor": request.actor, **context}
    return _fill(request.web.templates, request, template, values)


def _fill(
    templates: Environment,
    request: Request[Any, Any, Any],
    template: str,
    values: Mapping[str, Any],
) -> str:
    token = csrf_token({"request": request})
    return templates.get_template(template).render(
        csrf_token=token, csrf_field=CSRF_FIELD, **values
    )


def _take_notice(
    request: Request[Any, Any, Any], web: WebContext
) -> tuple[Notice | None, list[Cookie]]:
    """Return the notice that came over the redirect, and the cookie that forgets it."""
    https = web.options.https
    value = request.cookies.get(cookies.cookie_name(cookies.NOTICE, https=https))
    if not value:
        return None, []
    return open_notice(value, web.options.secret), [
        cookies.drop_cookie(cookies.NOTICE, https=https)
    ]
