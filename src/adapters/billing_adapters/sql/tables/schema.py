"""What all tables share: how constraints are named, and columns that many have."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
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
"""The tables whose modules were imported; `tables.METADATA` is complete."""

PREFIX: Final = "billing_"
"""How the name of everything begins that this program makes in a database."""

GROWS: Final = "grows"
"""The mark, in a table's `info`, of one that gets rows month by month (see `growing_table`)."""


def table(name: str, *items: SchemaItem, **options: Any) -> Table:  # noqa: ANN401 - SQLAlchemy's own
    """Return a table of this program, under its prefix."""
    return Table(f"{PREFIX}{name}", METADATA, *items, **options)


def growing_table(name: str, *items: SchemaItem) -> Table:
    """Return a table that gets rows month by month and can be partitioned by `company_id`.

    So each of its unique keys names the company, behind the columns that say which row it is.
    """
    return table(name, *items, info={GROWS: True})


def company_key(*columns: str) -> PrimaryKeyConstraint:
    """Return the primary key of a growing table."""
    return PrimaryKeyConstraint(*columns, "company_id")


def company_ref(column: str, target: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return the reference to the key of a growing table, `bills.number`, in the same company."""
    name, key = target.split(".")
    keys = [f"{PREFIX}{name}.{key}", f"{PREFIX}{name}.company_id"]
    return ForeignKeyConstraint([column, "company_id"], keys, ondelete=ondelete)


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
    return Column(name, KEY, ForeignKey(f"{PREFIX}{target}.id"), nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[Any]:
    """Return a column of aware moments."""
    return Column(name, UtcDateTime, nullable=nullable)


def version() -> Column[int]:
    """Return the column that guards a row's changes."""
    return Column("version", Integer, nullable=False)
