"""Exports keep every digit and never start a formula, row by row (rule 2.10, P33, P34)."""

# ruff: noqa: DTZ001 - cells have no time zone

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Self

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.model.money import Money
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.ports.documents import ExportCell, FileFormat

HEADER = ("平台单号", "费用金额", "开始时间", "支付时间", "备注")
ROWS: list[tuple[ExportCell, ...]] = [
    ("201901021011120000001", Money(130001), date(2019, 1, 2), None, "=1+1"),
    ("--", Money(1), None, datetime(2019, 1, 2, 3, 4, 5), 10**20),
]
WRITER = DocumentSheetWriter()


def xlsx_sheet(path: Path, rows: list[tuple[ExportCell, ...]]) -> Worksheet:
    WRITER.table(path, FileFormat.XLSX, HEADER, rows)
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]


def csv_rows(path: Path, rows: list[tuple[ExportCell, ...]]) -> list[list[str]]:
    WRITER.table(path, FileFormat.CSV, HEADER, rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def remark(text: str) -> list[tuple[ExportCell, ...]]:
    return [("1", None, None, None, text)]


class TestXlsx:
    def test_writes_cells_of_their_own_types(self, tmp_path: Path) -> None:
        sheet = xlsx_sheet(tmp_path / "a.xlsx", ROWS)

        assert list(sheet.values) == [
            HEADER,
            ("201901021011120000001", 1300.01, datetime(2019, 1, 2), None, "=1+1"),
            ("--", 0.01, None, datetime(2019, 1, 2, 3, 4, 5), "100000000000000000000"),
        ]

    def test_shows_money_days_and_times_as_people_read_them(self, tmp_path: Path) -> None:
        sheet = xlsx_sheet(tmp_path / "a.xlsx", ROWS)

        assert [sheet[name].number_format for name in ("B2", "C2", "D3")] == [
            "0.00",
            "yyyy-mm-dd",
            "yyyy-mm-dd hh:mm:ss",
        ]

    def test_writes_the_wall_clock(self, tmp_path: Path) -> None:
        moment = datetime(2019, 1, 2, 3, 4, 5, tzinfo=SHANGHAI)
        sheet = xlsx_sheet(tmp_path / "a.xlsx", [("1", None, None, moment, "")])

        assert sheet["D2"].value == datetime(2019, 1, 2, 3, 4, 5)

    def test_writes_days_that_a_workbook_can_not_hold_as_text(self, tmp_path: Path) -> None:
        old = datetime(1899, 12, 31, 1, 2, 3)
        sheet = xlsx_sheet(tmp_path / "a.xlsx", [("1", None, date(1900, 1, 1), old, "")])

        assert [sheet["C2"].value, sheet["D2"].value] == ["1900-01-01", "1899-12-31 01:02:03"]

    def test_keeps_its_header_without_rows(self, tmp_path: Path) -> None:
        assert next(xlsx_sheet(tmp_path / "a.xlsx", []).values) == HEADER

    def test_has_columns_wide_enough_and_a_header_in_view(self, tmp_path: Path) -> None:
        sheet = xlsx_sheet(tmp_path / "a.xlsx", ROWS)

        assert sheet.column_dimensions["A"].width > 21
        assert sheet.freeze_panes == "A2"

    @pytest.mark.parametrize("text", ["a\0b", "a\x0bb", "a\ud800b", "a\uffffb"])
    def test_marks_what_no_file_can_hold(self, tmp_path: Path, text: str) -> None:
        assert xlsx_sheet(tmp_path / "a.xlsx", remark(text))["E2"].value == "a�b"

    def test_cuts_text_that_no_cell_can_hold(self, tmp_path: Path) -> None:
        value = xlsx_sheet(tmp_path / "a.xlsx", remark("字" * 40_000))["E2"].value

        assert value == "字" * 32_766 + "…"


class TestCsv:
    def test_opens_in_excel_as_utf_8(self, tmp_path: Path) -> None:
        csv_rows(tmp_path / "a.csv", ROWS)

        assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")

    def test_writes_cells_as_a_spreadsheet_would_show_them(self, tmp_path: Path) -> None:
        assert csv_rows(tmp_path / "a.csv", ROWS) == [
            list(HEADER),
            ["'201901021011120000001", "1300.01", "2019-01-02", "", "'=1+1"],
            ["--", "0.01", "", "2019-01-02 03:04:05", "'100000000000000000000"],
        ]

    @pytest.mark.parametrize(
        "text", ["=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1", "－1", "'x", "-x", "=-"]
    )
    def test_starts_no_formula(self, tmp_path: Path, text: str) -> None:
        written = csv_rows(tmp_path / "a.csv", remark(text))[1][4]

        assert written == "'" + text.replace("\r", "\n")

    @pytest.mark.parametrize(
        "text", ["007", "123456789012", "1-2-301", "1/2", "1E5", "2019年1月", "3:30", "１２３-４"]
    )
    def test_keeps_what_excel_would_take_for_a_number_or_a_date(
        self, tmp_path: Path, text: str
    ) -> None:
        assert csv_rows(tmp_path / "a.csv", remark(text))[1][4] == "'" + text

    @pytest.mark.parametrize(
        "text", ["13800000000", "138****5678", "1号楼101", "-", "--", "", "王伟、李芳", "a=b"]
    )
    def test_leaves_alone_what_excel_shows_as_it_is(self, tmp_path: Path, text: str) -> None:
        assert csv_rows(tmp_path / "a.csv", remark(text))[1][4] == text

    def test_writes_numbers_as_numbers(self, tmp_path: Path) -> None:
        rows: list[tuple[ExportCell, ...]] = [(-5, Money(-5), None, None, 5)]

        assert csv_rows(tmp_path / "a.csv", rows)[1] == ["-5", "-0.05", "", "", "5"]


class CancelledError(Exception):
    pass


@pytest.mark.parametrize("file_format", FileFormat)
class TestEitherFormat:
    def test_lets_an_exception_of_the_rows_through(
        self, tmp_path: Path, file_format: FileFormat
    ) -> None:
        def rows() -> Iterator[tuple[ExportCell, ...]]:
            yield from ROWS * 1_000
            raise CancelledError

        with pytest.raises(CancelledError):
            WRITER.table(tmp_path / "a", file_format, HEADER, rows())

    def test_asks_for_rows_only_as_it_writes_them(
        self, tmp_path: Path, file_format: FileFormat
    ) -> None:
        alive = most = 0

        class Counted(tuple[ExportCell, ...]):
            __slots__ = ()

            def __new__(cls, cells: tuple[ExportCell, ...]) -> Self:
                nonlocal alive, most
                alive += 1
                most = max(most, alive)
                return super().__new__(cls, cells)

            def __del__(self) -> None:
                nonlocal alive
                alive -= 1

        rows = (Counted(ROWS[number % 2]) for number in range(5_000))
        WRITER.table(tmp_path / "a", file_format, HEADER, rows)

        assert most < 1_100
