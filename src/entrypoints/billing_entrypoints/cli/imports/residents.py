"""`billing residents`: houses and residents from a sheet (rule 3.14)."""

from __future__ import annotations

from typing import Any

from billing_domain.errors import ImportRefusedError
from billing_domain.words.zh import sentence
from billing_entrypoints.cli.arguments import add_command, add_common, add_community, add_group
from billing_entrypoints.cli.company.lookups import find_place
from billing_entrypoints.cli.files import read_upload
from billing_entrypoints.cli.imports.sheet_report import (
    counts_data,
    problems_data,
    problems_text,
)
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.words import commands as words

_NOTHING_ADDED: dict[str, object] = {"houses": 0, "residents": 0, "problems": []}


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `residents import`."""
    group = add_group(commands, "residents")
    parser = add_command(group, "residents import", import_residents, when_refused=_NOTHING_ADDED)
    parser.add_argument("file")
    add_community(parser)
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
    added = {"houses": done.houses, "residents": done.residents}
    text = words.RESIDENTS_ADDED if any(added.values()) else words.RESIDENTS_KNOWN
    found = f"{problems_text(done.problems)}\n" if done.problems else ""
    session.console.answer(
        {**added, "problems": problems_data(done.problems)},
        found + text.format(place=place.label, **added),
    )
    return DONE
