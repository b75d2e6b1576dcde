"""Conditions whose one parameter is a list of any length.

A list of separate parameters is limited to some ten thousand values, and each length is compiled
and planned as another statement.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Self

from sqlalchemy import Boolean, Column, ColumnElement, Dialect, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine


class _KeyList(TypeDecorator[Collection[str]]):
    """A list of keys: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if _takes_json(dialect) else ARRAY(String))

    def process_bind_param(
        self, value: Collection[str] | None, dialect: Dialect
    ) -> str | list[str]:
        keys = [*(value or ())]
        return json.dumps(keys) if _takes_json(dialect) else keys


class _Among(FunctionElement[bool]):
    """Whether a column's value is in a list."""

    type = Boolean()
    inherit_cache = True
    name = "among"

    def self_group(self, against: OperatorType | None = None) -> Self:
        """Return itself: on SQLite, SQLAlchemy would add `= 1`, which disables the index."""
        del against
        return self


def among(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is in the list bound to the parameter `name`."""
    return _Among(column, bindparam(name, type_=_KeyList))


@compiles(_Among, "sqlite")
def _in_json(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - any option
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both are compiled


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - any option
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY ({values})"


def _takes_json(dialect: Dialect) -> bool:
    return dialect.name == "sqlite"


def one_of(column: Column[Any], values: Collection[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is in a list; faster to build than `in_`."""
    return column.in_(bindparam(None, [*values], expanding=True))
