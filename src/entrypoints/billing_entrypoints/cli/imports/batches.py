"""`billing imports`: list the imports of a community, withdraw one (rule 3.16)."""

from __future__ import annotations

from typing import Final

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BatchId
from billing_domain.ports.imports import ImportRow
from billing_domain.ports.paging import PAGE_ROWS, PAGE_ROWS_MAX
from billing_entrypoints.cli.arguments import IN_COMMUNITY, PLAIN, Command, whole_number
from billing_entrypoints.cli.company.lookups import find_place
from billing_entrypoints.cli.console import table
from billing_entrypoints.cli.session import DONE, Session
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.formats import moment_text

_NOTHING_WITHDRAWN: Final[dict[str, object]] = {"withdrawn": 0}


def show_imports(session: Session) -> int:
    """List the last imports of a community, newest first."""
    place = find_place(session)
    found = session.application.manage_imports.page(
        place.actor,
        community_id=place.community.id,
        rows=session.arguments.limit,
    )
    lines = [_cells(row) for row in found.rows]
    session.console.answer(
        {"imports": [_data(row) for row in found.rows]},
        table(words.IMPORT_COLUMNS, lines) if lines else words.NO_IMPORTS,
    )
    return DONE


def withdraw_import(session: Session) -> int:
    """Move all bills of an import to 回收站, all or none."""
    place, batch_id = find_place(session), BatchId(session.arguments.id)
    manage = session.application.manage_imports
    row = manage.row(place.actor, batch_id=batch_id)
    if row.batch.community_id != place.community.id:
        raise ThingNotFoundError(kind="import_batch", id=batch_id)
    manage.withdraw(place.actor, batch_id=batch_id)
    session.console.answer(
        {"withdrawn": row.left},
        words.IMPORT_WITHDRAWN.format(file=row.batch.file_name, count=row.left),
    )
    return DONE


def _cells(row: ImportRow) -> tuple[str, ...]:
    batch = row.batch
    state = words.WITHDRAWN if batch.withdrawn_at else f"{row.paid}/{row.left}"
    return (
        batch.id,
        batch.file_name,
        moment_text(batch.imported_at),
        batch.imported_by,
        str(batch.rows),
        str(batch.total),
        state,
    )


def _data(row: ImportRow) -> dict[str, object]:
    batch = row.batch
    return {
        "batch_id": batch.id,
        "file_name": batch.file_name,
        "imported_at": batch.imported_at.isoformat(),
        "imported_by": batch.imported_by,
        "rows": batch.rows,
        "total_fen": batch.total.fen,
        "left": row.left,
        "paid": row.paid,
        "withdrawn_at": batch.withdrawn_at.isoformat() if batch.withdrawn_at else None,
        "withdrawable": row.withdrawable,
    }


_LIMIT: Final = {"type": whole_number(1, PAGE_ROWS_MAX), "default": PAGE_ROWS}
COMMANDS: Final = (
    Command("imports list", show_imports, {"--limit": _LIMIT, **IN_COMMUNITY}),
    Command(
        "imports withdraw",
        withdraw_import,
        {"id": PLAIN, **IN_COMMUNITY},
        when_refused=_NOTHING_WITHDRAWN,
    ),
)
