"""The user's own file comes back with what is wrong, and goes in again mended (rule 3.11)."""

# ruff: noqa: DTZ001 - cells have no time zone

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.model.sheet import SheetTable

HEADER = "错误说明"
TABLE = SheetTable(
    (
        ("缴费单",),
        (),
        ("房屋地址", "费用金额", "开始时间", "备注"),
        ("1号楼101", 212.755, date(2019, 1, 1), "=1+1"),
        ("007", Decimal("1300.5"), "2019年1月", None),
        (True, 10**20, datetime(2019, 1, 1, 8, 30), "#N/A"),
    )
)


def written(messages: dict[int, str], table: SheetTable = TABLE, header_row: int = 3) -> bytes:
    return DocumentSheetWriter().with_errors(table, messages, header=HEADER, header_row=header_row)


def read(content: bytes) -> SheetTable:
    return DocumentSheetReader().read(content)


def sheet_of(content: bytes) -> Worksheet:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


class TestTheRows:
    def test_stay_where_and_what_they_were(self) -> None:
        table = read(written({}))

        assert table.rows == (
            ("缴费单",),
            (),
            ("房屋地址", "费用金额", "开始时间", "备注", HEADER),
            ("1号楼101", 212.755, date(2019, 1, 1), "=1+1"),
            ("007", 1300.5, "2019年1月"),
            (True, "100000000000000000000", datetime(2019, 1, 1, 8, 30), "#N/A"),
        )

    def test_leave_typed_text_alone_when_they_are_mended(self) -> None:
        sheet = sheet_of(written({4: "x"}))

        assert {sheet[name].number_format for name in ("A4", "D4", "D5", "C5")} == {"@"}
        assert sheet["C4"].number_format == "yyyy-mm-dd"

    def test_keep_days_that_a_workbook_can_not_hold_as_text(self) -> None:
        old = SheetTable((("入住日期",), (date(1899, 12, 31),), (datetime(1850, 1, 1),)))

        assert read(written({}, old, header_row=1)).rows[1:] == (
            ("1899-12-31",),
            ("1850-01-01 00:00:00",),
        )

    def test_keep_infinite_numbers_as_text(self) -> None:
        endless = SheetTable((("金额",), (float("inf"),), (Decimal("NaN"),)))

        assert read(written({}, endless, header_row=1)).rows[1:] == (("inf",), ("NaN",))


class TestTheMessages:
    def test_stand_beside_their_rows(self) -> None:
        table = read(written({1: "整个文件", 4: "金额有误", 6: "日期有误"}))

        assert [row[4:] for row in table.rows] == [
            ("整个文件",), (), (HEADER,), ("金额有误",), (), ("日期有误",)
        ]  # fmt: skip

    def test_mark_their_rows(self) -> None:
        sheet = sheet_of(written({4: "金额有误"}))
        marked = {row for row in range(1, 7) if sheet.cell(row, 1).fill.fill_type == "solid"}

        assert marked == {4}
        assert sheet["E4"].fill.fill_type == "solid"

    def test_of_the_header_itself_have_no_place(self) -> None:
        assert read(written({3: "多余的列"})).rows[2][4:] == (HEADER,)

    def test_stay_in_view_below_the_header(self) -> None:
        assert sheet_of(written({})).freeze_panes == "A4"


class TestTheNextRound:
    def test_uses_the_same_column_again(self) -> None:
        first = read(written({1: "整个文件", 4: "金额有误", 5: "日期有误"}))
        second = read(written({5: "地址有误"}, first))

        assert [row[4:] for row in second.rows] == [(), (), (HEADER,), (), ("地址有误",), ()]

    def test_keeps_columns_right_of_it(self) -> None:
        moved = SheetTable((("房屋地址", HEADER, "备注"), ("101", "金额有误", "x")))

        assert read(written({2: "新"}, moved, header_row=1)).rows == (
            ("房屋地址", HEADER, "备注"),
            ("101", "新", "x"),
        )

    def test_is_the_last_when_everything_is_mended(self) -> None:
        mended = read(written({}))

        assert read(written({}, mended)) == mended
