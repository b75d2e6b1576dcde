"""`billing residents`: houses and residents from a sheet (rule 3.14)."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.errors import ImportRefusedError
from billing_entrypoints.cli.arguments import add_common, add_community
from billing_entrypoints.cli.company.lookups import find_place
from billing_entrypoints.cli.files import read_upload
from billing_entrypoints.cli.imports.sheet_report import (
    counts_data,
    problems_data,
    problems_text,
)
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.messages_zh import sentence

_NOTHING_ADDED: dict[str, object] = {"houses": 0, "residents": 0, "problems": []}


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `residents import`."""
    group = commands.add_parser("residents", help="房屋和住户：导入").add_subparsers(
        title="命令", metavar="命令", required=True
    )
    parser: argparse.ArgumentParser = group.add_parser("import", help="从住户模板导入房屋和住户")
    parser.add_argument("file", metavar="文件", help="csv、xls 或 xlsx")
    add_community(parser)
    parser.set_defaults(handler=import_residents, when_refused=_NOTHING_ADDED)
    add_common(parser)


def import_residents(session: Session) -> int:
    """Add the new houses and residents of a sheet, all or none."""
    place = find_place(session)
    use_case, actor, here = session.application.import_residents, place.actor, place.community.id
    table = use_case.open_file(actor, content=read_upload(session.arguments.file))
    try:
        done = use_case.import_residents(actor, community_id=here, table=table)
    except ImportRefusedError as error:
        sheet = use_case.preview(actor, community_id=here, table=table)
        raise CommandRefusedError(
            error.code,
            sentence(error),
            data={
                "problems": problems_data(sheet.problems),
                "counts": counts_data(sheet.counts),
            },
            details=problems_text(sheet.problems),
        ) from error
    text = f"已在{place.label}新增 {done.houses} 个房屋、{done.residents} 位住户"
    nothing = f"{place.label}没有新增：文件里的住户都已登记"
    found = f"{problems_text(done.problems)}\n" if done.problems else ""
    session.console.answer(
        {
            "houses": done.houses,
            "residents": done.residents,
            "problems": problems_data(done.problems),
        },
        f"{found}{text if done.houses or done.residents else nothing}",
    )
    return DONE
