"""`billing migrate`: make the database or bring it up to date."""

from __future__ import annotations

from typing import Final

from billing_entrypoints.cli.arguments import Command
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words


def migrate(session: Session) -> int:
    """Bring the schema to the program's version; running it again changes nothing."""
    from billing_entrypoints.bootstrap import migrate_database  # noqa: PLC0415 - help needs no database

    done = migrate_database(session.settings)
    changed = done.before != done.after
    session.console.answer(
        {"from": done.before, "to": done.after, "changed": changed},
        (words.MIGRATED if changed else words.UP_TO_DATE).format(
            version=done.after, place=session.settings.database_place
        ),
    )
    return DONE


COMMANDS: Final = (Command("migrate", migrate),)
