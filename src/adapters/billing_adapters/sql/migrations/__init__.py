"""The schema's history: one revision per change, applied in order by `upgrade`.

A new revision is a new file in `versions/`, written by hand, that says `down_revision` of the one
before. It repeats table definitions instead of importing `tables.py`, which goes on changing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from billing_domain.errors import StorageUnusableError

_LOCK: Final = 7_205_759_403
"""Any number that no other program uses for a lock of this database."""


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Bring the schema to a revision in one transaction; processes that start together queue."""
    with engine.begin() as connection:
        _lock(connection)
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """Take the schema back to a revision (`base` for none) in one transaction."""
    with engine.begin() as connection:
        _lock(connection)
        command.downgrade(_config(connection), to)


def current_revision(engine: Engine) -> str | None:
    """Return the revision that the database is at, None before the first."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Return the revision that this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None  # noqa: S101 - the package carries at least one
    return head


def revisions() -> list[str]:
    """Return every revision, oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in scripts][::-1]


def check_head(engine: Engine) -> None:
    """Raise StorageUnusableError unless the database is at the head revision."""
    current, head = current_revision(engine), head_revision()
    if current != head:
        detail = f"at {current or 'no revision'}, {head} is needed"
        raise StorageUnusableError(reason="schema", detail=detail)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
