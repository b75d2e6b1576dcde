"""Opaque sessions, read from storage on every request (promise P40, rule 5.12)."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from billing_entrypoints.application import Application
from billing_entrypoints.web.context import WebContext
from billing_entrypoints.web.cookies import read_cookie


class SignInNeededError(Exception):
    """Nobody is signed in; the browser is sent to where one signs in."""


class Sessions(ASGIMiddleware):
    """Requires a valid session, of staff or of an owner; reads it from storage on every request.

    The token comes from the sign-in use case alone. A cookie that some client made up finds no
    session and is worth nothing, before sign-in as after.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, cookie: str, authenticate: Callable[[Application, str], object]) -> None:
        self._cookie, self._authenticate = cookie, authenticate

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the user of the request, or raise SignInNeededError."""
        web: WebContext = scope["litestar_app"].state.web
        token = read_cookie(Request(scope), self._cookie)
        user = await sync_to_thread(self._authenticate, web.application, token) if token else None
        if user is None:
            raise SignInNeededError
        scope["user"], scope["auth"] = user, token
        await next_app(scope, receive, send)
