"""Resident sheets: houses and residents from one file (rule 3.14)."""

from collections.abc import Sequence
from datetime import date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_domain.errors import SheetRefusedError, TooManyRowsError
from billing_domain.model.company.community import CommunityId
from billing_domain.model.houses.house import AddressBook, House, HouseAddress, HouseId
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.imports.resident_sheet import (
    RESIDENT_HEADERS,
    RESIDENT_ROWS_MAX,
    ResidentDraft,
    ResidentSheet,
    parse_moving_day,
    read_resident_sheet,
)
from billing_domain.model.sheet import Cell, Severity, SheetTable
from billing_domain.testing.strategies import moving_days, resident_sheets

HOUSE = House(HouseId("1"), CommunityId("c"), HouseAddress("1号楼/101"))
BOOK = AddressBook("幸福家园", [HOUSE])
KNOWN = Resident(
    ResidentId("r"), CommunityId("c"), HOUSE.id, "王伟", "13812344613", Relation.OWNER, None
)
ROW: list[Cell] = ["1号楼/101", "李芳", "13900000001", "租客", "2020年1月5日"]


class TestGoodRows:
    def test_become_drafts_of_known_houses(self) -> None:
        (draft,) = read(ROW).drafts

        assert draft == ResidentDraft(
            row=2,
            address=HOUSE.address,
            house=HOUSE,
            name="李芳",
            phone="13900000001",
            relation=Relation.TENANT,
            moved_in_on=date(2020, 1, 5),
        )

    @pytest.mark.parametrize("address", ["幸福家园/9号楼/901", " 9号楼 / 901 ", "9号楼/901"])
    def test_become_drafts_of_new_houses(self, address: str) -> None:
        sheet = read([address, *ROW[1:]])

        assert sheet.drafts[0].house is None
        assert sheet.new_addresses == (HouseAddress("9号楼/901"),)

    def test_of_one_new_house_make_it_once(self) -> None:
        sheet = read(["9号楼/901", "甲"], ["9栋901", "乙"], ["1栋101", "丙"], ["8号楼/1", "丁"])

        assert sheet.new_addresses == (HouseAddress("9号楼/901"), HouseAddress("8号楼/1"))
        assert len(sheet.drafts) == 4

    @pytest.mark.parametrize(
        "cells", [["1号楼/101", "李芳"], ["1号楼/101", "李芳", None, " ", ""]]
    )
    def test_need_address_and_name_alone(self, cells: list[Cell]) -> None:
        """Nobody says otherwise: an owner, without a phone, here before records began."""
        (draft,) = read(cells).drafts

        assert (draft.phone, draft.relation, draft.moved_in_on) == ("", Relation.OWNER, None)

    def test_keep_a_phone_that_became_a_number(self) -> None:
        (draft,) = read([*ROW[:2], 13812344613.0]).drafts

        assert draft.phone == "13812344613"

    def test_are_not_those_of_the_template_that_nobody_filled_in(self) -> None:
        sheet = read(["1号楼/101"], ["1栋101室", "", None], ROW)

        assert [draft.row for draft in sheet.drafts] == [4]
        assert (sheet.rows, sheet.problems) == (1, ())

    def test_keep_their_numbers_between_blank_rows(self) -> None:
        sheet = read([], ROW, [None, " "], [*ROW[:1], "赵六"])

        assert [draft.row for draft in sheet.drafts] == [3, 5]
        assert sheet.rows == 2


class TestVacantHouses:
    def test_are_added_without_residents(self) -> None:
        sheet = read(["9栋901室"], ["9号楼/901", "", None], ROW, ["8-1", "赵六"])

        assert sheet.new_addresses == (HouseAddress("9号楼/901"), HouseAddress("8/1"))
        assert [(each.row, each.code) for each in sheet.problems] == [
            (2, "house_vacant"),
            (3, "house_vacant"),
        ]
        assert (sheet.rows, sheet.importable) == (4, True)

    def test_alone_are_enough(self) -> None:
        sheet = read(["9号楼/901"])

        assert (sheet.drafts, sheet.importable) == ((), True)

    def test_that_exist_are_nothing_to_import(self) -> None:
        with pytest.raises(SheetRefusedError):
            read(["1号楼/101"], ["幸福家园1-101"])

    @pytest.mark.parametrize(
        "text", ["以下空白", "制表日期：2026年1月1日", "注：2户待查", "2026-01-01"]
    )
    def test_are_no_words_below_the_table(self, text: str) -> None:
        sheet = read(ROW, [text])

        assert [(each.row, each.code) for each in sheet.problems] == [(3, "address_is_value")]
        assert not sheet.new_addresses


class TestNewHouses:
    @pytest.mark.parametrize("second", ["9号楼/1单元/101", "9号楼/1层/101"])
    def test_of_one_file_are_never_two_that_may_be_one(self, second: str) -> None:
        sheet = read(["9-1-101", "甲"], [second, "乙"])

        assert [(each.row, each.code) for each in sheet.problems] == [(3, "house_ambiguous")]

    def test_may_share_numbers(self) -> None:
        assert not read(["9号楼/1单元/101", "甲"], ["9号楼/1层/101", "乙"]).problems

    def test_are_none_where_several_are_meant(self) -> None:
        twins = [
            House(HouseId(text), CommunityId("c"), HouseAddress(text))
            for text in ("3号楼/1单元/402", "3号楼/1层/402")
        ]
        table = SheetTable([list(RESIDENT_HEADERS), ["3-1-402", "甲"]])
        sheet = read_resident_sheet(table, AddressBook("幸福家园", twins), [])

        (problem,) = sheet.problems
        assert problem.code == "house_ambiguous"
        assert problem.facts["candidates"] == (
            "幸福家园/3号楼/1单元/402",
            "幸福家园/3号楼/1层/402",
        )


