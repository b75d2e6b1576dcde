"""Cookies: their names and attributes in one place."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from billing_entrypoints.web.context import WebContext

SESSION: Final = "staff"
CSRF: Final = "csrf"
NOTICE: Final = "notice"
COMMUNITY: Final = "community"
OWNER: Final = "owner"
OWNER_COMMUNITY: Final = "owner-community"
OWNER_STATE: Final = "owner-state"

_LENGTH_MAX: Final = 200
_YEAR: Final = 365 * 24 * 3600


def cookie_name(name: str, *, https: bool) -> str:
    """Return the full name; by https the browser then refuses it from anywhere else (P38)."""
    return f"__Host-{name}" if https else name


def read_cookie(request: Request[Any, Any, Any], name: str) -> str:
    """Return the value of a short cookie, empty when there is none."""
    web: WebContext = request.app.state.web
    value = request.cookies.get(cookie_name(name, https=web.options.https), "")
    return value if len(value) <= _LENGTH_MAX else ""


def make_cookie(
    name: str, value: str, *, https: bool, lasting: bool = False, max_age: int | None = None
) -> Cookie:
    """Return a cookie for this host alone that no script can read."""
    return Cookie(
        key=cookie_name(name, https=https),
        value=value,
        path="/",
        httponly=True,
        secure=https,
        samesite="lax",
        max_age=_YEAR if lasting else max_age,
    )


def drop_cookie(name: str, *, https: bool) -> Cookie:
    """Return the cookie that makes the browser forget one."""
    return make_cookie(name, "", https=https, max_age=0)
