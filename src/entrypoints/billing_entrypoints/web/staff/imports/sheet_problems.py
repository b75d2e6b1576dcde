"""The problems of an uploaded sheet as its preview shows them: some of them, all counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from billing_domain.model.sheet import ProblemCounts, RowProblem, Severity

SHOWN_MAX: Final = 100


@attrs.frozen
class ProblemTable:
    """The first lines of one severity, or of all; `total` counts those left out too."""

    severity: Severity | None
    counts: ProblemCounts
    lines: tuple[RowProblem, ...]
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
    lines = tuple(chosen[:SHOWN_MAX])
    return ProblemTable(severity, counts, lines, len(chosen))
