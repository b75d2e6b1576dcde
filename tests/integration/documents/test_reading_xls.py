"""An xls file reads as an xlsx file does, in a process of its own that is held to its limits."""

# ruff: noqa: DTZ001 - cells have no time zone

import struct
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwt

from adapters.documents.reading.sheet_reader import DocumentSheetReader
from adapters.documents.reading.xls_book import XlsLimits
from billing_domain.errors import SheetRefusedError
from billing_domain.model.money import Money
from tests.workbooks import xls_of, xls_of_rows, xlsx_of

READER = DocumentSheetReader()
TABLE = (("房屋地址", "费用金额"), ("1号楼/101", 212.755), ("1号楼/102", 1300))


def only_cell(fill: Callable[[Any], object]) -> Any:
    rows = READER.read(xls_of(fill)).rows
    assert (len(rows), len(rows[0])) == (1, 1)
    return rows[0][0]


def reason(content: bytes, reader: DocumentSheetReader = READER) -> str:
    with pytest.raises(SheetRefusedError) as caught:
        reader.read(content)
    return caught.value.reason


class TestCells:
    def test_are_what_they_are_in_xlsx(self) -> None:
        assert READER.read(xls_of_rows(TABLE)).rows == TABLE == READER.read(xlsx_of(TABLE)).rows

    def test_are_where_a_spreadsheet_shows_them(self) -> None:
        assert READER.read(xls_of(lambda sheet: sheet.write(2, 2, "x"))).rows == (
            (),
            (),
            (None, None, "x"),
        )

    def test_round_as_the_spreadsheet_shows_them(self) -> None:
        assert Money.parse(only_cell(lambda sheet: sheet.write(0, 0, 1.005))) == Money(101)

    @pytest.mark.parametrize(
        ("shown_as", "number", "read"),
        [
            ("yyyy-mm-dd", 43466, date(2019, 1, 1)),
            ("yyyy-mm-dd hh:mm", 43466.75, datetime(2019, 1, 1, 18, 0)),
            ('yyyy"年"m"月"', 43466, "2019年1月"),
            ("[h]:mm:ss", 1.5, "36:00:00"),
            ("0.00", 43466.5, 43466.5),
        ],
    )
    def test_of_dates_are_told_by_their_format(
        self, shown_as: str, number: float, read: object
    ) -> None:
        style = xlwt.easyxf(num_format_str=shown_as)

        assert only_cell(lambda sheet: sheet.write(0, 0, number, style)) == read

    def test_of_dates_count_from_1904_where_the_file_says_so(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.parent.dates_1904 = True
            sheet.write(0, 0, 42004, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

        assert only_cell(fill) == date(2019, 1, 1)

    def test_of_truth_and_errors_are_read(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.row(0).set_cell_boolean(0, value=True)
            sheet.row(0).set_cell_error(1, "#REF!")

        assert READER.read(xls_of(fill)).rows == ((True, "#REF!"),)

    def test_that_are_formatted_but_empty_are_none(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.write(0, 0, "x")
            sheet.write(9, 200, None, xlwt.easyxf("pattern: pattern solid"))

        assert READER.read(xls_of(fill)).rows == (("x",),)


class TestWhichSheet:
    def test_the_first_that_is_shown(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.write(0, 0, "hidden")
            sheet.visibility = 1
            second = sheet.parent.add_sheet("second")
            second.write(0, 0, "shown")
            sheet.parent.set_active_sheet(1)

        assert only_cell(fill) == "shown"

    def test_an_empty_one_is_said_to_be_empty(self) -> None:
        assert reason(xls_of(lambda _: None)) == "empty"


class TestOtherContainers:
    def test_an_encrypted_xlsx_is_said_to_be_encrypted(self) -> None:
        assert reason(renamed_stream("EncryptedPackage")) == "encrypted"

    def test_a_text_document_is_no_spreadsheet(self) -> None:
        assert reason(renamed_stream("WordDocument")) == "not_a_spreadsheet"

    def test_the_word_encrypted_in_a_cell_does_not_matter(self) -> None:
        words = (("EncryptedPackage中", "Encrypted"),)

        assert READER.read(xls_of_rows(words)).rows == words

    def test_a_password_is_said_to_be_one(self) -> None:
        content = bytearray(xls_of_rows(TABLE))
        codepage = content.index(struct.pack("<HH", 0x42, 2))
        content[codepage : codepage + 2] = struct.pack("<H", 0x2F)

        assert reason(bytes(content)) == "encrypted"


class TestDamage:
    @pytest.mark.parametrize("kept", [8, 511, 512, 1_024, 3_000, 4_096])
    def test_refuses_a_file_cut_off_anywhere(self, kept: int) -> None:
        assert reason(xls_of_rows(TABLE)[:kept]) in {"damaged", "not_a_spreadsheet"}

    def test_refuses_a_chain_that_goes_in_circles(self) -> None:
        content = bytearray(xls_of_rows(TABLE))
        table = 512 + 512 * struct.unpack("<I", content[76:80])[0]
        content[table : table + 40] = struct.pack("<10I", *[0] * 10)

        assert reason(bytes(content)) == "damaged"


class TestLimits:
    def test_refuses_more_cells_than_any_sheet_needs(self) -> None:
        def fill(sheet: Any) -> None:
            for row in range(4_000):
                sheet.write(row, 255, 1)

        assert reason(xls_of(fill)) == "unpacks_too_large"

    def test_refuses_far_rows(self) -> None:
        assert reason(xls_of(lambda sheet: sheet.write(60_000, 0, "x"))) == "too_long"

    def test_of_time_are_kept(self) -> None:
        slow = DocumentSheetReader(xls_limits=XlsLimits(seconds=0))

        assert reason(xls_of_rows(TABLE), slow) == "too_slow"

    def test_of_memory_are_kept_where_the_platform_can(self) -> None:
        def fill(sheet: Any) -> None:
            for row in range(3_000):
                sheet.write(row, 255, row)

        content = xls_of(fill)
        table = READER.read(content)
        small = DocumentSheetReader(xls_limits=XlsLimits(megabytes=16))

        assert len(table.rows) == 3_000
        if sys.platform == "linux":
            assert reason(content, small) == "unpacks_too_large"
        else:
            assert small.read(content) == table


class TestTheProcess:
    def test_serves_many_threads_at_once(self) -> None:
        content, found = xls_of_rows(TABLE), []

        def read() -> None:
            found.append(READER.read(content).rows)

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert found == [TABLE] * 8

    def test_that_crashes_refuses_the_file(self, tmp_path: Path) -> None:
        crashing = program(tmp_path, "kill -SEGV $$")

        assert reason(xls_of_rows(TABLE), DocumentSheetReader(python=crashing)) == "damaged"

    def test_that_can_not_start_is_no_fault_of_the_file(self, tmp_path: Path) -> None:
        broken = program(tmp_path, "echo no such module >&2; exit 1")

        with pytest.raises(RuntimeError, match="no such module"):
            DocumentSheetReader(python=broken).read(xls_of_rows(TABLE))


def program(folder: Path, script: str) -> str:
    """Return the path of a program that a shell runs."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def renamed_stream(name: str) -> bytes:
    """Return a compound file whose stream Workbook has another name."""
    content = bytearray(xls_of_rows(TABLE))
    place = content.index("Workbook\0".encode("utf-16-le"))
    field = f"{name}\0".encode("utf-16-le")
    content[place : place + 66] = field.ljust(64, b"\0") + len(field).to_bytes(2, "little")
    return bytes(content)
