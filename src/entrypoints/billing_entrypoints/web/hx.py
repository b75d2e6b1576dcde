"""The headers that htmx 4 sends and understands, as far as we use them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request

from billing_entrypoints.web.addresses import path_of

TO_TOASTS: Final[Mapping[str, str]] = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
"""Shows the answer as a toast instead of replacing the requested part."""


def is_partial(request: Request[Any, Any, Any]) -> bool:
    """Tell whether htmx asks for a part of a page; going back in history asks for all of it."""
    return (
        request.headers.get("hx-request") == "true"
        and request.headers.get("hx-request-type") != "full"
        and "hx-history-restore-request" not in request.headers
    )


def is_for_dialog(request: Request[Any, Any, Any]) -> bool:
    """Tell whether the answer goes into the dialog."""
    return is_partial(request) and request.headers.get("hx-target") == "dialog#dialog"


def current_path(request: Request[Any, Any, Any]) -> str:
    """Return the path of the page that the browser shows, empty when it does not say."""
    address = request.headers.get("hx-current-url") or request.headers.get("referer") or ""
    return path_of(address)


def go_to(path: str) -> dict[str, str]:
    """Return the header that makes htmx load a whole page."""
    return {"HX-Redirect": path}


def raise_events(*names: str) -> dict[str, str]:
    """Return the header that makes htmx raise events in the page."""
    return {"HX-Trigger": ", ".join(names)}


def push_address(path: str) -> dict[str, str]:
    """Return the header that puts a canonical address into the address bar."""
    return {"HX-Push-Url": path}
