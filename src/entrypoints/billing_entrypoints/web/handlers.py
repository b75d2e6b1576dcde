"""Finds the handlers of pages in their modules, so that no list repeats their names."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from litestar.handlers import HTTPRouteHandler


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
