"""`billing preview`: what an import would do, and every problem of every row (rule 3.1)."""

from __future__ import annotations

import argparse
from typing import Any

from billing_domain.model.imports.bill_sheet import BillSheet
from billing_entrypoints.cli.arguments import add_common, add_community, add_template
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


def add_commands(commands: Any) -> None:  # noqa: ANN401 - argparse has no public type for it
    """Add `preview`."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "preview", help="检查缴费单表格，不导入", description="检查缴费单表格，什么也不改动。"
    )
    parser.add_argument("file", metavar="文件", help="csv、xls 或 xlsx")
    add_community(parser)
    add_template(parser)
    parser.set_defaults(handler=preview, when_refused=NOTHING_READ)
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
            f"{problems_text(sheet.problems)}\n{summary}\n有错误，不能导入；改正后再试。",
        )
        return REFUSED
    found = f"{problems_text(sheet.problems)}\n" if sheet.problems else ""
    end = (
        "有提醒，核对后可以用 --confirm-warnings 导入。" if sheet.counts.warnings else "可以导入。"
    )
    session.console.answer(data, f"{found}{summary}\n{end}")
    return DONE


def _summary(session: Session, place: Place, sheet: BillSheet) -> str:
    return facts(
        {
            "小区": place.label,
            "文件": session.arguments.file,
            "检查": counts_text(sheet.counts),
            "合计": f"{len(sheet.drafts)} 条 {sheet.total}",
        }
    )
