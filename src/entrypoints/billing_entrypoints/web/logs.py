"""Logs without phone numbers (promise P45), and one line per request."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import Final

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOGGER: Final = logging.getLogger("billing.web")
_PHONE: Final = re.compile(r"(?<![0-9])(1[0-9]{2})[0-9]{4}([0-9]{4})(?![0-9])")
_STARTED: Final = "log_started"
_REQUEST_ID: Final = "request_id"


def mask_phones(text: str) -> str:
    """Return the text with the middle of every mobile number hidden: `138****4613`."""
    return _PHONE.sub(r"\1****\2", text)


class MaskingFormatter(logging.Formatter):
    """Formats as usual and hides phone numbers, in messages and in tracebacks alike."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return mask_phones(super().format(record))


def configure_logging(level: int = logging.INFO) -> None:
    """Send every logger's lines to standard error through the masking formatter.

    The server's own access log is to be off: it writes addresses, and those hold searches.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)


def request_id(scope: Scope) -> str:
    """Return the id that an answer's header and the log lines of its request share."""
    return str(scope["state"].get(_REQUEST_ID, "-"))


class RequestNumbering(ASGIMiddleware):
    """Gives each request an id and remembers when it began."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Number the request and go on."""
        scope["state"][_REQUEST_ID] = secrets.token_hex(8)
        scope["state"][_STARTED] = time.perf_counter()
        await next_app(scope, receive, send)


async def log_answer(message: Message, scope: Scope) -> None:
    """Write one line when an answer begins: method, path without query, status, milliseconds."""
    if message["type"] != "http.response.start" or scope["type"] != ScopeType.HTTP:
        return
    if _STARTED not in scope["state"]:
        return
    message["headers"] = [*message["headers"], (b"x-request-id", request_id(scope).encode())]
    if not scope["path"].startswith("/static/"):
        milliseconds = (time.perf_counter() - scope["state"][_STARTED]) * 1000
        LOGGER.info(
            "%s %s %s %d %.0fms",
            request_id(scope),
            scope["method"],
            scope["path"],
            message["status"],
            milliseconds,
        )
