"""The schema's history: one revision per change, applied in order by `upgrade`.

A revision names what it makes and fails where something of that name stands: in the same database
may be tables of others, which are never adopted, changed or dropped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnClause, Connection, Engine, column, inspect, select, table

from billing_adapters.sql.tables import METADATA
from billing_domain.errors import StorageUnusableError

VERSION_TABLE: Final = "billing_alembic_version"
"""Where the revision is kept; `alembic_version` is the host's own, if it has one."""

_LOCK: Final = 7_205_759_403
"""Any number that no other program uses for a lock of this database."""

_OLD: Final = frozenset({"0001", "0002", "0003", "0004"})
"""Revisions of programs before the first version, whose tables had no prefix."""

_OLD_VERSIONS: Final = "alembic_version"
_OLD_TABLE: Final = "house_grams"
"""One of their tables, with a name that nobody else gives."""


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Bring the schema to a revision in one transaction; processes that start together queue.

    Raises StorageUnusableError naming why it can't: `schema_old`, `schema_newer`, or
    `schema_taken` when tables or views of others have the names.
    """
    with engine.begin() as connection:
        _lock(connection)
        current = _revision(connection)
        _check_known(connection, current)
        if current is None:
            _check_free(connection)
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """Take the schema back to a revision (`base` for none) in one transaction."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), to)


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database is at, None before the first."""
    with engine.connect() as connection:
        return _revision(connection)


def head_revision() -> str:
    """Return the revision that this program needs."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def check_head(engine: Engine) -> None:
    """Raise StorageUnusableError unless the database is at the head revision."""
    with engine.connect() as connection:
        current = _revision(connection)
        _check_known(connection, current)
    if current != (head := head_revision()):
        detail = f"at {current or 'no revision'}, {head} is needed"
        raise StorageUnusableError(reason="schema", detail=detail)


def _check_known(connection: Connection, current: str | None) -> None:
    """Raise StorageUnusableError for tables of a program before or after this one."""
    known = revisions()
    if current is not None and current not in known:
        detail = f"at {current}, this program knows {known[-1]}"
        raise StorageUnusableError(reason="schema_newer", detail=detail)
    if current is None and (old := _old_revision(connection)) is not None:
        raise StorageUnusableError(reason="schema_old", detail=old)


def _check_free(connection: Connection) -> None:
    """Raise StorageUnusableError where others have a table or view of a name of ours."""
    there = inspect(connection)
    names = {*there.get_table_names(), *there.get_view_names()}
    if taken := sorted(names & METADATA.tables.keys()):
        raise StorageUnusableError(reason="schema_taken", detail=", ".join(taken))


def _old_revision(connection: Connection) -> str | None:
    """Return which of the old revisions the database is at, None for tables of others."""
    there = inspect(connection)
    if not (there.has_table(_OLD_TABLE) and there.has_table(_OLD_VERSIONS)):
        return None
    revision: ColumnClause[str] = column("version_num")
    found = connection.execute(select(revision).select_from(table(_OLD_VERSIONS, revision)))
    return next((each for each in found.scalars() if each in _OLD), None)


def _revision(connection: Connection) -> str | None:
    options = {"version_table": VERSION_TABLE}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, version_table=VERSION_TABLE)
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
