"""The problems of an uploaded sheet as its preview shows them: some of them, all counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from billing_domain.model.sheet import ProblemCounts, RowProblem, Severity
from billing_domain.words.zh import problem_sentence

SHOWN_MAX: Final = 100
SEVERITY_LABELS: Final[Mapping[Severity, str]] = {
    Severity.ERROR: "错误",
    Severity.WARNING: "提醒",
    Severity.NOTE: "提示",
}
# What to do, where the sentence itself does not say it.
_ADVICE: Final[Mapping[str, str]] = {
    "column_ignored": "无需处理",
    "fee_type_other": "如需其它类型，请改成十种费用类型之一",
    "file_imported_before": "不是有意再次导入的话，请不要导入",
    "house_not_found": "请改成小区里已有的地址；新房屋请先在“房屋住户”添加",
    "period_order": "请改正开始时间或结束时间",
    "remark_too_long": "请删减备注",
    "resident_registered": "无需处理",
    "resident_repeated": "无需处理",
    "same_charge_before": "是重复收费的话，请删除该行后重新上传",
    "same_charge_in_file": "是重复的行的话，请删除其中一行后重新上传",
}


@attrs.frozen
class ProblemLine:
    """One line of the problem table: where, how grave, what is wrong, and what to do."""

    row: int
    column: str
    severity: Severity
    text: str
    advice: str

    @property
    def label(self) -> str:
        """The severity in a word."""
        return SEVERITY_LABELS[self.severity]


@attrs.frozen
class ProblemTable:
    """The first lines of one severity, or of all; `total` counts those left out too."""

    severity: Severity | None
    counts: ProblemCounts
    lines: tuple[ProblemLine, ...]
    total: int

    @property
    def cut(self) -> bool:
        """Whether there are more problems than are shown."""
        return self.total > len(self.lines)


def parse_severity(text: str) -> Severity | None:
    """Return the severity that an address asks for; anything unknown means all."""
    return next((severity for severity in Severity if severity.value == text), None)


def problem_table(
    problems: Sequence[RowProblem], counts: ProblemCounts, severity: Severity | None
) -> ProblemTable:
    """Return the problems to show: graver ones first, then by row as they were found."""
    order = list(Severity)
    chosen = [each for each in problems if severity in {None, each.severity}]
    chosen.sort(key=lambda problem: order.index(problem.severity))
    lines = tuple(_line(problem) for problem in chosen[:SHOWN_MAX])
    return ProblemTable(severity, counts, lines, len(chosen))


def _line(problem: RowProblem) -> ProblemLine:
    return ProblemLine(
        row=problem.row,
        column=problem.column,
        severity=problem.severity,
        text=problem_sentence(problem),
        advice=_ADVICE.get(problem.code, ""),
    )
