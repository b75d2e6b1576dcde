"""Opaque staff sessions, read from storage on every request (promise P40)."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import WebContext

_TOKEN_LENGTH_MAX: Final = 200


class SignInNeededError(Exception):
    """Nobody is signed in; the browser is sent to the sign-in page."""


class StaffSessions(ASGIMiddleware):
    """Requires a valid session of an enabled account; reads it from storage on every request.

    The token comes from the sign-in use case alone. A cookie that some client made up finds no
    session and is worth nothing, before sign-in as after.
    """

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the actor, or raise SignInNeededError."""
        web: WebContext = scope["litestar_app"].state.web
        token = session_token(Request(scope), https=web.options.https)
        actor = (
            await sync_to_thread(web.application.sign_in.authenticate, token) if token else None
        )
        if actor is None:
            raise SignInNeededError
        scope["user"], scope["auth"] = actor, token
        await next_app(scope, receive, send)


def session_token(request: Request[Any, Any, Any], *, https: bool) -> str:
    """Return the token in the browser's cookie, empty when there is none."""
    token = request.cookies.get(cookies.cookie_name(cookies.SESSION, https=https), "")
    return token if len(token) <= _TOKEN_LENGTH_MAX else ""


def session_cookie(token: str, *, https: bool) -> Cookie:
    """Return the cookie of a new session; it lasts until the browser closes."""
    return cookies.make_cookie(cookies.SESSION, token, https=https)
