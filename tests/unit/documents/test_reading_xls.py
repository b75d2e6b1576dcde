"""An xls file reads as an xlsx file does, down to those of before Unicode."""

# ruff: noqa: DTZ001 - cells have no time zone

import struct
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest
import xlwt

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.model.money import Money
from billing_domain.model.sheet import CellMark
from tests.workbooks import renamed_stream, xls_of, xls_of_records, xls_of_rows, xlsx_of

READER = DocumentSheetReader()
TABLE = (("房屋地址", "费用金额"), ("1号楼/101", 212.755), ("1号楼/102", 1300))

BEGIN, END, CONTINUE = 0x809, 0x0A, 0x3C
STRINGS, SHEET, CODEPAGE, FORMAT, STYLE = 0xFC, 0x85, 0x42, 0x41E, 0xE0
SHARED_TEXT, TEXT, FORMULA, FORMULA_TEXT = 0xFD, 0x204, 0x06, 0x207
NUMBER, SHORT_NUMBER = 0x203, 0x27E

Record = tuple[int, bytes]


def only_cell(content: bytes) -> Any:
    rows = READER.read(content).rows
    assert (len(rows), len(rows[0])) == (1, 1)
    return rows[0][0]


def filled_cell(fill: Callable[[Any], object]) -> Any:
    return only_cell(xls_of(fill))


def reason(content: bytes) -> str:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content)
    return caught.value.reason


def book(
    cells: Sequence[Record],
    common: Sequence[Record] = (),
    *,
    version: int = 0x600,
    stream: str = "Workbook",
) -> bytes:
    """Return a file with one sheet of records, after records for all sheets."""
    return xls_of_records(book_records(cells, common, version=version), stream)


def book_records(
    cells: Sequence[Record], common: Sequence[Record] = (), *, version: int = 0x600
) -> list[Record]:
    begin = (BEGIN, struct.pack("<HHHH", version, 5, 0, 0))
    before = [begin, (SHEET, bytes(6)), *common, (END, b"")]
    start = sum(4 + len(data) for _, data in before)
    before[1] = (SHEET, struct.pack("<IBB", start, 0, 0))
    sheet = (BEGIN, struct.pack("<HHHH", version, 0x10, 0, 0))
    return [*before, sheet, *cells, (END, b"")]


def at(row: int, column: int, rest: bytes, style: int = 0) -> bytes:
    return struct.pack("<HHH", row, column, style) + rest


def narrow(text: str) -> bytes:
    return struct.pack("<HB", len(text), 0) + text.encode("latin-1")


