"""Shared parts of all tables: names of constraints, and common columns."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
)
from sqlalchemy.schema import SchemaItem

from billing_adapters.sql.tables.column_types import KEY, ROW_ID, EnumName, UtcDateTime

METADATA: Final = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
    }
)
"""The tables of the imported modules; `tables.METADATA` has all tables."""

PREFIX: Final = "billing_"
"""The prefix of every table, index and trigger of this program."""

GROWS: Final = "grows"
"""The key in a table's `info` that marks a growing table (see `growing_table`)."""


def table(name: str, *items: SchemaItem, **options: Any) -> Table:  # noqa: ANN401 - SQLAlchemy's own
    """Return a table whose name begins with PREFIX."""
    return Table(f"{PREFIX}{name}", METADATA, *items, **options)


def growing_table(name: str, *items: SchemaItem) -> Table:
    """Return a table that grows every month and can be partitioned by `company_id`.

    Each unique key of the table therefore ends with the company.
    """
    return table(name, *items, info={GROWS: True})


def company_key(*columns: str) -> PrimaryKeyConstraint:
    """Return the primary key of a growing table."""
    return PrimaryKeyConstraint(*columns, "company_id")


def company_ref(column: str, target: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return a reference within the company to a growing table's key, such as `bills.number`."""
    name, key = target.split(".")
    keys = [f"{PREFIX}{name}.{key}", f"{PREFIX}{name}.company_id"]
    return ForeignKeyConstraint([column, "company_id"], keys, ondelete=ondelete)


def row_id() -> Column[int]:
    """Return a counter column of the database, in the order of insertion."""
    return Column("row_id", ROW_ID, primary_key=True, autoincrement=True)


def domain_id() -> Column[str]:
    """Return a column for the domain's id."""
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
    """Return a column with the id of a row of another table."""
    return Column(name, KEY, ForeignKey(f"{PREFIX}{target}.id"), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of aware moments."""
    return Column(name, UtcDateTime, nullable=nullable)


def version() -> Column[int]:
    """Return the version column, which guards updates of a row."""
    return Column("version", Integer, nullable=False)


def is_one_of(column: Column[Any], *names: str) -> ColumnElement[bool]:
    """Return a condition with literals; with parameters SQLite ignores the partial index."""
    return column.in_([literal_column(f"'{name}'") for name in names])


def part_index(
    name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False
) -> Index:
    """Add a partial index, `billing_<table>_<name>_ix`, to the table of the columns."""
    table_name = columns[0].table.name
    return Index(
        f"{table_name}_{name}_ix",
        *columns,
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )
