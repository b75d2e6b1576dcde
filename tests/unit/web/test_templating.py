"""The filters of the templates, and what escaping does."""

from datetime import UTC, date, datetime

import pytest
from jinja2 import UndefinedError

from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_entrypoints.web.templating import make_templates
from billing_entrypoints.words.formats import (
    breakable,
    clock_text,
    day_of,
    day_text,
    figure,
    moment_text,
    period_text,
)

NIGHT = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)


class TestFilters:
    def test_write_amounts(self) -> None:
        assert figure(Money(130_000_050)) == "1,300,000.50"

    def test_write_moments_in_shanghai(self) -> None:
        assert moment_text(NIGHT) == "2026-11-21 01:05"
        assert (day_of(NIGHT), clock_text(NIGHT)) == ("2026-11-21", "01:05")
        assert moment_text(None) == "--"
        assert day_text(None) == "--"

    @pytest.mark.parametrize(
        ("first", "last", "text"),
        [
            (date(2026, 10, 1), date(2026, 10, 31), "2026.10.01–10.31"),
            (date(2026, 12, 1), date(2027, 1, 31), "2026.12.01–2027.01.31"),
            (date(2026, 10, 1), date(2026, 10, 1), "2026.10.01"),
        ],
    )
    def test_write_periods_without_repeating(self, first: date, last: date, text: str) -> None:
        assert period_text(BillingPeriod(first, last)) == text

    def test_let_addresses_break_after_slashes_alone(self) -> None:
        assert breakable("1号楼/<b>") == "1号楼/<wbr>&lt;b&gt;"


class TestTemplates:
    def test_all_compile(self) -> None:
        templates = make_templates()

        names = templates.list_templates()
        assert len(names) > 20
        for name in names:
            templates.get_template(name)

    def test_escape_what_they_are_given(self) -> None:
        """P44."""
        assert make_templates().from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"

    def test_stumble_over_a_missing_name(self) -> None:
        with pytest.raises(UndefinedError):
            make_templates().from_string("{{ x }}").render()
