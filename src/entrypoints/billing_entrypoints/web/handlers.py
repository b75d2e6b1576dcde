"""Makes the handlers of forms, and finds all handlers in their modules: no list repeats them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from billing_entrypoints.web.forms import FIELDS_OPTION, only_own_fields


def form_at(
    path: str, *fields: str, sent_to: str = ""
) -> Callable[[Callable[..., Any]], tuple[HTTPRouteHandler, ...]]:
    """Let one function show a form (GET) and take it (POST); `form.sent` says which of the two.

    The form is sent to its own path unless `sent_to` names another, with these fields alone.
    """

    def handlers(function: Callable[..., Any]) -> tuple[HTTPRouteHandler, ...]:
        taking = post_at(sent_to or path, *fields)
        return get(path, sync_to_thread=True)(function), taking(function)

    return handlers


def post_at(path: str, *fields: str, **options: Any) -> HTTPRouteHandler:  # noqa: ANN401 - litestar's
    """Let a function take a form; any field but these is refused before it runs (P41)."""
    options[FIELDS_OPTION] = fields
    return post(path, guards=[only_own_fields], sync_to_thread=True, **options)


def handlers_of(*modules: ModuleType) -> list[HTTPRouteHandler]:
    """Return the handlers that the modules define, alone or in tuples, but not imported ones."""
    return [
        each
        for module in modules
        for value in vars(module).values()
        for each in (value if isinstance(value, tuple) else (value,))
        if isinstance(each, HTTPRouteHandler) and each.fn.__module__ == module.__name__
    ]


def modules_below(package: ModuleType) -> Iterator[ModuleType]:
    """Import and yield every module of a package."""
    for found in walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(found.name)
