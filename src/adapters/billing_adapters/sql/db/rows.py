"""Rows as model objects and back: a field and a column of the same name hold the same value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import attrs
from sqlalchemy import Row, Table

from billing_domain.errors import ThingNotFoundError

Values = Mapping[str, Any]
"""A row to write, by column name."""

_Model = TypeVar("_Model")


def model_of(kind: Callable[..., _Model], row: Row[Any], **own: object) -> _Model:
    """Return the model object of a row; `own` gives the fields that no column holds as such."""
    same = {name: getattr(row, name) for name in _fields(kind) if name not in own}
    return kind(**same, **own)


def values_of(thing: Any, table: Table, **own: object) -> Values:  # noqa: ANN401 - any attrs object
    """Return the row of a model object; `own` gives the columns that no field holds as such."""
    kind: Any = type(thing)
    same = {name: getattr(thing, name) for name in _fields(kind) if name in table.c}
    return {**same, **own}


def found_one(found: Iterable[_Model], kind: str, thing_id: str) -> _Model:
    """Return the first thing that was found; raise ThingNotFoundError for none."""
    for thing in found:
        return thing
    raise ThingNotFoundError(kind=kind, id=thing_id)


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[str, ...]:  # noqa: ANN401 - any attrs class
    return tuple(field.name for field in attrs.fields(kind))
