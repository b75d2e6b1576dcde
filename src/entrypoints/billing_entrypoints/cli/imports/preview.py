"""`billing preview`: what an import would do, and every problem of every row (rule 3.1)."""

from __future__ import annotations

from typing import Any

from billing_domain.model.imports.bill_sheet import BillSheet
from billing_entrypoints.cli.arguments import add_command, add_common, add_community, add_template
from billing_entrypoints.cli.company.lookups import Place, find_place
from billing_entrypoints.cli.console import facts
from billing_entrypoints.cli.imports.sheet_report import (
    NOTHING_READ,
    counts_text,
    preview_data,
    problems_text,
)
from billing_entrypoints.cli.imports.uploads import open_upload
from billing_entrypoints.cli.session import DONE, REFUSED, Session
from billing_entrypoints.words import commands as words


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `preview`."""
    parser = add_command(commands, "preview", preview, when_refused=NOTHING_READ)
    parser.add_argument("file")
    add_community(parser)
    add_template(parser)
    add_common(parser)


def preview(session: Session) -> int:
    """Show a sheet's sum and problems; refused when any row has an error."""
    place = find_place(session)
    request = open_upload(session, place, request_key="preview")
    sheet = session.application.import_bills.preview(place.actor, request=request).sheet
    data = preview_data(sheet, place.community.name)
    summary = _summary(session, place, sheet)
    if not sheet.importable:
        # The answer to machines stays a preview: it was made, only its content is refused.
        session.console.refuse(
            data,
            f"{problems_text(sheet.problems)}\n{summary}\n{words.HAS_ERRORS}",
        )
        return REFUSED
    found = f"{problems_text(sheet.problems)}\n" if sheet.problems else ""
    end = words.HAS_WARNINGS if sheet.counts.warnings else words.IMPORTABLE
    session.console.answer(data, f"{found}{summary}\n{end}")
    return DONE


def _summary(session: Session, place: Place, sheet: BillSheet) -> str:
    return facts(
        {
            words.COMMUNITY: place.label,
            words.FILE: session.arguments.file,
            words.CHECK: counts_text(sheet.counts),
            words.TOTAL: words.ROWS_TOTAL.format(rows=len(sheet.drafts), total=sheet.total),
        }
    )
