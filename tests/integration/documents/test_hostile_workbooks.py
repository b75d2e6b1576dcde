"""Workbooks made to harm are refused with the reason, before anything is unpacked in full."""

import io
import struct
import zipfile

import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from tests.workbooks import (
    DECLARATION,
    MAIN,
    RELATIONS_PART,
    SHEET_PART,
    STRINGS_PART,
    STYLES_PART,
    WORKBOOK_PART,
    cell,
    parts,
    relations_xml,
    sheet_xml,
    strings_xml,
    workbook_xml,
    xlsx,
    zipped,
)

READER = DocumentSheetReader()
DOCTYPE = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>'
LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content)
    return caught.value.reason, caught.value.detail


def after_declaration(xml: str, inserted: str) -> str:
    return xml.replace(DECLARATION, DECLARATION + inserted)


class TestFarCells:
    def test_refuses_a_column_without_end(self) -> None:
        assert refusal(xlsx(f'<row r="1">{cell("ALL1")}</row>')) == ("too_wide", "ALL1")

    def test_allows_the_last_row_and_column(self) -> None:
        table = READER.read(xlsx(f'<row r="20000">{cell("IV20000")}</row>'))

        assert len(table.rows) == 20_000
        assert table.rows[-1][255] == "x"

    def test_does_not_mind_empty_cells_far_out(self) -> None:
        far = f'<row r="1">{cell("A1")}</row><row r="1048576"><c r="XFD1048576" s="0"/></row>'

        assert READER.read(xlsx(far)).rows == (("x",),)

    def test_does_not_believe_the_stated_size(self) -> None:
        sheet = sheet_xml(f'<row r="1">{cell("A1")}</row>').replace(
            "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
        )

        assert READER.read(xlsx(**{SHEET_PART: sheet})).rows == (("x",),)

    @pytest.mark.parametrize(
        "name", ["1A", "A", "A0", "A-1", "ABCD1", "Ａ1", "A99999999999", "A１"]
    )
    def test_refuses_a_cell_address_that_is_none(self, name: str) -> None:
        assert refusal(xlsx(f'<row r="1">{cell(name)}</row>')) == ("damaged", SHEET_PART)

    @pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 5_000])
    def test_refuses_a_row_number_that_is_none(self, number: str) -> None:
        assert refusal(xlsx(f'<row r="{number}"/>')) == ("damaged", SHEET_PART)


class TestLongText:
    def test_refuses_a_cell_longer_than_a_spreadsheet_allows(self) -> None:
        assert refusal(xlsx(cell("B2", "字" * 32_768))) == ("damaged", "B2")

    def test_allows_the_longest_cell(self) -> None:
        assert READER.read(xlsx(cell("A1", "字" * 32_767))).rows == (("字" * 32_767,),)

    def test_refuses_a_shared_string_of_many_runs(self) -> None:
        runs = "<r><t>" + "</t></r><r><t>".join(["字" * 1_000] * 40) + "</t></r>"
        strings = strings_xml("x").replace("<t>x</t>", runs)

        assert refusal(xlsx(**{STRINGS_PART: strings})) == ("damaged", STRINGS_PART)

    def test_counts_a_shared_string_wherever_it_is_shown(self) -> None:
        """One string of 30 KiB shown by 3,600 cells is 100 MiB in every copy of the table."""
        rows = "".join(
            f'<row r="{row}">'
            + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDEF")
            + "</row>"
            for row in range(1, 601)
        )

        assert refusal(xlsx(rows, **{STRINGS_PART: strings_xml("字" * 30_000)})) == (
            "unpacks_too_large",
            "C45",
        )

    def test_refuses_more_shared_text_than_any_sheet_needs(self) -> None:
        strings = strings_xml(*["字" * 30_000] * 300)

        assert refusal(xlsx(**{STRINGS_PART: strings})) == ("unpacks_too_large", STRINGS_PART)

    def test_does_not_mind_indentation(self) -> None:
        sheet = sheet_xml(" " * 300_000 + cell("A1") + "\n" * 300_000)

        assert READER.read(xlsx(**{SHEET_PART: sheet})).rows == (("x",),)


class TestDocumentTypes:
    @pytest.mark.parametrize("declared", [DOCTYPE, LAUGHS, OUTSIDE])
    @pytest.mark.parametrize(
        "part",
        [
            SHEET_PART,
            STRINGS_PART,
            STYLES_PART,
            WORKBOOK_PART,
            RELATIONS_PART,
            "_rels/.rels",
        ],
    )
    def test_are_refused_in_every_part_that_is_read(self, part: str, declared: str) -> None:
        usual = parts(cell("A1"))[part]
        assert isinstance(usual, str)
        hostile = xlsx(cell("A1"), **{part: after_declaration(usual, declared)})

        assert refusal(hostile) == ("damaged", part)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
    def test_are_refused_in_utf_16(self, encoding: str) -> None:
        xml = after_declaration(strings_xml("&b;"), DOCTYPE).replace("UTF-8", "UTF-16")
        if encoding != "utf-16":
            xml = "\ufeff" + xml
        hostile = xlsx(cell("A1"), **{STRINGS_PART: xml.encode(encoding)})

        assert refusal(hostile) == ("damaged", STRINGS_PART)

    def test_utf_16_without_one_is_read(self) -> None:
        sheet = sheet_xml(cell("A1", "房屋地址")).replace("UTF-8", "UTF-16").encode("utf-16")

        assert READER.read(xlsx(**{SHEET_PART: sheet})).rows == (("房屋地址",),)

    def test_entities_without_one_are_refused(self) -> None:
        assert refusal(xlsx(cell("A1", "&b;"))) == ("damaged", SHEET_PART)


class TestXmlEncodings:
    @pytest.mark.parametrize("name", ["UF-8", "gb18030", "utf-7", "idna", "x" * 1_000])
    def test_that_workbooks_never_have_are_refused(self, name: str) -> None:
        sheet = sheet_xml(cell("A1")).replace("UTF-8", name)

        assert refusal(xlsx(**{SHEET_PART: sheet})) == ("damaged", SHEET_PART)

    def test_are_not_needed(self) -> None:
        sheet = sheet_xml(cell("A1")).replace(DECLARATION, "")

        assert READER.read(xlsx(**{SHEET_PART: sheet})).rows == (("x",),)


class TestXmlThatGrows:
    @pytest.mark.parametrize("opening", ["<a b='", "<!--", "<?a ", "<", "<a ", "<![CDATA["])
    def test_refuses_a_token_without_end(self, opening: str) -> None:
        assert refusal(xlsx(opening + "x" * 5_000_000)) == ("damaged", SHEET_PART)

    def test_refuses_relations_without_end(self) -> None:
        many = relations_xml(*[("rId1", "worksheet", "x")] * 200_000)

        assert refusal(xlsx(**{RELATIONS_PART: many})) == ("unpacks_too_large", RELATIONS_PART)

    def test_refuses_sheets_without_end(self) -> None:
        many = workbook_xml([("rId1", "")] * 200_000)

        assert refusal(xlsx(**{WORKBOOK_PART: many})) == ("unpacks_too_large", WORKBOOK_PART)


class TestArchives:
    def test_refuses_what_unpacks_to_more_than_it_says(self) -> None:
        content = bytearray(xlsx(cell("A1", "A" * 1_000_000)))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = archive.getinfo(SHEET_PART).file_size
        told = struct.pack("<I", size)
        lie = struct.pack("<I", 100)

        assert refusal(bytes(content).replace(told, lie)) == ("damaged", SHEET_PART)

    def test_counts_a_part_every_time_it_is_read(self) -> None:
        again = relations_xml(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "big.xml"),
            ("rId3", "styles", "big.xml"),
        )
        big = "<a>" + " " * (60 * 1024 * 1024) + "</a>"

        assert refusal(xlsx(**{RELATIONS_PART: again, "xl/big.xml": big})) == (
            "unpacks_too_large",
            "xl/big.xml",
        )

    def test_refuses_a_part_named_twice(self) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, data in parts(cell("A1")).items():
                archive.writestr(name, data)
            archive.writestr(SHEET_PART.upper(), "x")

        assert refusal(content.getvalue()) == ("damaged", SHEET_PART.upper())

    def test_never_opens_an_archive_within(self) -> None:
        inner = xlsx(cell("A1", "inner"))
        table = READER.read(zipped(parts(cell("A1", "outer")) | {"xl/embeddings/a.xlsx": inner}))

        assert table.rows == (("outer",),)

    def test_an_archive_of_archives_is_no_spreadsheet(self) -> None:
        inner = zipped({"a.txt": "a"})
        for _ in range(5):
            inner = zipped({"nested.zip": inner})

        assert refusal(inner) == ("not_a_spreadsheet", "archive")

    def test_refuses_a_method_that_takes_memory(self) -> None:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_LZMA) as archive:
            for name, data in parts(cell("A1")).items():
                archive.writestr(name, data)

        assert refusal(content.getvalue()) == ("damaged", "_rels/.rels")

    def test_refuses_an_encrypted_archive(self) -> None:
        content = xlsx(cell("A1"))
        central, local = b"PK\x01\x02", b"PK\x03\x04"
        flagged = bytearray(content)
        for signature, offset in ((central, 8), (local, 6)):
            place = content.find(signature)
            while place >= 0:
                flagged[place + offset] |= 1
                place = content.find(signature, place + 1)

        assert refusal(bytes(flagged)) == ("encrypted", "")


class TestWhatIsNeverFollowed:
    def test_a_sheet_outside_of_the_file(self) -> None:
        outside = relations_xml(
            ("rId1", "worksheet", "http://127.0.0.1:9/sheet.xml"), more='TargetMode="External"'
        )

        assert refusal(xlsx(**{RELATIONS_PART: outside})) == ("damaged", WORKBOOK_PART)

    def test_a_path_out_of_the_archive(self) -> None:
        outside = relations_xml(("rId1", "worksheet", "../../../../etc/passwd"))

        assert refusal(xlsx(**{RELATIONS_PART: outside})) == ("damaged", "etc/passwd")

    def test_links_and_macros_beside_the_sheet(self) -> None:
        further: dict[str, str | bytes] = {
            "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()",
            "xl/externalLinks/externalLink1.xml": f'<externalLink xmlns="{MAIN}"/>',
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations_xml(
                ("rId1", "externalLinkPath", "file:///etc/passwd"), more='TargetMode="External"'
            ),
        }

        assert READER.read(zipped(parts(cell("A1")) | further)).rows == (("x",),)


class TestDamage:
    @pytest.mark.parametrize("kept", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
    def test_refuses_a_file_cut_off_anywhere(self, kept: float) -> None:
        content = xlsx("".join(f"<row>{cell(f'A{row}')}</row>" for row in range(1, 300)))

        assert refusal(content[: int(len(content) * kept)])[0] == "damaged"

    @pytest.mark.parametrize("part", [SHEET_PART, STRINGS_PART, STYLES_PART, WORKBOOK_PART])
    def test_refuses_a_part_cut_off(self, part: str) -> None:
        usual = parts(cell("A1"))[part]

        assert refusal(xlsx(**{part: usual[: len(usual) // 2]})) == ("damaged", part)

    def test_refuses_a_missing_sheet(self) -> None:
        some = parts()
        del some[SHEET_PART]

        assert refusal(zipped(some)) == ("damaged", SHEET_PART)

    def test_refuses_a_shared_string_that_is_missing(self) -> None:
        assert refusal(xlsx('<c r="C3" t="s"><v>2</v></c>')) == ("damaged", "C3")

    def test_refuses_altered_bytes(self) -> None:
        content = bytearray(xlsx(cell("A1", "".join(chr(65 + n % 50) for n in range(5_000)))))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entry = archive.getinfo(SHEET_PART)
        content[entry.header_offset + 30 + len(SHEET_PART) + entry.compress_size // 2] ^= 0xFF

        assert refusal(bytes(content)) == ("damaged", SHEET_PART)
