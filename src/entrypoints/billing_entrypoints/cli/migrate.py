"""`billing migrate`: make the database or bring it up to date."""

from __future__ import annotations

import argparse
from typing import Any

from billing_entrypoints.cli.arguments import add_common
from billing_entrypoints.cli.session import DONE, Session


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `migrate`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "migrate",
        help="建立数据库或升级到当前版本",
        description="可以重复运行；已是最新时不改动。",
    )
    parser.set_defaults(handler=migrate)
    add_common(parser)


def migrate(session: Session) -> int:
    """Bring the schema to the program's version; running it again changes nothing."""
    from billing_entrypoints.bootstrap import migrate_database  # noqa: PLC0415 - help needs no database

    done = migrate_database(session.settings)
    changed = done.before != done.after
    session.console.answer(
        {"from": done.before, "to": done.after, "changed": changed},
        (f"数据库已升级到 {done.after}" if changed else f"数据库已是最新（{done.after}）")
        + f"：{session.settings.database_place}",
    )
    return DONE
