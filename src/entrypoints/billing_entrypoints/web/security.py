"""The headers that every answer carries, pages, errors and files alike."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT: Final = "max-age=31536000"
STATIC_PREFIX: Final = "/static/"

BeforeSend = Callable[[Message, Scope], Awaitable[None]]


class PathsWithoutNul(ASGIMiddleware):
    """Answers 404 to a path with a NUL, which neither a database nor a folder takes (P42)."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Go on, or raise NotFoundException."""
        if "\0" in scope["path"]:
            raise NotFoundException
        await next_app(scope, receive, send)


RETRY_AFTER_SECONDS: Final = "5"
"""When to ask again what could not be answered now, e.g. while the database was locked."""


def header_hook(*, https: bool) -> BeforeSend:
    """Return the hook that adds the headers just before any answer leaves."""

    async def add_headers(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value
        if https:
            headers["strict-transport-security"] = STRICT_TRANSPORT
        headers["cache-control"] = _cache_control(scope, message["status"])
        if message["status"] == 503:  # noqa: PLR2004
            headers["retry-after"] = RETRY_AFTER_SECONDS

    return add_headers


def _cache_control(scope: Scope, status: int) -> str:
    """Files under a versioned address never change; everything else is asked for again."""
    is_file = scope["path"].startswith(STATIC_PREFIX) and status == 200  # noqa: PLR2004
    if is_file and scope["query_string"].startswith(b"v="):
        return "public, max-age=31536000, immutable"
    return "no-cache" if is_file else "no-store"
