"""`billing import`: bills from a sheet, all rows or none (rules 3.11, 3.12)."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Final

import attrs

from billing_domain.errors import (
    BillingError,
    FileImportedBeforeError,
    ImportRefusedError,
    ImportUnconfirmedError,
)
from billing_domain.model.imports.request import ImportRequest
from billing_domain.words.zh import sentence
from billing_entrypoints.cli.arguments import add_command, add_common, add_community, add_template
from billing_entrypoints.cli.company.lookups import Place, find_place
from billing_entrypoints.cli.console import facts
from billing_entrypoints.cli.imports.sheet_report import (
    counts_data,
    problems_data,
    problems_text,
)
from billing_entrypoints.cli.imports.uploads import open_upload
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session
from billing_entrypoints.words import commands as words

_NOTHING_IMPORTED: Final[dict[str, object]] = {
    "imported": 0,
    "total_fen": 0,
    "batch_id": None,
    "problems": [],
}


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `import`."""
    parser = add_command(commands, "import", import_bills, when_refused=_NOTHING_IMPORTED)
    parser.add_argument("file")
    add_community(parser)
    add_template(parser)
    parser.add_argument("--confirm-warnings", action="store_true")
    parser.add_argument("--request-key")
    add_common(parser)


def import_bills(session: Session) -> int:
    """Import a sheet in one transaction, or refuse with every problem listed.

    Each run is a request of its own, so that a repeated command is seen as the same file once
    more; with `--request-key` the same key and file are one request however often they come.
    """
    place, arguments = find_place(session), session.arguments
    request = open_upload(session, place, request_key=uuid.uuid4().hex)
    if arguments.request_key:
        named = f"{arguments.request_key}\n{request.file_hash}\n{request.profile_key}"
        key = hashlib.sha256(named.encode()).hexdigest()[:32]
        request = attrs.evolve(request, request_key=key)
    try:
        batch = session.application.import_bills.import_bills(
            place.actor, request=request, confirm_warnings=arguments.confirm_warnings
        )
    except (ImportRefusedError, ImportUnconfirmedError, FileImportedBeforeError) as error:
        raise _refusal(session, place, request, error) from error
    shown = {
        words.COMMUNITY: place.label,
        words.FILE: batch.file_name,
        words.TOTAL: words.ROWS_TOTAL.format(rows=batch.rows, total=batch.total),
        words.BATCH: batch.id,
    }
    session.console.answer(
        {"imported": batch.rows, "total_fen": batch.total.fen, "batch_id": batch.id},
        f"{words.IMPORTED}\n{facts(shown)}",
    )
    return DONE


def _refusal(
    session: Session, place: Place, request: ImportRequest, error: BillingError
) -> CommandRefusedError:
    """Return why nothing was imported, with every problem of the sheet."""
    sheet = session.application.import_bills.preview(place.actor, request=request).sheet
    advice = "" if isinstance(error, ImportRefusedError) else words.CONFIRM
    return CommandRefusedError(
        error.code,
        words.NOT_IMPORTED.format(why=sentence(error), advice=advice),
        data={"problems": problems_data(sheet.problems), "counts": counts_data(sheet.counts)},
        details=problems_text(sheet.problems),
    )
