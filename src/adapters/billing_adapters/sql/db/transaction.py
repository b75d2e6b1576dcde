"""The transaction that the repositories of a unit of work share, with its guarded writes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Insert,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Update,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from billing_adapters.sql.db.bulk_insert import bulk_insert
from billing_adapters.sql.db.rows import Values
from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.company import communities
from billing_domain.errors import BillingError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId, CompanyId


@attrs.frozen(str=False)
class BrokenConstraintError(Exception):
    """A statement broke a constraint that no error of a port covers: a programming mistake."""

    name: str

    def __str__(self) -> str:
        """Return the name of the constraint."""
        return self.name


@attrs.define
class Transaction:
    """An open transaction; `spoiled` once a refused step may be half written.

    Context managers on `until_end` exit when the unit of work ends.
    """

    connection: Connection
    until_end: ExitStack
    spoiled: bool = False

    def insert(self, table: Table, rows: Sequence[Values]) -> None:
        """Insert rows with the same columns in one batch."""
        if rows:
            with self.refusing():
                bulk_insert(self.connection, _insert_into(table), rows)

    def replace_version(
        self, key: Column[Any], values: Values, *, kind: str, where: Values | None = None
    ) -> None:
        """Update a row from the previous version to the version in `values`.

        `key` is the column that identifies the row, `where` are further equalities. Raises
        StaleError(kind) unless the row has the previous version.
        """
        same = where or {}
        statement = _versioned(key, tuple(values), tuple(same))
        guard = {
            "old_version": values["version"] - 1,
            "old_key": values[key.name],
            **{f"old_{name}": value for name, value in same.items()},
        }
        with self.refusing():
            done = self.connection.execute(statement, {**values, **guard})
        if done.rowcount != 1:
            raise StaleError(kind=kind, id=values[key.name])

    def add_or_replace(self, key: Column[Any], values: Values, *, kind: str) -> None:
        """Insert version 1 of the only row of `key`, or replace the version before a later one.

        Raises StaleError(kind) when the row exists already or has another version.
        """
        if values["version"] > 1:
            self.replace_version(key, values, kind=kind)
            return
        table: Any = key.table
        exists = StaleError(kind=kind, id=values[key.name])
        with self.refusing(**{f"{table.name}_pk": exists}):
            self.insert(table, [values])

    def companies_of(self, ids: Collection[CommunityId]) -> dict[CommunityId, CompanyId]:
        """Return the company of each community; raise ThingNotFoundError for an unknown id."""
        wanted = set(ids)
        rows = self.connection.execute(
            select(communities.c.id, communities.c.company_id).where(communities.c.id.in_(wanted))
        )
        found = {row.id: row.company_id for row in rows}
        for missing in wanted - found.keys():
            raise ThingNotFoundError(kind="community", id=missing)
        return found

    @contextmanager
    def refusing(self, **errors: BillingError) -> Iterator[None]:
        """Raise the given error when a statement breaks the constraint of that name.

        Any other constraint raises BrokenConstraintError. Afterwards the transaction can only be
        rolled back, since a batch may be half written.
        """
        try:
            yield
        except BrokenConstraintError as error:
            raise errors.get(error.name) or error from None
        except IntegrityError as error:
            self.spoiled = True
            name = _broken_constraint(error)
            # The driver's error quotes rows with names and phones, so it is not chained (P45).
            raise errors.get(name) or BrokenConstraintError(name) from None
        except BillingError:
            self.spoiled = True
            raise


@lru_cache(maxsize=64)
def _versioned(key: Column[Any], names: tuple[str, ...], same: tuple[str, ...]) -> Update:
    """Return the guarded update of a table. Cached: building costs more than running."""
    table = key.table
    return (
        update(table)
        .where(
            key == bindparam("old_key"),
            table.c.version == bindparam("old_version"),
            *(table.c[name] == bindparam(f"old_{name}") for name in same),
        )
        .values({name: bindparam(name, type_=table.c[name].type) for name in names})
    )


def _broken_constraint(error: IntegrityError) -> str:
    """Return the name of the constraint; empty when the driver gives none."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name = diagnosis.constraint_name or ""
        return name if name in _NAMES else _of_partition(diagnosis) or name
    columns = str(error.orig).removeprefix("UNIQUE constraint failed: ")
    return _UNIQUE.get(columns, "")


def _of_partition(diagnosis: Any) -> str:  # noqa: ANN401 - the driver's
    """Return our name of a constraint that has another name in a partition; empty for unknown.

    A partition's name begins with the name of its table. Only the columns of the detail are read.
    """
    partition = diagnosis.table_name or ""
    found = re.search(r"\(([a-z_, ]+)\)=", diagnosis.message_detail or "")
    tables = [name for name in METADATA.tables if partition.startswith(f"{name}_")]
    if found is None or not tables:
        return ""
    table = max(tables, key=len)
    return _UNIQUE.get(", ".join(f"{table}.{column}" for column in found[1].split(", ")), "")


def _unique_constraints() -> Iterator[tuple[str, str]]:
    """Yield the columns of each unique constraint, as SQLite lists them, and its name."""
    for table in METADATA.tables.values():
        for each in (*table.constraints, *table.indexes):
            if isinstance(each, Index) and not each.unique:
                continue
            if not isinstance(each, UniqueConstraint | PrimaryKeyConstraint | Index):
                continue
            columns = ", ".join(f"{table.name}.{column.name}" for column in each.columns)
            yield columns, str(each.name)


_UNIQUE: Final = dict(_unique_constraints())
_NAMES: Final = frozenset(
    str(each.name) for table in METADATA.tables.values() for each in table.constraints
) | frozenset(_UNIQUE.values())


@lru_cache(maxsize=64)
def _insert_into(table: Table) -> Insert:
    """Return the same statement each time, so that its plan is found again."""
    return insert(table)
