"""Cells as the text that a spreadsheet shows, and counts of problems."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import RemarkTooLongError
from billing_domain.model.sheet import (
    Cell,
    ProblemCounts,
    RowProblem,
    Severity,
    cell_text,
    error_problem,
)
from billing_domain.testing.strategies import cells, row_problems


class TestCellText:
    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            *[(None, ""), ("", ""), (" a \u3000", "a"), (True, "TRUE"), (False, "FALSE")],
            *[(101, "101"), (101.0, "101"), (1.005, "1.005"), (Decimal("1.50"), "1.50")],
            *[(date(2026, 3, 5), "2026-03-05"), (datetime(2026, 3, 5), "2026-03-05")],  # noqa: DTZ001
            (datetime(2026, 3, 5, 6, 7, 8), "2026-03-05T06:07:08"),  # noqa: DTZ001
        ],
    )
    def test_is_what_people_see(self, cell: Cell, text: str) -> None:
        """A house number that became a number cell has no `.0`."""
        assert cell_text(cell) == text

    @given(cells())
    def test_has_no_blanks_around_it(self, cell: Cell) -> None:
        assert cell_text(cell) == cell_text(cell).strip()


class TestProblemCounts:
    @given(st.lists(row_problems()), st.integers(0, 600))
    def test_count_by_severity(self, problems: list[RowProblem], rows: int) -> None:
        counts = ProblemCounts.of(rows, problems)
        severities = [problem.severity for problem in problems]

        assert counts.rows == rows
        assert counts.errors == severities.count(Severity.ERROR)
        assert counts.errors + counts.warnings + counts.notes == len(problems)
        assert counts.notes == severities.count(Severity.NOTE)


class TestErrorProblem:
    def test_carries_the_code_and_the_facts(self) -> None:
        problem = error_problem(7, "备注", RemarkTooLongError(length=501, length_max=500))

        assert problem == RowProblem(
            7, "备注", Severity.ERROR, "remark_too_long", {"length": 501, "length_max": 500}
        )
