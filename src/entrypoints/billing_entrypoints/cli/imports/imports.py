"""`billing import`: bills from a sheet, all rows or none (rules 3.11, 3.12)."""

from __future__ import annotations

import argparse
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
from billing_entrypoints.cli.arguments import add_common, add_community, add_template
from billing_entrypoints.cli.company.lookups import Place, find_place
from billing_entrypoints.cli.console import facts
from billing_entrypoints.cli.imports.sheet_report import (
    counts_data,
    problems_data,
    problems_text,
)
from billing_entrypoints.cli.imports.uploads import open_upload
from billing_entrypoints.cli.session import DONE, CommandRefusedError, Session

_NOTHING_IMPORTED: Final[dict[str, object]] = {
    "imported": 0,
    "total_fen": 0,
    "batch_id": None,
    "problems": [],
}
_DESCRIPTION = (
    "导入缴费单：要么全部导入，要么一条也不导入。"
    "同一个文件再次导入会被拒绝，除非加 --confirm-warnings。"
    "脚本重试时请给出 --request-key：同一个请求键只会导入一次。"
)


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `import`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "import", help="导入缴费单", description=_DESCRIPTION
    )
    parser.add_argument("file", metavar="文件", help="csv、xls 或 xlsx")
    add_community(parser)
    add_template(parser)
    parser.add_argument(
        "--confirm-warnings",
        action="store_true",
        help="已核对提醒（重复的缴费单或文件），照样导入",
    )
    parser.add_argument("--request-key", metavar="键", help="任意文字；重试时用同一个键")
    parser.set_defaults(handler=import_bills, when_refused=_NOTHING_IMPORTED)
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
        "小区": place.label,
        "文件": batch.file_name,
        "合计": f"{batch.rows} 条 {batch.total}",
        "批次": batch.id,
    }
    session.console.answer(
        {"imported": batch.rows, "total_fen": batch.total.fen, "batch_id": batch.id},
        f"导入成功\n{facts(shown)}",
    )
    return DONE


def _refusal(
    session: Session, place: Place, request: ImportRequest, error: BillingError
) -> CommandRefusedError:
    """Return why nothing was imported, with every problem of the sheet."""
    sheet = session.application.import_bills.preview(place.actor, request=request).sheet
    advice = "" if isinstance(error, ImportRefusedError) else "；核对后可以加 --confirm-warnings"
    return CommandRefusedError(
        error.code,
        f"没有导入：{sentence(error)}{advice}",
        data={"problems": problems_data(sheet.problems), "counts": counts_data(sheet.counts)},
        details=problems_text(sheet.problems),
    )
