"""What workbooks say without words reaches the table: merged, hidden, names, other kinds."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.model.sheet import CellRange
from tests.workbooks import (
    DECLARATION,
    MAIN,
    STYLES_PART,
    WORKBOOK_PART,
    cell,
    relations_xml,
    renamed_stream,
    workbook_xml,
    xls_of,
    xls_of_rows,
    xlsx,
    xlsx_of,
    zipped,
)

READER = DocumentSheetReader()
X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
texts = st.text(st.sampled_from("房屋费一二1·-（） a"), min_size=1, max_size=8).map(str.strip)
tables = st.lists(st.lists(texts.filter(bool), min_size=2, max_size=4), min_size=1, max_size=5)


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content)
    return caught.value.reason, caught.value.detail


def xls_with_everything() -> bytes:
    def fill(sheet: Any) -> None:
        sheet.write_merge(0, 1, 0, 0, "a")
        sheet.write(2, 1, "b")
        sheet.row(2).hidden = True
        sheet.col(1).hidden = True

    return xls_of(fill)


def xlsx_with_everything() -> bytes:
    sheet = (
        f'{DECLARATION}<worksheet xmlns="{MAIN}"><cols><col min="2" max="2" hidden="1"/></cols>'
        f'<sheetData><row r="1">{cell("A1", "a")}</row><row r="2"/>'
        f'<row r="3" hidden="1">{cell("B3", "b")}</row></sheetData>'
        '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="A:A"/></mergeCells></worksheet>'
    )
    return xlsx(**{"xl/worksheets/sheet1.xml": sheet})


class TestTable:
    @pytest.mark.parametrize("content", [xls_with_everything(), xlsx_with_everything()])
    def test_carries_merged_ranges_hidden_rows_and_columns(self, content: bytes) -> None:
        table = READER.read(content)

        assert [list(row) for row in table.rows] == [["a"], [], [None, "b"]]
        assert table.merged == (CellRange(1, 1, 2, 1),)
        assert (table.hidden_rows, table.hidden_columns) == ({3}, {2})
        assert table.name in {"S", "S1"}

    def test_survives_every_format_alike(self) -> None:
        @given(tables)
        def check(rows: list[list[str]]) -> None:
            html = "".join(
                "<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows
            )
            csv = "\r\n".join(",".join(row) for row in rows)
            files = [
                xls_of_rows(rows),
                xlsx_of(rows),
                csv.encode("utf-8-sig"),
                f"<table>{html}</table>".encode(),
            ]

            read = [[list(row) for row in READER.read(file).rows] for file in files]

            folded = [[" ".join(text.split()) for text in row] for row in rows]
            assert read[:3] == [rows] * 3
            assert read[3] == folded

        check()


class TestXmlNames:
    def test_of_another_namespace_are_none_of_a_workbook(self) -> None:
        properties = f'<workbookPr date1904="1"/><x15:workbookPr xmlns:x15="{X15}" a="1"/>'
        styles = (
            f'{DECLARATION}<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs><dxfs><dxf><numFmt numFmtId="14" formatCode="0.00%"/>'
            "</dxf></dxfs></styleSheet>"
        )
        content = xlsx(
            '<c r="A1" s="1"><v>44561</v></c>',
            **{WORKBOOK_PART: workbook_xml(properties=properties), STYLES_PART: styles},
        )

        assert str(READER.read(content).rows[0][0]) == "2026-01-01"


class TestOtherKinds:
    @pytest.mark.parametrize(
        ("content", "kind"),
        [
            (b"%PDF-1.7", "pdf"),
            (b"\x89PNG\r\n", "picture"),
            (b"{\\rtf1", "rtf"),
            (b"MIME-Version: 1.0", "mhtml"),
            (b"\x09\x04\x06\x00\x00\x00\x10\x00", "old_xls"),
            (b"\x1f\x8b\x08", "archive"),
            (zipped({"content.xml": "<a/>", "mimetype": "x"}), "ods"),
            (zipped({"Index/Document.iwa": "x"}), "numbers"),
            (zipped({"word/document.xml": "x"}), "word"),
            (zipped({"readme.txt": "x"}), "archive"),
            (
                zipped(
                    {
                        "_rels/.rels": relations_xml(("r", "officeDocument", "xl/workbook.bin")),
                        "xl/workbook.bin": "x",
                    }
                ),
                "xlsb",
            ),
            (renamed_stream(xls_of_rows([["x"]]), "WordDocument"), "word"),
        ],
    )
    def test_are_named(self, content: bytes, kind: str) -> None:
        assert refusal(content) == ("not_a_spreadsheet", kind)
