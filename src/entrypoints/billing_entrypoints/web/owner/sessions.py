"""Sessions of owners, apart from those of staff (rule 5.12)."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from billing_entrypoints.web import cookies
from billing_entrypoints.web.context import WebContext

_VALUE_LENGTH_MAX: Final = 200


class OwnerSignInNeededError(Exception):
    """No owner is signed in; the browser is sent to the community that it came from."""


class OwnerSessions(ASGIMiddleware):
    """Requires a valid owner session; reads it from storage on every request."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Find the owner, or raise OwnerSignInNeededError."""
        web: WebContext = scope["litestar_app"].state.web
        token = owner_cookie(Request(scope), cookies.OWNER)
        authenticate = web.application.sign_in_owners.authenticate
        owner = await sync_to_thread(authenticate, token) if token else None
        if owner is None:
            raise OwnerSignInNeededError
        scope["user"], scope["auth"] = owner, token
        await next_app(scope, receive, send)


def owner_cookie(request: Request[Any, Any, Any], name: str) -> str:
    """Return the value of one of the owners' cookies, empty when there is none."""
    web: WebContext = request.app.state.web
    value = request.cookies.get(cookies.cookie_name(name, https=web.options.https), "")
    return value if len(value) <= _VALUE_LENGTH_MAX else ""
