"""Whatever the bytes, reading gives rows or says why not (rule 3.4)."""

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import BillingError, SheetRefusedError
from billing_domain.model.houses.house import AddressBook
from billing_domain.model.imports.bill_sheet import read_bill_sheet
from billing_domain.model.imports.profile import STANDARD
from billing_domain.model.imports.resident_sheet import read_resident_sheet
from billing_domain.model.sheet import SheetRefusal, SheetTable
from tests.locked_workbooks import agile, xls_by_crypto_api, xls_by_rc4, xls_by_xor
from tests.workbooks import cell, parts, styles_xml, xls_of_rows, xlsx, xlsx_of, zipped

READER = DocumentSheetReader()
ROWS: list[list[Any]] = [
    ["房屋地址", "费用金额"],
    ["1号楼101", 212.755],
    ["1号楼102", date(2019, 1, 1)],
]
XLSX = xlsx_of(ROWS)
XLS = xls_of_rows([["房屋地址", "费用金额"], ["1号楼101", 212.755], [1300, True]])
CSV = '房屋地址,费用金额\r\n1号楼101,"1,300"\r\n'.encode("gb18030")
PARTS = parts(
    f'<row r="1">{cell("A1")}<c r="B1" s="1"><v>43466</v></c><c r="C1" t="s"><v>1</v></c></row>',
    **{"xl/styles.xml": styles_xml([14])},
)
LOCKED = [agile(XLSX, spins=1), xls_by_xor(XLS), xls_by_rc4(XLS), xls_by_crypto_api(XLS)]
CLERKS = [
    path.read_bytes()
    for path in sorted((Path(__file__).parents[2] / "data" / "sheets").glob("*/*"))
    if path.name != "expected.json"
]
BOOK = AddressBook("幸福家园", [])
REASONS = {reason.value for reason in SheetRefusal}

changes = st.lists(
    st.tuples(st.floats(0, 1), st.binary(max_size=4), st.integers(0, 8)), max_size=5
)


def changed(content: bytes, pieces: list[tuple[float, bytes, int]]) -> bytes:
    """Return bytes in which pieces, found by their relative place, were replaced."""
    for place, inserted, removed in pieces:
        start = int(place * len(content))
        content = content[:start] + inserted + content[start + removed :]
    return content


def read_or_refuse(content: bytes) -> None:
    try:
        table = READER.read(content)
    except SheetRefusedError as error:
        assert error.reason in REASONS  # noqa: PT017 - either outcome is right
    else:
        assert isinstance(table, SheetTable)
        assert any(cell is not None for row in table.rows for cell in row)
        with contextlib.suppress(BillingError):
            read_bill_sheet(table, STANDARD, BOOK)
        with contextlib.suppress(BillingError):
            read_resident_sheet(table, BOOK, [])


@given(st.binary(max_size=300))
def test_random_bytes(content: bytes) -> None:
    read_or_refuse(content)


@given(st.sampled_from([b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"]), st.binary())
def test_random_bytes_after_a_known_beginning(beginning: bytes, content: bytes) -> None:
    read_or_refuse(beginning + content)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
def test_random_text(text: str, encoding: str) -> None:
    with contextlib.suppress(UnicodeEncodeError):
        read_or_refuse(text.encode(encoding))


@given(changes)
def test_a_csv_file_with_other_bytes(pieces: list[tuple[float, bytes, int]]) -> None:
    read_or_refuse(changed(CSV, pieces))


@given(changes)
def test_a_workbook_with_other_bytes(pieces: list[tuple[float, bytes, int]]) -> None:
    read_or_refuse(changed(XLSX, pieces))


@given(st.sampled_from(sorted(PARTS)), changes)
def test_a_workbook_whose_parts_have_other_bytes(
    name: str, pieces: list[tuple[float, bytes, int]]
) -> None:
    part = PARTS[name]
    data = part.encode() if isinstance(part, str) else part

    read_or_refuse(zipped(PARTS | {name: changed(data, pieces)}))


@given(st.sets(st.sampled_from(sorted(PARTS)), min_size=1))
def test_a_workbook_that_lacks_parts(missing: set[str]) -> None:
    read_or_refuse(zipped({name: PARTS[name] for name in PARTS if name not in missing}))


@given(changes)
def test_an_xls_file_with_other_bytes(pieces: list[tuple[float, bytes, int]]) -> None:
    read_or_refuse(changed(XLS, pieces))


@given(st.sampled_from(LOCKED), changes)
def test_a_locked_workbook_with_other_bytes(
    content: bytes, pieces: list[tuple[float, bytes, int]]
) -> None:
    read_or_refuse(changed(content, pieces))


@given(st.sampled_from(CLERKS), changes)
def test_a_clerk_s_sheet_with_other_bytes(
    content: bytes, pieces: list[tuple[float, bytes, int]]
) -> None:
    read_or_refuse(changed(content, pieces))


def test_the_files_that_are_broken_above_are_whole() -> None:
    for content in (XLSX, XLS, CSV, xlsx(cell("A1")), zipped(PARTS), *LOCKED):
        assert READER.read(content).rows
