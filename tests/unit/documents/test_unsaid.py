"""What workbooks say without words reaches the table: merged, hidden, names, other kinds."""

from typing import Any

import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.model.sheet import CellRange
from tests.workbooks import (
    DECLARATION,
    MAIN,
    cell,
    relations_xml,
    renamed_stream,
    xls_of,
    xls_of_rows,
    xlsx,
    zipped,
)

READER = DocumentSheetReader()


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
