"""Bill sheets: any mix of good and bad rows, every problem at its place (rules 3.2-3.12)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import SheetRefusedError, TooManyRowsError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.bill_sheet import ROWS_MAX, BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import NEWSEE, STANDARD, Column, ImportProfile
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from billing_domain.model.sheet import Cell, RowProblem, Severity, SheetRefusal, SheetTable
from billing_domain.testing.strategies import (
    BillSheetCase,
    ExpectedProblem,
    bill_sheet_cases,
    import_profiles,
)

HEADER: list[Cell] = ["房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注"]
EXAMPLE: list[Cell] = list(STANDARD.example_row or ())
GOOD: list[Cell] = ["1号楼/1单元/101", "物业费", "1300", "2026年1月", "2026年2月", "一"]
HOUSES = [
    House(HouseId(str(number)), CommunityId("c"), HouseAddress(f"1号楼/1单元/10{number}"))
    for number in (1, 2)
]
BOOK = AddressBook("幸福家园", HOUSES)


class TestAnySheet:
    @given(bill_sheet_cases())
    def test_gives_every_good_row_and_every_problem_at_its_place(
        self, case: BillSheetCase
    ) -> None:
        sheet = read_bill_sheet(case.table, case.profile, case.book)

        assert sheet.drafts == case.drafts
        assert tuple(sorted(map(expected, sheet.problems))) == case.problems
        assert [each.row for each in sheet.problems] == [each.row for each in case.problems]
        assert sheet.rows == sheet.counts.rows == case.rows

    @given(bill_sheet_cases(import_profiles()))
    def test_is_importable_without_an_error_alone(self, case: BillSheetCase) -> None:
        """All or nothing: notes and warnings do not forbid, one error does (rule 3.11)."""
        sheet = read_bill_sheet(case.table, case.profile, case.book)
        errors = [problem for problem in case.problems if problem.severity == "error"]

        assert sheet.counts.errors == len(errors)
        assert sheet.importable is not bool(errors)
        assert sheet.total == Money(sum(draft.amount.fen for draft in case.drafts))


class TestUnfilledRows:
    """The template holds one row per house; those left unfilled are no errors (rule 3.2)."""

    def test_are_left_out(self) -> None:
        sheet = read([GOOD[0]], GOOD, ["  1号楼/1单元/102 ", "", None, " "], [None], [])

        assert sheet.rows == 1
        assert [draft.row for draft in sheet.drafts] == [3]
        assert not sheet.problems

    def test_alone_are_refused(self) -> None:
        assert refusal(EXAMPLE, [GOOD[0]], []).reason == SheetRefusal.NO_ROWS.value

    def test_of_newsee_may_name_the_customer(self) -> None:
        header = ["房号", "客户名称", "收费项目", "应收金额", "计费周期开始", "计费周期结束"]
        unfilled = ["1号楼/1单元/102", "王伟"]
        filled: list[Cell] = ["1号楼/1单元/101", "王伟", "停车费", 300, "2026-01-01", "2026/1/31"]
        sheet = read_bill_sheet(SheetTable([header, unfilled, filled]), NEWSEE, BOOK)

        assert sheet.rows == 1
        assert sheet.drafts[0].fee_type is FeeType.PARKING

    @pytest.mark.parametrize("column", range(1, 6))
    def test_with_anything_else_are_data(self, column: int) -> None:
        row: list[Cell] = [GOOD[0], None, None, None, None, None]
        row[column] = GOOD[column]
        sheet = read(row)

        assert sheet.rows == 1
        assert {problem.code for problem in sheet.problems} == {"field_invalid"}


class TestTheExampleRow:
    """The template's example is never imported; a changed one is refused (rule 3.3)."""

    def test_is_left_out(self) -> None:
        assert [draft.row for draft in read(EXAMPLE, GOOD).drafts] == [3]

    def test_is_left_out_as_spreadsheet_programs_save_it(self) -> None:
        saved = [EXAMPLE[0], " 物业费", 1300.0, date(2018, 1, 2), "2018年12月1日", EXAMPLE[5]]

        assert [draft.row for draft in read(saved, GOOD).drafts] == [3]

    @pytest.mark.parametrize(
        ("column", "cell"),
        [
            *[(1, "水费"), (2, "1300.01"), (2, "一千三"), (3, "2018年01月03日"), (3, None)],
            *[(4, "2018年12月"), (4, date(2018, 12, 2)), (5, "我的备注"), (5, "")],
        ],
    )
    def test_is_refused_when_another_cell_was_changed(self, column: int, cell: Cell) -> None:
        changed: list[Cell] = [*EXAMPLE]
        changed[column] = cell
        error = refusal(changed, GOOD)

        assert error.reason == SheetRefusal.EXAMPLE_CHANGED.value
        assert error.detail == HEADER[column]

    def test_is_data_when_its_address_was_changed(self) -> None:
        sheet = read([GOOD[0], *EXAMPLE[1:]])

        assert sheet.drafts[0].amount == Money(130_000)

    def test_may_be_missing(self) -> None:
        assert [draft.row for draft in read(GOOD).drafts] == [2]

    def test_is_left_out_wherever_it_stands_among_the_first_ten(self) -> None:
        other = ["1号楼/1单元/102", *GOOD[1:]]

        assert [draft.row for draft in read(other, EXAMPLE, GOOD).drafts] == [2, 4]
        assert [draft.row for draft in read(*[GOOD] * 10, EXAMPLE).drafts] == [*range(2, 13)]

    def test_is_left_out_with_the_dates_that_a_csv_makes_of_its_own(self) -> None:
        saved = [*EXAMPLE[:3], "2018/1/2", "2018-12-01 00:00:00", EXAMPLE[5]]

        assert [draft.row for draft in read(GOOD, saved).drafts] == [2]

    def test_is_refused_further_down_too_when_it_was_changed(self) -> None:
        error = refusal(GOOD, [*EXAMPLE[:2], "99", *EXAMPLE[3:]])

        assert (error.reason, error.detail, error.row) == ("example_changed", "费用金额", 3)

    def test_is_data_below_the_first_row_with_a_remark_and_dates_of_its_own(self) -> None:
        """The community may well have a first building."""
        sheet = read(GOOD, [EXAMPLE[0], *GOOD[1:]])

        assert [draft.house for draft in sheet.drafts] == [HOUSES[0], HOUSES[0]]

    def test_is_unknown_to_a_profile_without_one(self) -> None:
        bare = attrs.evolve(STANDARD, example_row=None)
        sheet = read_bill_sheet(SheetTable([HEADER, EXAMPLE]), bare, BOOK)

        assert [draft.remark for draft in sheet.drafts] == [EXAMPLE[5]]

    def test_alone_is_refused(self) -> None:
        assert refusal(EXAMPLE).reason == SheetRefusal.NO_ROWS.value


