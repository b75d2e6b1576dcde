"""A csv file reads alike in every encoding and with every separator that programs write."""

import pytest

from billing_adapters.documents.reading.csv_text import decoded, separator
from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError

READER = DocumentSheetReader()
TEXT = "房屋地址,费用类型\r\n1号楼101,物业费\r\n"
ROWS = (("房屋地址", "费用类型"), ("1号楼101", "物业费"))


class TestEncodings:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
    def test_are_told_apart(self, encoding: str) -> None:
        assert READER.read(TEXT.encode(encoding)).rows == ROWS

    def test_utf_16_of_either_byte_order_is_read(self) -> None:
        assert decoded("\ufeff房".encode("utf-16-be")) == "房"

    def test_rare_characters_of_gb18030_survive(self) -> None:
        assert decoded("𠮷㐂".encode("gb18030")) == "𠮷㐂"

    @pytest.mark.parametrize("content", [b"\xff\xff\xff", b"\x80a", "é".encode("latin-1")])
    def test_that_nobody_knows_are_refused(self, content: bytes) -> None:
        with pytest.raises(SheetRefusedError, match="unknown_encoding"):
            READER.read(content)

    def test_half_a_character_of_utf_16_is_refused(self) -> None:
        with pytest.raises(SheetRefusedError, match="unknown_encoding"):
            READER.read("\ufeff房屋".encode("utf-16-le")[:-1])


class TestSeparators:
    @pytest.mark.parametrize("character", [",", "\t", ";"])
    def test_are_told_by_the_first_line_that_has_one(self, character: str) -> None:
        text = TEXT.replace(",", character)

        assert READER.read(text.encode()).rows == ROWS
        assert READER.read(f"缴费单\r\n\r\n{text}".encode()).rows == (("缴费单",), (), *ROWS)

    def test_within_quotes_separate_nothing(self) -> None:
        assert separator('"a;b;c;d","e;f"\n') == (",", 1)

    def test_that_are_rarer_are_text(self) -> None:
        assert READER.read(b"a,b,c;d\n").rows == (("a", "b", "c;d"),)

    def test_one_column_has_none(self) -> None:
        assert READER.read("房屋地址\n101\n".encode()).rows == (("房屋地址",), ("101",))


class TestRows:
    def test_a_line_break_in_quotes_stays_in_its_row(self) -> None:
        rows = READER.read(b'a,"b\r\nc"\r\nd,e\r\n').rows

        assert rows == (("a", "b\nc"), ("d", "e"))

    def test_blank_lines_count(self) -> None:
        assert READER.read(b"a\r\n\r\n\r\nb").rows == (("a",), (), (), ("b",))

    def test_quotes_within_quotes_are_read(self) -> None:
        assert READER.read(b'a,"say ""x"""\n').rows == (("a", 'say "x"'),)

    def test_every_cell_is_text(self) -> None:
        assert READER.read(b"007,1300.50,TRUE,=1+1\n").rows == (
            ("007", "1300.50", "TRUE", "=1+1"),
        )

    @pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r"])
    def test_end_at_any_line_break(self, breaks: str) -> None:
        assert READER.read(TEXT.replace("\r\n", breaks).encode()).rows == ROWS


class TestLimits:
    @pytest.mark.parametrize(
        ("content", "reason", "detail"),
        [
            (b"a\n" * 20_001, "too_long", "A20001"),
            (b"a," * 256 + b"a\n", "too_wide", "IW1"),
            (b"a," + b"b" * 32_768, "damaged", "B1"),
            (b'a\nb\n"' + b"c\n" * 100_000, "quote_unclosed", "3"),
            (b"1,2,3,4,5,6,7,8,9,10,11,12\n" * 18_000, "unpacks_too_large", "I16667"),
        ],
    )
    def test_are_those_of_any_sheet(self, content: bytes, reason: str, detail: str) -> None:
        with pytest.raises(SheetRefusedError) as caught:
            READER.read(content)

        assert (caught.value.reason, caught.value.detail) == (reason, detail)


class TestQuotes:
    """A quotation mark may hold lines of text, never rows (rule 3.15)."""

    @pytest.mark.parametrize(
        "text",
        [
            'a,b\r\nc,"d\r\ne,f\r\ng,h\r\n',
            'a,b\nc,"d\ne,"f\n',
            'a,b,c,d,e\n1,2,3,4,"x\n1,2,3,4,5\n1,2,3,4,x"\n',
            'a,b\rc,"d\re,f\r',
            'a,b,c\n1,"2,3\n4,5",6\n',
            'a,b,c\n1,"2,3\n4,5,6"\n',
            'a,b,c\n1,"2,3\n4,5,6\n7,8",9\n',
        ],
    )
    def test_that_swallow_rows_are_told_with_their_row(self, text: str) -> None:
        with pytest.raises(SheetRefusedError) as caught:
            READER.read(text.encode())

        assert (caught.value.reason, caught.value.detail) == ("quote_unclosed", "2")

    @pytest.mark.parametrize(
        ("text", "cell"),
        [
            ('a,"x\ny, z"\n', "x\ny, z"),
            ('a,管径5"加粗\nb,c\n', '管径5"加粗'),
            ('a,"A栋"西侧\nb,c\n', "A栋西侧"),
            ('a,"加急', "加急"),
            ('a,"x\n""y"""\n', 'x\n"y"'),
            ('a,"x,y\nz",c\nd,e,f\n', "x,y\nz"),
        ],
    )
    def test_that_hold_text_are_read(self, text: str, cell: str) -> None:
        assert READER.read(text.encode()).rows[0][:2] == ("a", cell)
