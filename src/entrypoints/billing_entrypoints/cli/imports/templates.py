"""`billing template`: the workbook to fill in, one row per house (rule 3.2)."""

from __future__ import annotations

import argparse
from typing import Any

from billing_entrypoints.cli.arguments import add_common, add_community
from billing_entrypoints.cli.company.lookups import find_place
from billing_entrypoints.cli.files import write_file
from billing_entrypoints.cli.session import DONE, Session


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `template`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "template", help="下载缴费单模板或住户模板"
    )
    add_community(parser)
    parser.add_argument(
        "--out", required=True, metavar="文件", help="写到这个 xlsx 文件，已有的会被替换"
    )
    parser.add_argument(
        "--kind",
        choices=("bills", "residents"),
        default="bills",
        help="bills 缴费单（默认）或 residents 住户",
    )
    parser.set_defaults(handler=write_template)
    add_common(parser)


def write_template(session: Session) -> int:
    """Write a community's template to a file."""
    place, application = find_place(session), session.application
    here = place.community.id
    if session.arguments.kind == "residents":
        content = application.import_residents.template(place.actor, community_id=here)
    else:
        content = application.import_bills.template(place.actor, community_id=here)
    path = write_file(session.arguments.out, content)
    session.console.answer(
        {"file": str(path), "bytes": len(content)}, f"已写入{place.label}的模板：{path}"
    )
    return DONE