def wide(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def shared(*blocks: bytes, count: int = 1) -> list[Record]:
    """Return shared texts as a record and those that continue it."""
    first = struct.pack("<II", count, count) + blocks[0]
    return [(STRINGS, first), *[(CONTINUE, block) for block in blocks[1:]]]


def stream_of(cells: Sequence[Record]) -> bytes:
    """Return the records of a workbook as they stand in its stream."""
    records = book_records(cells)
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def small_container(data: bytes, *, last: int = 0xFFFF_FFFE, root: int = 5) -> bytes:
    """Return a compound file whose stream is too short for sectors of 512 bytes.

    Sectors: 0 the table, 1 the directory, 2 the table of small sectors, 3 and 4 those.
    """
    chain_end = 0xFFFF_FFFE
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<HHHH", header, 26, 3, 0xFFFE, 9, 6)
    struct.pack_into("<III", header, 44, 1, 1, 0)
    struct.pack_into("<IIIII", header, 56, 4_096, 2, 1, chain_end, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFF_FFFF] * 108)
    table = struct.pack("<5I", 0xFFFF_FFFD, chain_end, chain_end, 4, chain_end)
    small = range(-(-len(data) // 64))
    small_table = struct.pack(f"<{len(small)}I", *[*small[1:], last])
    entries = [("Root Entry", root, 3, 1_024), ("Workbook", 2, 0, len(data))]
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HB49xII4x", 2 * len(name) + 2, kind, start, size)
        for name, kind, start, size in entries
    )
    sectors = [table.ljust(512, b"\xff"), directory.ljust(512, b"\0")]
    sectors += [small_table.ljust(512, b"\xff"), data.ljust(1_024, b"\0")]
    return bytes(header) + b"".join(sectors)


FIVE = [(NUMBER, at(0, 0, struct.pack("<d", 5)))]
FIRST_SHARED = [(SHARED_TEXT, at(0, 0, struct.pack("<I", 0)))]


class TestCells:
    def test_are_what_they_are_in_xlsx(self) -> None:
        assert READER.read(xls_of_rows(TABLE)).rows == TABLE == READER.read(xlsx_of(TABLE)).rows

    def test_are_where_a_spreadsheet_shows_them(self) -> None:
        assert READER.read(xls_of(lambda sheet: sheet.write(2, 2, "x"))).rows == (
            (),
            (),
            (None, None, "x"),
        )

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

    def test_of_empty_text_may_lack_the_byte_of_its_options(self) -> None:
        empty = (TEXT, at(0, 1, b"\0\0"))

        assert READER.read(book([*FIRST_SHARED, empty], shared(narrow("a")))).rows == (("a",),)

    def test_of_formulas_with_a_zero_are_marked(self) -> None:
        formula = (FORMULA, at(0, 0, struct.pack("<d", 0) + bytes(8)))

        assert READER.read(book([formula])).marks == {(1, 1): CellMark.NOT_CALCULATED}

    def test_within_a_chart_are_not_the_sheets(self) -> None:
        inner = [(NUMBER, at(0, 0, struct.pack("<d", 5)))]
        begin = (BEGIN, struct.pack("<HH", 0x600, 0x20))
        cells = [begin, *inner, (END, b""), (NUMBER, at(0, 1, struct.pack("<d", 7)))]

        assert READER.read(book(cells)).rows == ((None, 7),)


class TestNumbers:
    def test_round_as_the_spreadsheet_shows_them(self) -> None:
        assert Money.parse(filled_cell(lambda sheet: sheet.write(0, 0, 1.005))) == Money(101)

    @pytest.mark.parametrize(
        ("packed", "number"),
        [
            (1300 << 2 | 2, 1300),
            (-5 << 2 | 2, -5),
            (130050 << 2 | 3, 1300.5),
            (struct.unpack("<i", struct.pack("<d", 2.5)[4:])[0], 2.5),
            (struct.unpack("<i", struct.pack("<d", 250)[4:])[0] | 1, 2.5),
            (struct.unpack("<i", struct.pack("<d", -0.5)[4:])[0], -0.5),
        ],
    )
    def test_are_unpacked(self, packed: int, number: float) -> None:
        assert only_cell(book([(SHORT_NUMBER, at(0, 0, struct.pack("<i", packed)))])) == number

    def test_in_a_row_are_unpacked(self) -> None:
        many = struct.pack("<HHHiHiH", 0, 1, 0, 7 << 2 | 2, 0, 8 << 2 | 2, 2)

        assert READER.read(book([(0xBD, many)])).rows == ((None, 7, 8),)

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
    def test_that_are_dates_are_told_by_their_format(
        self, shown_as: str, number: float, read: object
    ) -> None:
        style = xlwt.easyxf(num_format_str=shown_as)

        assert filled_cell(lambda sheet: sheet.write(0, 0, number, style)) == read

    def test_that_are_dates_may_have_a_chinese_format_without_a_code(self) -> None:
        number = at(0, 0, struct.pack("<d", 43466))

        assert only_cell(book([(NUMBER, number)], [(STYLE, struct.pack("<HH16x", 0, 57))])) == (
            "2019年1月"
        )

    def test_that_are_dates_count_from_1904_where_the_file_says_so(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.parent.dates_1904 = True
            sheet.write(0, 0, 42004, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

        assert filled_cell(fill) == date(2019, 1, 1)

    def test_of_a_format_that_breaks_off_are_numbers(self) -> None:
        broken = [(FORMAT, struct.pack("<HHB", 164, 50, 0)), (STYLE, struct.pack("<HH", 0, 164))]

        assert only_cell(book([(NUMBER, at(0, 0, struct.pack("<d", 5)))], broken)) == 5


class TestSharedTexts:
    @pytest.mark.parametrize(
        "blocks",
        [
            [narrow("abc")],
            [wide("abc")],
            [b"", narrow("abc")],
            [b"\x03\x00\x00", b"\x00abc"],
            [b"\x03\x00\x00a", b"\x00bc"],
            [b"\x03\x00\x01a\x00", b"\x00bc"],
            [b"\x03\x00\x00a", b"\x01b\x00c\x00"],
            [b"\x03\x00\x00a", b"\x00b", b"\x01c\x00"],
            [struct.pack("<HBH", 3, 8, 2) + b"abc" + b"r" * 8],
            [struct.pack("<HBI", 3, 4, 5) + b"abc" + b"asides"[:5]],
            [struct.pack("<HBHI", 3, 12, 1, 6) + b"abc" + b"rr", b"rr" + b"aside!"],
        ],
    )
    def test_are_put_together_however_they_break_off(self, blocks: list[bytes]) -> None:
        second = (SHARED_TEXT, at(0, 1, struct.pack("<I", 1)))
        blocks = [*blocks[:-1], blocks[-1] + wide("下一个")]

        table = READER.read(book([*FIRST_SHARED, second], shared(*blocks, count=2)))

        assert table.rows == (("abc", "下一个"),)

    def test_may_break_off_within_a_rare_character(self) -> None:
        whole = "𠮷".encode("utf-16-le")
        blocks = [struct.pack("<HB", 2, 1) + whole[:2], b"\x01" + whole[2:]]

        assert only_cell(book(FIRST_SHARED, shared(*blocks))) == "𠮷"

    def test_are_found_when_thousands_of_them_fill_many_records(self) -> None:
        rows = tuple((f"幸福家园/{row}号楼", "x" * (row % 90)) for row in range(1, 2_000))

        table = READER.read(xls_of_rows(rows))

        assert table.rows == tuple(row if row[1] else row[:1] for row in rows)

    @pytest.mark.parametrize("count", [0, 1, 50_000, 2**32 - 1])
    def test_are_counted_by_reading_them(self, count: int) -> None:
        assert only_cell(book(FIRST_SHARED, shared(narrow("abc"), count=count))) == "abc"

    def test_that_are_missing_damage_their_cell(self) -> None:
        with pytest.raises(SheetRefusedError, match=r"damaged.*C2"):
            READER.read(book([(SHARED_TEXT, at(1, 2, struct.pack("<I", 1)))], shared(narrow("a"))))

    def test_without_end_are_refused(self) -> None:
        blocks = [narrow("x") * 2_000] * 101

        assert reason(book(FIRST_SHARED, shared(*blocks))) == "unpacks_too_large"


class TestFormulas:
    @pytest.mark.parametrize("record", [FORMULA, 0x206, 0x406])
    def test_count_as_their_value_in_the_records_of_every_version(self, record: int) -> None:
        number = at(0, 0, struct.pack("<d", 1300.5) + bytes(8))

        assert only_cell(book([(record, number)])) == 1300.5

    @pytest.mark.parametrize(
        ("kind", "value", "read"),
        [(1, 1, True), (1, 0, False), (2, 0x17, "#REF!"), (2, 99, "#N/A")],
    )
    def test_may_be_truth_or_an_error(self, kind: int, value: int, read: object) -> None:
        result = struct.pack("<BxBxxxH", kind, value, 0xFFFF)

        assert only_cell(book([(FORMULA, at(0, 0, result + bytes(8)))])) == read

    @pytest.mark.parametrize(
        "texts",
        [
            [(FORMULA_TEXT, wide("水费"))],
            [(FORMULA_TEXT, wide("水费")[:5]), (CONTINUE, b"\x01" + wide("水费")[5:])],
        ],
    )
    def test_may_be_text(self, texts: list[Record]) -> None:
        formula = (FORMULA, at(0, 0, struct.pack("<B5xH", 0, 0xFFFF) + bytes(8)))
        between = (0x4BC, b"shared formula")

        assert only_cell(book([formula, between, *texts])) == "水费"

    def test_may_be_empty_text(self) -> None:
        formula = (FORMULA, at(0, 0, struct.pack("<B5xH", 3, 0xFFFF) + bytes(8)))

        assert READER.read(book([formula, (NUMBER, at(0, 1, bytes(8)))])).rows == ((None, 0),)


class TestBeforeUnicode:
    @pytest.mark.parametrize(
        ("codepage", "encoding"), [(936, "gb18030"), (950, "big5"), (4_711, "gb18030")]
    )
    def test_texts_are_in_the_code_page(self, codepage: int, encoding: str) -> None:
        data = "房屋".encode(encoding)
        text = at(0, 0, struct.pack("<H", len(data)) + data)
        content = book(
            [(TEXT, text)],
            [(CODEPAGE, struct.pack("<H", codepage))],
            version=0x500,
            stream="Book",
        )

        assert only_cell(content) == "房屋"

    def test_formulas_and_formats_are_read(self) -> None:
        code = "yyyy年m月".encode("gbk")
        common = [
            (FORMAT, struct.pack("<HB", 164, len(code)) + code),
            (STYLE, struct.pack("<HH12x", 0, 164)),
        ]
        cells = [
            (NUMBER, at(0, 0, struct.pack("<d", 43466))),
            (FORMULA, at(0, 1, struct.pack("<B5xH", 0, 0xFFFF) + bytes(8))),
            (FORMULA_TEXT, struct.pack("<H", 4) + "水费".encode("gbk")),
        ]

        assert READER.read(book(cells, common, version=0x500, stream="BOOK")).rows == (
            ("2019年1月", "水费"),
        )


class TestWhichSheet:
    def test_the_first_that_is_shown(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.write(0, 0, "hidden")
            sheet.visibility = 1
            second = sheet.parent.add_sheet("second")
            second.write(0, 0, "shown")
            sheet.parent.set_active_sheet(1)

        assert filled_cell(fill) == "shown"

    def test_an_empty_one_is_said_to_be_empty(self) -> None:
        assert reason(xls_of(lambda _: None)) == "empty"

    def test_a_file_without_one_is_said_to_be_empty(self) -> None:
        chart = struct.pack("<IBB", 0, 0, 2)
        records = [(BEGIN, struct.pack("<HH", 0x600, 5)), (SHEET, chart), (END, b"")]

        assert reason(xls_of_records(records)) == "empty"


class TestSmallStreams:
    def test_are_put_together_from_small_sectors(self) -> None:
        assert only_cell(small_container(stream_of(FIVE))) == 5

    def test_that_go_in_circles_are_refused(self) -> None:
        assert reason(small_container(stream_of(FIVE), last=0)) == "damaged"

    def test_without_a_root_are_no_spreadsheet(self) -> None:
        assert reason(small_container(stream_of(FIVE), root=1)) in {"damaged", "not_a_spreadsheet"}


class TestStreams:
    def test_of_embedded_objects_are_none_of_the_files_own(self) -> None:
        """A chart's `Workbook` in a storage must not beat the `Book` that holds the data."""
        content = bytearray(small_container(stream_of(FIVE)))
        directory = 512 * 2
        struct.pack_into("<I", content, directory + 76, 2)
        book_entry = bytes(content[directory + 128 : directory + 256])
        own = "Book\0".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 10, 2, 1)
        content[directory + 256 : directory + 384] = (
            own + struct.pack("<III", *[0xFFFF_FFFF] * 3) + book_entry[80:]
        )
        content[directory + 128 + 116 : directory + 128 + 124] = bytes(8)

        assert only_cell(bytes(content)) == 5


class TestOtherContainers:
    def test_an_encrypted_xlsx_is_said_to_be_encrypted(self) -> None:
        assert reason(renamed_stream(xls_of_rows(TABLE), "EncryptedPackage")) == "encrypted"

    def test_a_text_document_is_no_spreadsheet(self) -> None:
        assert reason(renamed_stream(xls_of_rows(TABLE), "WordDocument")) == "not_a_spreadsheet"

    def test_the_word_encrypted_in_a_cell_does_not_matter(self) -> None:
        words = (("EncryptedPackage中", "Encrypted"),)

        assert READER.read(xls_of_rows(words)).rows == words

    def test_a_password_is_said_to_be_one(self) -> None:
        assert reason(book([], [(0x2F, bytes(6))])) == "encrypted"


class TestDamage:
    @pytest.mark.parametrize("kept", [8, 511, 512, 1_024, 3_000, 4_096])
    def test_refuses_a_file_cut_off_anywhere(self, kept: int) -> None:
        assert reason(xls_of_rows(TABLE)[:kept]) in {"damaged", "not_a_spreadsheet"}

    def test_refuses_sectors_that_go_in_circles(self) -> None:
        content = bytearray(xls_of_rows(TABLE))
        table = 512 + 512 * struct.unpack_from("<I", content, 76)[0]
        content[table : table + 40] = bytes(40)

        assert reason(bytes(content)) == "damaged"

    def test_refuses_sectors_beyond_the_table(self) -> None:
        content = bytearray(xls_of_rows(TABLE))
        content[48:52] = struct.pack("<I", 1_000_000)

        assert reason(bytes(content)) == "damaged"

    @pytest.mark.parametrize(("place", "value"), [(30, 40), (56, 2**31)])
    def test_refuses_sectors_of_no_known_size(self, place: int, value: int) -> None:
        content = bytearray(xls_of_rows(TABLE))
        content[place : place + 2] = struct.pack("<I", value)[:2] if value < 99 else b"\xff\xff"

        assert reason(bytes(content)) == "damaged"

    def test_refuses_a_sheet_that_begins_nowhere(self) -> None:
        content = xls_of_rows(TABLE)
        sheet = content.index(struct.pack("<H", SHEET), 512)

        assert reason(content[: sheet + 4] + b"\x05" + content[sheet + 5 :]) == "damaged"

    def test_refuses_a_record_that_breaks_off(self) -> None:
        assert reason(book([(NUMBER, b"\0\0")])) == "damaged"


class TestLimits:
    def test_refuse_more_places_than_any_sheet_needs(self) -> None:
        cells = [(NUMBER, at(row, 255, bytes(8))) for row in range(4_000)]

        assert reason(book(cells)) == "unpacks_too_large"

    def test_refuse_far_rows_and_columns(self) -> None:
        assert reason(book([(NUMBER, at(60_000, 0, bytes(8)))])) == "too_long"
        assert reason(book([(NUMBER, at(0, 60_000, bytes(8)))])) == "too_wide"
