"""What a preview found, as JSON and as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs

from billing_domain.model.imports.bill_row import BillDraft
from billing_domain.model.imports.bill_sheet import BillSheet
from billing_domain.model.imports.request import ImportPreview, Sheet
from billing_domain.model.sheet import ProblemCounts, RowProblem
from billing_domain.words.zh import problem_sentence
from billing_entrypoints.cli.console import table
from billing_entrypoints.words import commands as words
from billing_entrypoints.words.labels import label

NOTHING_READ: Final[dict[str, object]] = {
    "rows": [],
    "problems": [],
    "counts": {"rows": 0, "errors": 0, "warnings": 0, "notes": 0},
    "total_fen": 0,
    "importable": False,
}
"""The preview of a file that was refused whole."""


def preview_data(preview: ImportPreview[BillSheet], community_name: str) -> dict[str, object]:
    """Return a preview as machines read it; rows count as a spreadsheet shows them."""
    sheet = preview.sheet
    return {
        "rows": [_draft_data(draft, community_name) for draft in sheet.drafts],
        **problems_report(preview),
        "total_fen": sheet.total.fen,
        "importable": sheet.importable,
    }


def problems_report(found: Sheet | ImportPreview[Any]) -> dict[str, object]:
    """Return the problems of a sheet or a preview with their sentences, and how many there are."""
    return {"problems": problems_data(found.problems), "counts": attrs.asdict(found.counts)}


def problems_data(problems: Sequence[RowProblem]) -> list[dict[str, object]]:
    """Return problems with their sentences."""
    return [
        {
            "row": problem.row,
            "column": problem.column,
            "severity": problem.severity.value,
            "code": problem.code,
            "message": problem_sentence(problem),
        }
        for problem in problems
    ]


def problems_text(problems: Sequence[RowProblem]) -> str:
    """Return problems as a table for people."""
    return table(
        words.PROBLEM_COLUMNS,
        [
            (
                str(problem.row),
                problem.column or words.WHOLE_ROW,
                label(problem.severity),
                problem_sentence(problem),
            )
            for problem in problems
        ],
    )


def counts_text(counts: ProblemCounts) -> str:
    """Return the numbers of rows and problems as a line."""
    return words.PROBLEM_COUNTS.format_map(attrs.asdict(counts))


def _draft_data(draft: BillDraft, community_name: str) -> dict[str, object]:
    return {
        "row": draft.row,
        "house": f"{community_name}/{draft.house.address.text}",
        "fee_type": draft.fee_type.label,
        "amount_fen": draft.amount.fen,
        "first_day": draft.period.first_day.isoformat(),
        "last_day": draft.period.last_day.isoformat(),
        "remark": draft.remark,
    }
