"""What a sheet says without words: merged, hidden, totals, no header, formulas (rule 3.15)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import SheetRefusedError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.imports.bill_sheet import BillSheet, read_bill_sheet
from billing_domain.model.imports.profile import NEWSEE, STANDARD, ImportProfile
from billing_domain.model.imports.resident_sheet import ResidentSheet, read_resident_sheet
from billing_domain.model.sheet import Cell, CellMark, CellRange, SheetTable
from billing_domain.words.zh import problem_sentence

HEADER: list[Cell] = ["房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注"]
RESIDENTS: list[Cell] = ["房屋地址", "姓名", "电话"]
HOUSES = [
    House(HouseId(str(number)), CommunityId("c"), HouseAddress(f"1号楼/1单元/10{number}"))
    for number in (1, 2, 3)
]
BOOK = AddressBook("幸福家园", HOUSES)
FIRST, SECOND, THIRD = (house.address.text for house in HOUSES)
ZERO_WIDTH = "\u200b"


def bill(house: Cell = FIRST, fee: Cell = "物业费", amount: Cell = "100") -> list[Cell]:
    return [house, fee, amount, "2026年1月", "2026年3月", ""]


def read(
    *rows: Sequence[Cell],
    header: Sequence[Cell] = HEADER,
    profile: ImportProfile = STANDARD,
    **unsaid: Any,
) -> BillSheet:
    return read_bill_sheet(SheetTable([header, *rows], **unsaid), profile, BOOK)


def residents(*rows: Sequence[Cell], **unsaid: Any) -> ResidentSheet:
    return read_resident_sheet(SheetTable([RESIDENTS, *rows], **unsaid), BOOK, [])


def told(sheet: BillSheet | ResidentSheet) -> list[tuple[int, str, str]]:
    return [(each.row, each.severity.value, each.code) for each in sheet.problems]


def read_rows(sheet: BillSheet) -> list[tuple[int, str, int]]:
    return [(each.row, each.house.address.text, each.amount.fen) for each in sheet.drafts]


def refusal(table: SheetTable, profile: ImportProfile = STANDARD) -> SheetRefusedError:
    with pytest.raises(SheetRefusedError) as caught:
        read_bill_sheet(table, profile, BOOK)
    return caught.value


class TestMergedCells:
    def test_hold_for_each_of_their_rows(self) -> None:
        second: list[Cell] = [None, "水费", "30", "2026年1月", "2026年3月"]
        sheet = read(bill(), second, merged=[CellRange(2, 1, 3, 1)])

        assert read_rows(sheet) == [(2, FIRST, 10_000), (3, FIRST, 3_000)]
        assert not sheet.problems

    def test_with_an_amount_are_an_error_of_every_row(self) -> None:
        merged = [CellRange(2, column, 4, column) for column in range(2, 7)]
        sheet = read(bill(), [SECOND], [THIRD], merged=merged)

        assert told(sheet) == [(row, "error", "amount_merged") for row in (2, 3, 4)]

    def test_of_an_address_make_no_bill_of_an_empty_row(self) -> None:
        sheet = read(bill(), [], bill(SECOND), merged=[CellRange(2, 1, 3, 1)])

        assert [draft.row for draft in sheet.drafts] == [2, 4]

    def test_of_a_remark_make_no_bill_of_an_unfilled_row(self) -> None:
        sheet = read(bill(), [SECOND], merged=[CellRange(2, 6, 3, 6)])

        assert [draft.row for draft in sheet.drafts] == [2]

    def test_across_columns_or_above_the_table_say_nothing(self) -> None:
        merged = [CellRange(1, 1, 2, 1), CellRange(2, 6, 2, 9)]

        assert read_rows(read(bill(), merged=merged)) == [(2, FIRST, 10_000)]

    def test_of_residents_hold_for_each_row(self) -> None:
        sheet = residents([FIRST, "王伟"], [None, "李芳"], merged=[CellRange(2, 1, 3, 1)])

        assert [draft.house for draft in sheet.drafts] == [HOUSES[0], HOUSES[0]]

    @given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=6))
    def test_cover_a_row_once_and_never_end_above_their_begin(
        self, spans: list[tuple[int, int]]
    ) -> None:
        ranges = [CellRange(top, 1, top + height, 1) for top, height in spans]
        covered = SheetTable([[]] * 12, merged=ranges).merged_over(1, below=1)

        assert all(2 <= top <= row <= 12 for row, top in covered.items())
        assert set(covered.values()) <= set(covered)


class TestHiddenRows:
    def test_are_left_out_and_named_together(self) -> None:
        sheet = read(bill(), bill(SECOND), bill(THIRD), bill(fee="水费"), hidden_rows={3, 4})

        assert [draft.row for draft in sheet.drafts] == [2, 5]
        assert told(sheet) == [(3, "warning", "rows_hidden")]
        assert sheet.problems[0].facts == {"rows": (3, 4)}

    def test_that_are_unfilled_say_nothing(self) -> None:
        assert not read(bill(), [SECOND], hidden_rows={3}).problems

    def test_alone_are_refused(self) -> None:
        error = refusal(SheetTable([HEADER, bill()], hidden_rows={2}))

        assert error.reason == "rows_hidden"


class TestHiddenColumns:
    def test_are_left_out_after_a_warning(self) -> None:
        sheet = read([*bill()[:5], "此户拒缴"], hidden_columns={6})

        assert [draft.remark for draft in sheet.drafts] == [""]
        assert told(sheet) == [(1, "warning", "column_hidden")]

    def test_that_are_needed_are_said_to_be_hidden(self) -> None:
        error = refusal(SheetTable([HEADER, bill()], hidden_columns={4}))

        assert (error.reason, error.detail) == ("column_hidden", "开始时间")

    def test_without_a_header_say_nothing(self) -> None:
        assert not read([*bill(), "x"], hidden_columns={7}).problems


class TestTotals:
    @pytest.mark.parametrize("label", ["合计", "小 计：", "1号楼合计", "总计（元）"])
    def test_are_left_out_with_one_warning(self, label: str) -> None:
        sheet = read(bill(), [label, None, 100])

        assert [draft.row for draft in sheet.drafts] == [2]
        assert told(sheet) == [(3, "warning", "totals_row")]

    def test_are_known_by_their_fee_type_under_a_merged_address(self) -> None:
        sheet = read(bill(), [None, "小计", 100], merged=[CellRange(2, 1, 3, 1)])

        assert told(sheet) == [(3, "warning", "totals_row")]

    def test_are_known_by_another_column_where_no_house_is_named(self) -> None:
        header = ["序号", *HEADER]
        sheet = read([1, *bill()], ["合计", None, None, 100], [3, *bill(SECOND)], header=header)

        assert [draft.row for draft in sheet.drafts] == [2, 4]
        assert (3, "warning", "totals_row") in told(sheet)

    def test_are_not_meant_by_another_column_of_a_house(self) -> None:
        sheet = read(["合计", *bill()], header=["计费方式", *HEADER])

        assert [draft.row for draft in sheet.drafts] == [2]

    def test_of_residents_make_no_house(self) -> None:
        sheet = residents([FIRST, "王伟"], ["合计", "1户"])

        assert not sheet.new_addresses
        assert told(sheet) == [(3, "warning", "totals_row")]


class TestContentUnderNoHeader:
    def test_is_told_once_for_each_column(self) -> None:
        sheet = read([*bill(), "否则计滞纳金"], [*bill(SECOND), "x", "y"])

        assert told(sheet) == [
            (2, "warning", "content_without_header"),
            (3, "warning", "content_without_header"),
        ]
        assert sheet.problems[0].facts == {
            "column": "G",
            "text": "否则计滞纳金",
            "rows": (2, 3),
        }

    def test_outside_the_table_says_nothing(self) -> None:
        assert not read(bill(), [*[None] * 8, "制表人：王伟"]).problems


class TestFormulas:
    def test_without_a_result_are_row_errors(self) -> None:
        sheet = read([*bill()[:2], None, *bill()[3:]], marks={(2, 3): CellMark.NOT_CALCULATED})

        assert told(sheet) == [(2, "error", "formula_without_value")]

    def test_that_were_never_calculated_say_so_instead_of_a_zero(self) -> None:
        sheet = read(bill(amount=0), marks={(2, 3): CellMark.NOT_CALCULATED})

        assert told(sheet) == [(2, "error", "formula_is_zero")]

    def test_outside_the_table_refuse_nothing(self) -> None:
        marks = {(9, 8): CellMark.NOT_CALCULATED, (1, 3): CellMark.NOT_CALCULATED}

        assert not read(bill(), *[[]] * 8, marks=marks).problems

    def test_of_residents_are_row_errors(self) -> None:
        sheet = residents([FIRST, None, "1"], marks={(2, 2): CellMark.NOT_CALCULATED})

        assert told(sheet)[0] == (2, "error", "formula_without_value")


class TestMonths:
    def test_of_another_day_are_warned_of(self) -> None:
        sheet = read(bill(), marks={(2, 4): CellMark.MONTH_OF_A_DAY})

        assert sheet.drafts[0].period.first_day == date(2026, 1, 1)
        assert told(sheet) == [(2, "warning", "month_shown")]

    def test_of_a_resident_too(self) -> None:
        header = [*RESIDENTS, "入住日期"]
        marks = {(2, 4): CellMark.MONTH_OF_A_DAY}
        table = SheetTable([header, [FIRST, "王伟", "", "2019年5月"]], marks=marks)

        assert told(read_resident_sheet(table, BOOK, [])) == [(2, "warning", "month_shown")]


class TestDates:
    def test_in_another_form_than_the_template_s_are_noted(self) -> None:
        sheet = read([*bill()[:3], "2026/1/1", "2026.3.31 0:00"])

        assert sheet.drafts[0].period.last_day == date(2026, 3, 31)
        assert told(sheet) == [(2, "note", "date_form_other")] * 2

    def test_in_one_of_the_template_s_forms_are_not(self) -> None:
        header = ["房号", "收费项目", "应收金额", "计费周期开始", "计费周期结束"]
        row = [*bill()[:3], "2026-01-01", "2026/3/31"]

        assert not read(row, header=header, profile=NEWSEE).problems


class TestAddresses:
    @pytest.mark.parametrize(
        "cell",
        [date(2026, 3, 2), datetime(2026, 3, 2, 1), True, "3月2日", "2026-03-02", "1:30", "#REF!"],  # noqa: DTZ001
    )
    def test_that_are_values_are_no_houses(self, cell: Cell) -> None:
        assert told(read(bill(cell))) == [(2, "error", "address_is_value")]
        assert told(residents([cell, "王伟"])) == [(2, "error", "address_is_value")]

    def test_that_are_numbers_make_no_house_but_find_one(self) -> None:
        villa = House(HouseId("9"), CommunityId("c"), HouseAddress("101"))
        table = SheetTable([RESIDENTS, [101, "王伟"]])

        assert told(residents([46083, "王伟"])) == [(2, "error", "address_is_value")]
        found = read_resident_sheet(table, AddressBook("幸福家园", [villa]), [])
        assert found.drafts[0].house == villa
        assert told(read(bill(46083))) == [(2, "error", "house_not_found")]

    def test_unknown_are_quoted_with_what_nobody_sees(self) -> None:
        (problem,) = read(bill(f"9号楼{ZERO_WIDTH}/901")).problems

        assert problem_sentence(problem).startswith(
            "小区里没有房屋“9号楼⟨零宽空格⟩/901”，相近的有："
        )
        assert len(problem.facts["candidates"]) == 3

    @pytest.mark.parametrize("spelling", ["1-1-101", "1栋1单元101室", f"1·1{ZERO_WIDTH}·101"])
    def test_find_their_house_for_residents_as_for_bills(self, spelling: str) -> None:
        assert read(bill(spelling)).drafts[0].house == HOUSES[0]
        assert residents([spelling, "王伟"]).drafts[0].house == HOUSES[0]

    def test_fold_blanks_for_residents_as_for_bills(self) -> None:
        sheet = residents(["1号楼\u30001单元\xa0101", "王伟"])

        assert sheet.drafts[0].house == HOUSES[0]
        assert not sheet.new_addresses


class TestInvisibleCharacters:
    def test_are_folded_in_every_cell_but_the_remark(self) -> None:
        unseen = [f"{text}{ZERO_WIDTH}" for text in map(str, bill()[:5])]
        header = [f"\ufeff{text}" for text in map(str, HEADER)]
        sheet = read([*unseen, f"一{ZERO_WIDTH}二"], header=header)

        assert read_rows(sheet) == [(2, FIRST, 10_000)]
        assert sheet.drafts[0].remark == f"一{ZERO_WIDTH}二"
        assert not sheet.problems

    def test_are_folded_in_names_and_phones(self) -> None:
        sheet = residents([FIRST, f"王{ZERO_WIDTH}伟", "\u202d13800000001\u202c"])

        assert [(each.name, each.phone) for each in sheet.drafts] == [("王伟", "13800000001")]

    def test_alone_are_no_content(self) -> None:
        assert not read(bill(), [SECOND, ZERO_WIDTH]).problems


class TestPhones:
    @pytest.mark.parametrize(
        "text", ["12345678\n87654321", "8612345 8654321", "13800001111 13800002222"]
    )
    def test_two_in_a_cell_are_an_error(self, text: str) -> None:
        assert [each.facts["reason"] for each in residents([FIRST, "王伟", text]).problems] == [
            "twice"
        ]

    @pytest.mark.parametrize("text", ["138 0000 1111", "+86 13800001111", "0755 12345678"])
    def test_one_with_blanks_is_one(self, text: str) -> None:
        assert not residents([FIRST, "王伟", text]).problems


class TestTheWrongSheet:
    def test_is_told_by_the_template_that_it_is(self) -> None:
        error = refusal(SheetTable([HEADER, bill()], name="账单"), NEWSEE)

        assert (error.reason, error.detail, error.sheet) == (
            "other_template",
            "标准缴费单模板",
            "账单",
        )
        assert refusal(SheetTable([RESIDENTS])).detail == "住户模板"

    def test_is_told_by_what_was_read(self) -> None:
        error = refusal(SheetTable([[], ["填写说明"], ["x" * 99]], name="说明"))

        assert (error.reason, error.sheet, error.row, error.read) == (
            "header_not_found",
            "说明",
            2,
            "填写说明",
        )

    def test_cuts_what_was_read(self) -> None:
        assert len(refusal(SheetTable([["x" * 999, "备注"]])).read) == 81

    def test_names_the_columns_that_stand_twice(self) -> None:
        error = refusal(SheetTable([[*HEADER, "备注"]]))

        assert (error.reason, error.detail, error.read) == ("column_twice", "备注", "F、G")


class TestHeaders:
    @pytest.mark.parametrize(
        "form", ["*{}", "{}（必填）", "{}(元)", "{}：", "{}\n【选填】", "＊{}*", "\u200b{}\ufeff"]
    )
    def test_are_folded(self, form: str) -> None:
        header = [form.format(text) for text in HEADER]

        assert read_rows(read(bill(), header=header)) == [(2, FIRST, 10_000)]

    def test_as_written_win_over_those_with_more_in_brackets(self) -> None:
        sheet = read([*bill(), "9999"], header=[*HEADER, "费用金额(不含税)"])

        assert read_rows(sheet) == [(2, FIRST, 10_000)]
        assert told(sheet) == [(1, "note", "column_ignored")]


class TestAmounts:
    @pytest.mark.parametrize(
        ("cell", "reason"),
        [
            ("100 200", "two_numbers"),
            ("12%", "percent"),
            (date(1900, 4, 9), "date"),
            (-100, "not_positive"),
        ],
    )
    def test_that_are_none_say_why_and_quote(self, cell: Cell, reason: str) -> None:
        (problem,) = read(bill(amount=cell)).problems

        assert problem.facts["reason"] == reason
        assert problem.facts["text"] == str(cell)