class TestTheLimit:
    """At most 600 data rows (rule 3.5)."""

    def test_takes_600(self) -> None:
        assert read(*[GOOD] * ROWS_MAX).rows == 600

    def test_refuses_601_and_says_how_many(self) -> None:
        with pytest.raises(TooManyRowsError) as error:
            read(*[GOOD] * (ROWS_MAX + 1))

        assert error.value.facts == {"rows": 601, "rows_max": 600}

    def test_counts_neither_the_example_nor_unfilled_nor_blank_rows(self) -> None:
        assert read(EXAMPLE, *[GOOD] * ROWS_MAX, [GOOD[0]], [], [None, ""]).rows == 600

    def test_counts_broken_rows(self) -> None:
        with pytest.raises(TooManyRowsError):
            read(*[GOOD] * ROWS_MAX, ["查无此房", "x"])


class TestFeeTypes:
    """A name outside the ten becomes 其它, with a note (rule 3.6)."""

    def test_are_counted_and_summed_in_their_own_order(self) -> None:
        """Rule 3.17: of the good rows."""
        water: list[Cell] = [GOOD[0], "水费", "7", *GOOD[3:]]
        other = ["1号楼/1单元/102", *GOOD[1:]]
        sheet = read(water, GOOD, other, [GOOD[0], "水费", "x", *GOOD[3:]])

        assert list(sheet.fee_types.items()) == [
            (FeeType.PROPERTY, (2, Money(260_000))),
            (FeeType.WATER, (1, Money(700))),
        ]

    def test_outside_the_ten_is_noted(self) -> None:
        sheet = read([GOOD[0], " 装修押金 ", *GOOD[2:]])

        assert sheet.drafts[0].fee_type is FeeType.OTHER
        assert sheet.problems == (
            RowProblem(2, "费用类型", Severity.NOTE, "fee_type_other", {"text": "装修押金"}),
        )
        assert sheet.importable

    def test_other_itself_is_not_noted(self) -> None:
        sheet = read([GOOD[0], "其它", *GOOD[2:]])

        assert sheet.drafts[0].fee_type is FeeType.OTHER
        assert not sheet.problems


class TestTheSameCharge:
    """Same house, type and period twice is a question, not an error (rule 3.12)."""

    def test_is_a_warning_that_names_the_first_row(self) -> None:
        other_amount = [*GOOD[:2], "99", *GOOD[3:]]
        sheet = read(GOOD, other_amount, GOOD)

        assert [(problem.row, problem.facts) for problem in sheet.problems] == [
            (3, {"other_row": 2}),
            (4, {"other_row": 2}),
        ]
        assert {problem.severity for problem in sheet.problems} == {Severity.WARNING}
        assert sheet.importable

    @pytest.mark.parametrize(
        ("column", "cell"),
        [(0, "1号楼/1单元/102"), (1, "水费"), (3, "2025年12月"), (4, "2026年3月")],
    )
    def test_is_not_one_of_another_house_type_or_period(self, column: int, cell: str) -> None:
        """Several fees for one house in one file are normal."""
        other: list[Cell] = [*GOOD]
        other[column] = cell

        assert not read(GOOD, other).problems


