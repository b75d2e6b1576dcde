"""What a file is, its content tells: the name is never asked."""

import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.ports.documents import FILE_BYTES_MAX
from tests.workbooks import xls_of_rows, xlsx_of

READER = DocumentSheetReader()
HEADER = ("房屋地址", "费用类型")


def reason(content: bytes) -> str:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content)
    return caught.value.reason


class TestSpreadsheets:
    @pytest.mark.parametrize(
        "content",
        [
            xlsx_of([HEADER]),
            xls_of_rows([HEADER]),
            "房屋地址,费用类型\r\n".encode(),
            "房屋地址\t费用类型".encode("gb18030"),
        ],
        ids=["xlsx", "xls", "csv", "tab separated"],
    )
    def test_are_told_apart(self, content: bytes) -> None:
        assert READER.read(content).rows == (HEADER,)


class TestOtherFiles:
    @pytest.mark.parametrize(
        "content",
        [
            b"<html><p>no table</p></html>",
            "\ufeff<html></html>".encode("utf-16-le"),
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
            b"GIF89a\x01\x00\x01\x00",
            b"\x00" * 100,
            b"\x00\x01",
            "房屋地址,费用类型".encode("utf-16-le"),
        ],
    )
    def test_are_no_spreadsheets(self, content: bytes) -> None:
        assert reason(content) == "not_a_spreadsheet"


class TestSize:
    def test_an_empty_file_is_said_to_be_empty(self) -> None:
        assert reason(b"") == "empty"

    @pytest.mark.parametrize("content", [b"\n", b"\xef\xbb\xbf", b",,\r\n,,\r\n", b'""'])
    def test_a_file_without_a_filled_cell_is_said_to_be_empty(self, content: bytes) -> None:
        assert reason(content) == "empty"

    def test_the_largest_file_is_read(self) -> None:
        rows = (b"a" * 30_000 + b"\n") * 100
        blank = (b"," * 1_000 + b"\n") * 3_000
        content = (rows + blank)[:FILE_BYTES_MAX]

        assert len(READER.read(content).rows) == 100

    def test_one_byte_more_is_refused(self) -> None:
        with pytest.raises(SheetRefusedError) as caught:
            READER.read(b"a" * (FILE_BYTES_MAX + 1))

        assert (caught.value.reason, caught.value.detail) == ("too_large", "5242881")
