"""What all tables share: how constraints are named, and columns that many have."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Text

from billing_adapters.sql.tables.column_types import KEY, ROW_ID, EnumName, UtcDateTime

METADATA: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
"""The tables whose modules were imported; `tables.METADATA` is complete."""


def row_id() -> Column[int]:
    """Return a column that the database counts, in the order in which rows are added."""
    return Column("row_id", ROW_ID, primary_key=True, autoincrement=True)


def domain_id() -> Column[str]:
    """Return a column for the domain's own id of a thing."""
    return Column("id", KEY, nullable=False, unique=True)


def text(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of text for people."""
    return Column(name, Text, nullable=nullable)


def key(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of text that is compared byte by byte."""
    return Column(name, KEY, nullable=nullable)


def enum(name: str, kind: type[Enum], *, nullable: bool = False) -> Column[Any]:
    """Return a column of members of an enum."""
    return Column(name, EnumName(kind), nullable=nullable)


def ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column that holds the id of a row of another table."""
    return Column(name, KEY, ForeignKey(f"{target}.id"), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of aware moments."""
    return Column(name, UtcDateTime, nullable=nullable)


def version() -> Column[int]:
    """Return the column that guards a row's changes."""
    return Column("version", Integer, nullable=False)
