"""`billing template`: the workbook to fill in, one row per house (rule 3.2)."""

from __future__ import annotations

from typing import Any

from billing_entrypoints.cli.arguments import add_command, add_common, add_community
from billing_entrypoints.cli.company.lookups import find_place
from billing_entrypoints.cli.files import write_file
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `template`."""
    parser = add_command(commands, "template", write_template)
    add_community(parser)
    parser.add_argument("--out", required=True)
    parser.add_argument("--kind", choices=("bills", "residents"), default="bills")
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
        {"file": str(path), "bytes": len(content)},
        words.TEMPLATE_WRITTEN.format(place=place.label, path=path),
    )
    return DONE
