"""One transaction as the repositories share it, and the ways they write through it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlalchemy import (
    Column,
    Connection,
    Index,
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

from billing_adapters.sql.tables import METADATA
from billing_adapters.sql.tables.company import communities
from billing_domain.errors import BillingError, StaleError, ThingNotFoundError
from billing_domain.model.company.community import CommunityId, CompanyId

Values = Mapping[str, Any]
"""A row to write, by column name."""


@attrs.frozen(str=False)
class BrokenConstraintError(Exception):
    """A statement broke a constraint that no port speaks of: a programming mistake."""

    name: str

    def __str__(self) -> str:
        """Return the name of the constraint."""
        return self.name


@attrs.define
class Transaction:
    """An open transaction; `spoiled` once a refusal left a part of a step behind.

    What is put on `until_end` is left when the unit of work ends.
    """

    connection: Connection
    until_end: ExitStack
    spoiled: bool = False

    def insert(self, table: Table, rows: Sequence[Values]) -> None:
        """Insert rows in one batch."""
        if rows:
            with self.refusing():
                self.connection.execute(insert(table), rows)

    def replace_version(
        self, key: Column[Any], values: Values, *, kind: str, where: Values | None = None
    ) -> None:
        """Replace the version before the given one in one guarded step; raise StaleError.

        `key` is the column that identifies the row, `where` holds further equalities.
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

    def companies_of(self, ids: Collection[CommunityId]) -> dict[CommunityId, CompanyId]:
        """Return the companies of communities; raise ThingNotFoundError for an unknown one."""
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
        """Raise the error named after a constraint that the statements inside break.

        Any other constraint is BrokenConstraintError. Afterwards the transaction can only be
        undone: a batch may have come half way.
        """
        try:
            yield
        except BrokenConstraintError as error:
            raise errors.get(error.name) or error from None
        except IntegrityError as error:
            self.spoiled = True
            name = _broken_constraint(error)
            # The driver's error tells whole rows, with names and phones: it ends here (P45).
            raise errors.get(name) or BrokenConstraintError(name) from None
        except BillingError:
            self.spoiled = True
            raise


@lru_cache(maxsize=64)
def _versioned(key: Column[Any], names: tuple[str, ...], same: tuple[str, ...]) -> Update:
    """Return the guarded update of a table: made once, since making it costs more than running."""
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
    """Return the name of the constraint, empty when the driver names none."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name = diagnosis.constraint_name or ""
        return name if name in _NAMES else _of_partition(diagnosis) or name
    columns = str(error.orig).removeprefix("UNIQUE constraint failed: ")
    return _UNIQUE.get(columns, "")


def _of_partition(diagnosis: Any) -> str:  # noqa: ANN401 - the driver's
    """Return the name of what PostgreSQL calls otherwise in a partition; empty for nothing known.

    A partition's name begins with its table's. Of the detail only the columns are read.
    """
    partition = diagnosis.table_name or ""
    found = re.search(r"\(([a-z_, ]+)\)=", diagnosis.message_detail or "")
    tables = [name for name in METADATA.tables if partition.startswith(f"{name}_")]
    if found is None or not tables:
        return ""
    table = max(tables, key=len)
    return _UNIQUE.get(", ".join(f"{table}.{column}" for column in found[1].split(", ")), "")


def _unique_constraints() -> Iterator[tuple[str, str]]:
    """Yield the columns, as SQLite lists them, and the name of what makes them unique."""
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