class TestProblems:
    def test_of_one_row_come_all_at_once(self) -> None:
        sheet = read(["查无此房", None, "零", "2026年13月", "昨天", "长" * 501])

        assert [(problem.column, problem.code) for problem in sheet.problems] == [
            ("房屋地址", "house_not_found"),
            ("费用类型", "field_invalid"),
            ("费用金额", "amount_invalid"),
            ("开始时间", "date_invalid"),
            ("结束时间", "date_invalid"),
            ("备注", "remark_too_long"),
        ]
        assert not sheet.importable

    @pytest.mark.parametrize("cell", [True, date(2026, 1, 1)])
    def test_of_an_amount_that_is_no_number_are_like_any_other(self, cell: Cell) -> None:
        sheet = read([*GOOD[:2], cell, *GOOD[3:]])

        assert [problem.code for problem in sheet.problems] == ["amount_invalid"]

    def test_carry_the_facts_of_what_was_refused(self) -> None:
        sheet = read([*GOOD[:3], "2026年3月", "2026年2月", ""])

        assert sheet.problems[0].facts == {
            "first_day": date(2026, 3, 1),
            "last_day": date(2026, 2, 28),
        }

    def test_of_an_unknown_house_name_the_nearest(self) -> None:
        """Rule 3.9: the candidates are full addresses."""
        sheet = read(["1号楼/1单元/103", *GOOD[1:]])

        assert set(sheet.problems[0].facts["candidates"]) == {  # type: ignore[call-overload]
            "幸福家园/1号楼/1单元/101",
            "幸福家园/1号楼/1单元/102",
        }

    def test_of_an_ambiguous_house_name_the_houses(self) -> None:
        twins = [
            House(HouseId(text), CommunityId("c"), HouseAddress(text))
            for text in ("1号楼/101", "1栋/101")
        ]
        table = SheetTable([HEADER, ["1幢-101", *GOOD[1:]]])
        sheet = read_bill_sheet(table, STANDARD, AddressBook("幸福家园", twins))

        assert [problem.code for problem in sheet.problems] == ["house_ambiguous"]

    def test_are_named_as_the_file_names_its_columns(self) -> None:
        header = [f"{name} *" for name in HEADER]
        sheet = read_bill_sheet(SheetTable([header, [*GOOD[:2], "零", *GOOD[3:]]]), STANDARD, BOOK)

        assert sheet.problems[0].column == "费用金额 *"

    def test_of_unknown_columns_are_noted_at_the_header(self) -> None:
        """But not that of an error workbook, which is our own."""
        table = SheetTable([[], [*HEADER, "错误说明", "", "楼层"], GOOD])
        sheet = read_bill_sheet(table, STANDARD, BOOK)

        assert [(each.row, each.column, each.code) for each in sheet.problems] == [
            (2, "楼层", "column_ignored"),
        ]

    def test_may_be_added_in_row_order(self) -> None:
        """Those of stored bills come later, from the use case."""
        sheet = read(GOOD, [*GOOD[:2], "零", *GOOD[3:]])
        known = RowProblem(2, "房屋地址", Severity.WARNING, "same_charge_stored")

        assert [each.row for each in sheet.with_problems([known]).problems] == [2, 3]


class TestTheDraft:
    def test_holds_what_the_row_says(self) -> None:
        (draft,) = read(
            ["幸福家园-1幢1单元 101", "水 费", 1.005, date(2026, 1, 2), "2026年2月"]
        ).drafts

        assert draft.house == HOUSES[0]
        assert draft.fee_type is FeeType.WATER
        assert draft.amount == Money(101)
        assert draft.period == BillingPeriod(date(2026, 1, 2), date(2026, 2, 28))
        assert (draft.row, draft.remark) == (2, "")

    def test_needs_no_column_for_remarks(self) -> None:
        table = SheetTable([HEADER[:5], GOOD[:5]])

        assert read_bill_sheet(table, STANDARD, BOOK).drafts[0].remark == ""

    @given(st.data())
    def test_is_the_same_in_any_order_of_columns(self, data: st.DataObject) -> None:
        order = data.draw(st.permutations(range(6)))
        rows = [[row[place] for place in order] for row in (HEADER, GOOD)]

        assert read_bill_sheet(SheetTable(rows), STANDARD, BOOK).drafts == read(GOOD).drafts


class TestCustomers:
    def test_are_read_over(self) -> None:
        """The customer's name in a newsee sheet says nothing that a bill keeps."""
        assert Column.CUSTOMER in NEWSEE.columns
        assert Column.CUSTOMER not in STANDARD.columns


def expected(problem: RowProblem) -> ExpectedProblem:
    return ExpectedProblem(problem.row, problem.column, problem.severity.value, problem.code)


def read(*rows: Sequence[Cell], profile: ImportProfile = STANDARD) -> BillSheet:
    return read_bill_sheet(SheetTable([HEADER, *rows]), profile, BOOK)


def refusal(*rows: Sequence[Any]) -> SheetRefusedError:
    with pytest.raises(SheetRefusedError) as error:
        read(*rows)
    return error.value
