"""Billing periods, and the two ways to write a date (rule 3.8)."""

import calendar
import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import DateTextError, PeriodOrderError
from billing_domain.model.period import (
    LIFETIME_YEARS,
    BillingPeriod,
    DateForm,
    PeriodEdge,
    chinese_day,
    in_forms,
    parse_day,
)
from billing_domain.model.sheet import Cell
from billing_domain.testing.strategies import Written, billed_days, unreadable_days, written_days
from billing_domain.testing.strategies.written import FULL_WIDTH

EDGES = st.sampled_from(PeriodEdge)
NUMBERS = ["2026", "２０２６", "26", "1", "01", "１2", "31", "13", "0", "2027", ""]
MARKS = st.sampled_from(
    [
        *[["年", "月", "日"], ["年", "月", ""], [" 年", "月 ", "日\u200b"], ["月", "日", "年"]],
        *[["-", "-", ""], ["/", "/", " 0:00"], [".", ".", ""], ["－", "－", ""]],
        *[["", "", ""], [" ", " ", " "]],
    ]
)


class TestParseDay:
    @given(st.data(), EDGES, st.sets(st.sampled_from(DateForm), min_size=1))
    def test_reads_every_way_to_write_a_day(
        self, data: st.DataObject, edge: PeriodEdge, forms: set[DateForm]
    ) -> None:
        written: Written[date] = data.draw(written_days(billed_days(), edge, tuple(forms)))

        assert parse_day(written.cell, edge=edge, forms=forms) == written.means  # type: ignore[arg-type]

    @given(st.integers(1990, 2110), st.integers(0, 14), st.integers(0, 33), EDGES)
    def test_agrees_with_the_calendar(
        self, year: int, month: int, day: int, edge: PeriodEdge
    ) -> None:
        text = f"{year}年{month}月{day}日"
        if 2000 <= year <= 2099 and is_day(year, month, day):
            assert parse_day(text, edge=edge) == date(year, month, day)
        else:
            with pytest.raises(DateTextError) as error:
                parse_day(text, edge=edge)
            wanted = "year" if is_day(year, month, day) else "no_such_day"
            assert error.value.reason == wanted

    @given(st.lists(st.sampled_from(NUMBERS), min_size=3, max_size=3), MARKS, MARKS, EDGES)
    def test_accepts_no_text_but_a_year_a_month_and_a_day(
        self, numbers: list[str], marks: list[str], others: list[str], edge: PeriodEdge
    ) -> None:
        """An independent reading: the numbers as they stand, marks of one kind between them."""
        mixed = [*marks[:2], others[2]]
        text = "".join(number + mark for number, mark in zip(numbers, mixed, strict=True))
        try:
            day = parse_day(text, edge=edge)
        except DateTextError:
            return
        year, month, *days = re.findall(r"[0-9]+", unicodedata.normalize("NFKC", text))
        first = date(int(year), int(month), int(days[0]) if days else 1)

        assert len(year) == 4
        assert len({mark.strip() for mark in mixed[:2]}) == 1 or mixed[0].strip() == "年"
        assert (day == first) if days else (day.year, day.month) == (first.year, first.month)

    @given(st.integers(2000, 2099), st.integers(1, 12))
    def test_takes_a_month_for_its_first_day_as_a_start_and_its_last_as_an_end(
        self, year: int, month: int
    ) -> None:
        for text in (f"{year}年{month}月", f" {year}年{month:02}月 "):
            start = parse_day(text, edge=PeriodEdge.START)
            end = parse_day(text, edge=PeriodEdge.END)

            assert (start.day, (start.year, start.month)) == (1, (year, month))
            assert (end + timedelta(days=1)).day == 1
            assert (end.year, end.month) == (year, month)

    @given(
        billed_days(),
        st.sampled_from("-/."),
        st.sampled_from(["{}", "{:02}"]),
        st.sampled_from(["", " 0:00", " 08:30:00", "T23:59:59.997"]),
    )
    def test_reads_year_first_numbers_whatever_the_template_asks(
        self, day: date, mark: str, digits: str, clock: str
    ) -> None:
        text = mark.join([str(day.year), digits.format(day.month), digits.format(day.day)]) + clock

        for shown in (text, f"\u200b {text}", text.translate(FULL_WIDTH)):
            assert parse_day(shown, edge=PeriodEdge.END) == day
            assert not in_forms(shown, [DateForm.CHINESE])

    @given(billed_days(), EDGES)
    def test_folds_blanks_that_part_no_numbers(self, day: date, edge: PeriodEdge) -> None:
        text = f"{day.year} 年 {day.month}\u3000月\n{day.day} 日"

        assert parse_day(text, edge=edge) == day
        assert in_forms(text, [DateForm.CHINESE])

    @given(unreadable_days().filter(lambda cell: isinstance(cell, str | date)), EDGES)
    def test_refuses_anything_else(self, cell: Cell, edge: PeriodEdge) -> None:
        with pytest.raises(DateTextError):
            parse_day(cell, edge=edge, forms=tuple(DateForm))  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            *[("", "format"), ("2019", "format"), ("2019年", "format"), ("19年1月", "format")],
            *[("2019年1月5", "format"), ("2019年1 2月", "format"), ("2019年001月", "format")],
            *[("2019-01/05", "format"), ("2019/1", "format"), ("2019年1月5日起", "format")],
            *[("2019.1.5 25:61", "format"), ("2019年٣月", "format"), ("5/1/2019", "format")],
            *[("20190105", "format"), ("19-1-5", "format"), ("2019-1-5 6-7", "format")],
            *[("2019年13月", "no_such_day"), ("2019年0月", "no_such_day")],
            *[("2019年2月29日", "no_such_day"), ("0000年1月1日", "no_such_day")],
            *[("1999年12月31日", "year"), ("2100年1月", "year")],
        ],
    )
    def test_says_why(self, text: str, reason: str) -> None:
        with pytest.raises(DateTextError) as error:
            parse_day(text, edge=PeriodEdge.START)

        forms = ("CHINESE",) if reason == "format" else ()
        assert (error.value.text, error.value.reason, error.value.forms) == (text, reason, forms)

    def test_repeats_no_more_than_64_characters(self) -> None:
        with pytest.raises(DateTextError) as error:
            parse_day("年" * 1_000, edge=PeriodEdge.START)

        assert len(error.value.text) == 64

    def test_leaves_the_time_of_a_date_cell_away(self) -> None:
        assert parse_day(datetime(2026, 3, 5, 23, 59), edge=PeriodEdge.END) == date(2026, 3, 5)  # noqa: DTZ001

    def test_says_which_day_is_out_of_range(self) -> None:
        with pytest.raises(DateTextError) as error:
            parse_day(date(1999, 12, 31), edge=PeriodEdge.START)

        assert (error.value.text, error.value.reason) == ("1999-12-31", "year")
        assert error.value.years == (2000, 2099)

    def test_takes_the_years_of_a_lifetime_where_asked(self) -> None:
        day = parse_day("1937年7月7日", edge=PeriodEdge.START, years=LIFETIME_YEARS)

        assert day == date(1937, 7, 7)

    @pytest.mark.parametrize(
        ("forms", "text"),
        [([DateForm.HYPHENS], "2026-3-05"), ([DateForm.SLASHES], "2026/03/5")],
    )
    def test_takes_the_forms_of_a_profile(self, forms: Collection[DateForm], text: str) -> None:
        assert parse_day(text, edge=PeriodEdge.END, forms=forms) == date(2026, 3, 5)
        with pytest.raises(DateTextError):
            parse_day("2026年3月5日", edge=PeriodEdge.END, forms=forms)


class TestBillingPeriod:
    @given(billed_days(), billed_days())
    def test_ends_no_earlier_than_it_starts(self, first: date, last: date) -> None:
        if first <= last:
            assert BillingPeriod(first, last).first_day == first
        else:
            with pytest.raises(PeriodOrderError) as error:
                BillingPeriod(first, last)
            assert error.value.facts == {"first_day": first, "last_day": last}


class TestChineseDay:
    @given(billed_days(), EDGES)
    def test_is_read_back(self, day: date, edge: PeriodEdge) -> None:
        assert parse_day(chinese_day(day), edge=edge) == day

    def test_has_no_leading_zeros(self) -> None:
        assert chinese_day(date(2018, 1, 9)) == "2018年1月9日"


def is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
