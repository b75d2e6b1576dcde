"""The template comes out ready to be filled in, and reads back as its own table (rule 3.2)."""

import io

import attrs
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.errors import SheetRefusedError
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.imports.bill_sheet import read_bill_sheet
from billing_domain.model.imports.profile import STANDARD
from billing_domain.ports.documents import SheetTemplate, TemplateColumn

GROUPS = ("保留字段", "必填字段", "必填字段", "必填字段", "必填字段", "选填字段")
HEADERS = ("房屋地址", "费用类型", "费用金额", "开始时间", "结束时间", "备注")
TEMPLATE = SheetTemplate(
    title="缴费单",
    columns=[TemplateColumn(*pair) for pair in zip(GROUPS, HEADERS, strict=True)],
    example_row=STANDARD.example_row,
    rows=[[f"幸福家园/1号楼/{number}", *[""] * 5] for number in (101, 102)],
    choices={"费用类型": [fee.label for fee in FeeType]},
    notes_title="使用说明",
    notes=["金额须大于零。", "=不是公式"],
)
CONTENT = DocumentSheetWriter().template(TEMPLATE)
READ = DocumentSheetReader().read(CONTENT)


def sheets(content: bytes = CONTENT) -> list[Worksheet]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets)


class TestTheTable:
    def test_reads_back_as_band_header_example_and_houses(self) -> None:
        assert READ.rows == (
            ("保留字段", "必填字段", None, None, None, "选填字段"),
            HEADERS,
            STANDARD.example_row,
            ("幸福家园/1号楼/101",),
            ("幸福家园/1号楼/102",),
        )

    def test_unfilled_has_no_bill(self) -> None:
        with pytest.raises(SheetRefusedError, match="no_rows"):
            read_bill_sheet(READ, STANDARD, AddressBook("幸福家园", []))

    def test_merges_each_group_over_its_columns(self) -> None:
        merged = {str(area) for area in sheets()[0].merged_cells.ranges}

        assert merged == {"B1:E1"}

    def test_stays_in_view_below_its_header(self) -> None:
        assert sheets()[0].freeze_panes == "A3"

    def test_leaves_typed_text_alone(self) -> None:
        """2019年1月 must not become a day, nor 007 the number 7."""
        sheet = sheets()[0]

        assert {sheet.column_dimensions[letter].number_format for letter in "ABCDEF"} == {"@"}
        assert sheet["A4"].number_format == "@"

    def test_has_columns_wide_enough_for_what_they_hold(self) -> None:
        sheet = sheets()[0]

        assert sheet.column_dimensions["A"].width > len("幸福家园/1号楼/101")
        assert sheet.column_dimensions["F"].width > 2 * len("缴费备注说明")

    def test_without_an_example_goes_on_with_its_rows(self) -> None:
        table = DocumentSheetReader().read(
            DocumentSheetWriter().template(attrs.evolve(TEMPLATE, example_row=None))
        )

        assert table.rows[2] == ("幸福家园/1号楼/101",)

    def test_may_have_no_rows_at_all(self) -> None:
        bare = attrs.evolve(TEMPLATE, example_row=None, rows=[], choices={}, notes=[])

        assert len(DocumentSheetReader().read(DocumentSheetWriter().template(bare)).rows) == 2


class TestTheSecondSheet:
    def test_tells_the_rules(self) -> None:
        sheet, notes = sheets()

        assert (sheet.title, notes.title) == ("缴费单", "使用说明")
        assert [notes["A1"].value, notes["A2"].value] == TEMPLATE.notes
        assert notes["A2"].data_type == "s"

    def test_offers_every_fee_type_in_every_row(self) -> None:
        sheet, notes = sheets()
        (offered,) = sheet.data_validations.dataValidation

        assert (offered.type, str(offered.sqref)) == ("list", "B3:B1048576")
        assert offered.formula1 == f"'使用说明'!$C$2:$C${len(FeeType) + 1}"
        listed = [notes.cell(row, 3).value for row in range(1, len(FeeType) + 2)]
        assert listed == ["费用类型", *[fee.label for fee in FeeType]]

    def test_takes_other_fee_types_too(self) -> None:
        """Rule 3.6 makes them 其它; the spreadsheet program must not refuse them."""
        (offered,) = sheets()[0].data_validations.dataValidation

        assert not offered.showErrorMessage