class TestProblems:
    def test_of_one_row_come_all_at_once(self) -> None:
        sheet = read(["", "", "无", "邻居", "昨天"])

        assert [(each.column, each.code, each.severity) for each in sheet.problems] == [
            ("房屋地址", "field_invalid", Severity.ERROR),
            ("姓名", "field_invalid", Severity.ERROR),
            ("电话", "field_invalid", Severity.ERROR),
            ("关系", "field_invalid", Severity.ERROR),
            ("入住日期", "date_invalid", Severity.ERROR),
        ]
        assert not sheet.importable
        assert (sheet.counts.rows, sheet.counts.errors) == (1, 5)

    def test_of_all_rows_come_all_at_once(self) -> None:
        sheet = read([*ROW[:3], "邻居"], ROW, ["9号楼/901", "", "1380000"])

        assert [(each.row, each.column) for each in sheet.problems] == [(2, "关系"), (4, "姓名")]
        assert [draft.row for draft in sheet.drafts] == [3]

    def test_of_an_unknown_relation_repeat_it(self) -> None:
        assert read([*ROW[:3], " 邻 居 "]).problems[0].facts == {
            "field": "relation",
            "reason": "unknown",
            "value": "邻居",
        }


class TestDoubles:
    @pytest.mark.parametrize("address", ["1号楼/101", "1栋101", "幸福家园/1号楼/101"])
    def test_of_the_register_are_noted_and_left_out(self, address: str) -> None:
        sheet = read([address, " 王伟", "138 1234 4613"])

        assert not sheet.drafts
        assert [(each.code, each.severity) for each in sheet.problems] == [
            ("resident_registered", Severity.NOTE)
        ]
        assert not sheet.importable

    def test_of_the_file_are_noted_and_left_out(self) -> None:
        sheet = read(["9号楼/901", "甲", "13900000001"], ["9栋901", "甲", "13900000001"])

        assert [draft.row for draft in sheet.drafts] == [2]
        assert [(each.row, each.code, each.facts) for each in sheet.problems] == [
            (3, "resident_repeated", {"other_row": 2})
        ]
        assert sheet.importable

    @pytest.mark.parametrize(
        "cells", [["1号楼/101", "王伟", "13900000001"], ["9号楼/901", "王伟", "13812344613"]]
    )
    def test_are_of_one_house_name_and_phone(self, cells: list[Cell]) -> None:
        assert len(read(cells).drafts) == 1


class TestTheHeader:
    @given(st.permutations(RESIDENT_HEADERS), st.integers(0, 19))
    def test_may_stand_in_any_order_within_20_rows(self, header: list[str], above: int) -> None:
        row = [dict(zip(RESIDENT_HEADERS, ROW, strict=True))[name] for name in header]
        sheet = read_resident_sheet(SheetTable([*[["说明"]] * above, header, row]), BOOK, [])

        assert sheet.header.row == above
        assert [draft.name for draft in sheet.drafts] == ["李芳"]

    @pytest.mark.parametrize(
        ("rows", "reason", "detail"),
        [
            ([], "header_not_found", ""),
            ([["姓名"], ["李芳"]], "header_not_found", ""),
            ([*[[]] * 20, RESIDENT_HEADERS], "header_not_found", ""),
            ([["电话", "关系", "房屋地址"]], "column_missing", "姓名"),
            ([["房屋地址", "姓名"]], "no_rows", ""),
            ([RESIDENT_HEADERS, [], [None]], "no_rows", ""),
        ],
    )
    def test_is_needed(self, rows: list[Sequence[Cell]], reason: str, detail: str) -> None:
        with pytest.raises(SheetRefusedError) as error:
            read_resident_sheet(SheetTable(rows), BOOK, [])

        assert (error.value.reason, error.value.detail) == (reason, detail)


class TestTheLimit:
    def test_is_5000_rows(self) -> None:
        rows: list[list[Cell]] = [["9号楼/901", f"住户{number}"] for number in range(5_001)]

        assert read(*rows[:RESIDENT_ROWS_MAX]).rows == 5_000
        with pytest.raises(TooManyRowsError) as error:
            read(*rows)
        assert error.value.facts == {"rows": 5_001, "rows_max": 5_000}


class TestMovingDays:
    @given(moving_days())
    def test_are_read_in_any_form(self, day: date) -> None:
        texts = [f"{day.year}年{day.month}月{day.day}日", f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}"]
        midday = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001

        assert {parse_moving_day(text) for text in texts} == {day}
        assert {parse_moving_day(cell) for cell in (day, midday)} == {day}

    @pytest.mark.parametrize("cell", [date(2919, 1, 1), date(1899, 12, 31), "2100年1月1日"])
    def test_outside_a_lifetime_are_errors_as_cell_and_as_text(self, cell: Cell) -> None:
        (problem,) = read([*ROW[:4], cell]).problems

        assert (problem.column, problem.code) == ("入住日期", "date_invalid")
        assert problem.facts["years"] == (1900, 2099)

    def test_may_be_a_month(self) -> None:
        assert parse_moving_day("1998年7月") == date(1998, 7, 1)


class TestSheet:
    @given(resident_sheets())
    def test_is_importable_without_an_error_alone(self, sheet: ResidentSheet) -> None:
        clean = attrs.evolve(sheet, problems=())

        something = bool(sheet.drafts or sheet.new_addresses)
        assert clean.importable is something
        assert sheet.importable is (something and sheet.counts.errors == 0)


def read(*rows: Sequence[Cell]) -> ResidentSheet:
    return read_resident_sheet(SheetTable([RESIDENT_HEADERS, *rows]), BOOK, [KNOWN])
