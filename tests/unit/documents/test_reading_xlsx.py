"""An xlsx file reads as a spreadsheet program shows it, whoever wrote it."""

# ruff: noqa: DTZ001 - cells have no time zone

from datetime import date, datetime
from typing import Any

import pytest

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.model.money import Money
from billing_domain.model.sheet import CellMark
from tests.workbooks import (
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
    styles_xml,
    workbook_xml,
    xlsx,
    xlsx_of,
    zipped,
)

READER = DocumentSheetReader()
NEW_YEAR = 43466
"""1 January 2019 as a spreadsheet keeps it."""


def only_cell(content: bytes) -> Any:
    rows = READER.read(content).rows
    assert (len(rows), len(rows[0])) == (1, 1)
    return rows[0][0]


def number_shown(number: str, shown_as: int | str, *, properties: str = "") -> Any:
    return only_cell(
        xlsx(
            f'<c r="A1" s="1"><v>{number}</v></c>',
            **{
                STYLES_PART: styles_xml([shown_as]),
                WORKBOOK_PART: workbook_xml(properties=properties),
            },
        )
    )


class TestPlaces:
    def test_rows_and_columns_are_where_a_spreadsheet_shows_them(self) -> None:
        table = READER.read(xlsx(f'<row r="3">{cell("C3")}</row>'))

        assert table.rows == ((), (), (None, None, "x"))

    def test_cells_without_an_address_follow_each_other(self) -> None:
        table = READER.read(xlsx("<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/>" * 2))

        assert table.rows == ((1, None, 3), (), (1, None, 3))

    def test_cells_in_any_order_find_their_place(self) -> None:
        rows = f'<row r="2">{cell("B2", "d")}{cell("A2", "c")}</row><row r="1">{cell("a1")}</row>'

        assert READER.read(xlsx(rows)).rows == (("x",), ("c", "d"))

    def test_the_later_of_two_cells_in_one_place_counts(self) -> None:
        assert only_cell(xlsx(cell("A1", "early") + cell("A1", "late"))) == "late"

    def test_a_merged_area_has_its_value_in_the_first_cell(self) -> None:
        sheet = sheet_xml(f'<row>{cell("A1")}<c r="B1"/></row>').replace(
            "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
        )

        assert READER.read(xlsx(**{SHEET_PART: sheet})).rows == (("x",),)


class TestText:
    def test_shared_and_inline_text_reads_alike(self) -> None:
        rows = cell("A1", "房屋地址") + '<c r="B1" t="s"><v>0</v></c>'

        table = READER.read(xlsx(rows, **{STRINGS_PART: strings_xml("房屋地址")}))

        assert table.rows == (("房屋地址", "房屋地址"),)

    def test_formatted_runs_are_joined_and_pronunciation_left_out(self) -> None:
        rich = "<r><t>翠湖</t></r><r><t>花园</t></r><rPh sb='0' eb='1'><t>cui hu</t></rPh>"
        rows = '<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is>' + rich + "</is></c>"
        strings = strings_xml("x").replace("<t>x</t>", rich)

        assert READER.read(xlsx(rows, **{STRINGS_PART: strings})).rows == (("翠湖花园",) * 2,)

    def test_markup_in_text_is_text(self) -> None:
        assert only_cell(xlsx(cell("A1", "<![CDATA[<b>]]>&amp;&#20013;"))) == "<b>&中"

    def test_escapes_of_the_format_are_read(self) -> None:
        assert only_cell(xlsx(cell("A1", "a_x000D__x000A_b_x005F_x0041_"))) == "a\nb_x0041_"

    def test_what_nobody_can_read_is_marked(self) -> None:
        assert only_cell(xlsx(cell("A1", "a_x0000_b_xD800_c"))) == "a�b�c"

    def test_blank_text_is_no_cell(self) -> None:
        assert READER.read(xlsx(cell("A1", "") + cell("B1"))).rows == ((None, "x"),)

    def test_letters_with_accents_of_another_namespace_prefix(self) -> None:
        sheet = sheet_xml(cell("A1")).replace("<", "<x:").replace("<x:/", "</x:")
        sheet = sheet.replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")

        assert only_cell(xlsx(**{SHEET_PART: sheet})) == "x"


class TestNumbers:
    @pytest.mark.parametrize(
        ("stored", "read"),
        [
            ("1300", 1300),
            ("1300.0", 1300),
            ("-5", -5),
            ("1.3E3", 1300),
            ("0.13", 0.13),
            ("1e15", 1e15),
            ("212.755", 212.755),
            ("nan", "nan"),
            ("1_000", "1_000"),
            ("1e999", "inf"),
        ],
    )
    def test_are_read_as_stored(self, stored: str, read: object) -> None:
        assert only_cell(xlsx(f'<c r="A1"><v>{stored}</v></c>')) == read

    def test_whole_numbers_are_whole(self) -> None:
        assert isinstance(only_cell(xlsx('<c r="A1"><v>101.0</v></c>')), int)

    @pytest.mark.parametrize("stored", ["1.005", "1.0049999999999999"])
    def test_round_as_the_spreadsheet_shows_them(self, stored: str) -> None:
        """Binary 1.005 is a little less, and would be 1.00 yuan if taken by its bits."""
        assert Money.parse(only_cell(xlsx(f'<c r="A1"><v>{stored}</v></c>'))) == Money(101)

    @pytest.mark.parametrize("shown_as", ["#,##0.00", "General", '¥#,##0.00;[Red]-"d"0', "@"])
    def test_stay_numbers_however_formatted(self, shown_as: int | str) -> None:
        assert number_shown("0.13", shown_as) == 0.13

    @pytest.mark.parametrize("shown_as", [9, 10])
    def test_are_percentages_where_shown_so(self, shown_as: int) -> None:
        assert number_shown("0.12", shown_as) == "12%"

    def test_truth_is_truth(self) -> None:
        rows = '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c>'

        assert READER.read(xlsx(rows)).rows == ((True, False),)


class TestDates:
    @pytest.mark.parametrize("shown_as", [14, 22, 31, 58, "yyyy-mm-dd", 'yyyy"年"m"月"d"日";@'])
    def test_a_day_is_a_date(self, shown_as: int | str) -> None:
        assert number_shown(str(NEW_YEAR), shown_as) == date(2019, 1, 1)

    def test_a_day_with_a_time_is_a_datetime(self) -> None:
        assert number_shown("43466.75", 22) == datetime(2019, 1, 1, 18, 0)

    def test_a_time_almost_midnight_is_the_next_day(self) -> None:
        assert number_shown("43466.9999999999", 22) == date(2019, 1, 2)

    @pytest.mark.parametrize(
        "shown_as", [17, 27, 36, 57, 'yyyy"年"m"月"', '[$-804]yyyy"年"m"月";@']
    )
    def test_a_month_is_a_month(self, shown_as: int | str) -> None:
        """Typing 2019年1月 stores its first day; as an end it means the last (rule 3.8)."""
        assert number_shown(str(NEW_YEAR), shown_as) == "2019年1月"

    def test_another_day_under_a_month_format_is_the_month_and_marked(self) -> None:
        content = xlsx('<c r="A1" s="1"><v>43480</v></c>', **{STYLES_PART: styles_xml([57])})
        table = READER.read(content)

        assert table.rows == (("2019年1月",),)
        assert table.marks == {(1, 1): CellMark.MONTH_OF_A_DAY}

    @pytest.mark.parametrize(
        ("number", "shown_as", "text"),
        [
            ("0.354166666666667", 20, "08:30:00"),
            ("0", 21, "00:00:00"),
            ("1.0833333333", 46, "26:00:00"),
            ("-0.5", "[h]:mm", "-12:00:00"),
        ],
    )
    def test_a_mere_time_is_text(self, number: str, shown_as: int | str, text: str) -> None:
        assert number_shown(number, shown_as) == text

    @pytest.mark.parametrize(
        ("number", "day"),
        [
            ("1", date(1900, 1, 1)),
            ("59", date(1900, 2, 28)),
            ("61", date(1900, 3, 1)),
            ("2958465", date(9999, 12, 31)),
        ],
    )
    def test_count_as_spreadsheets_do(self, number: str, day: date) -> None:
        assert number_shown(number, 14) == day

    @pytest.mark.parametrize(
        ("number", "day"),
        [
            ("46112.99999996528", date(2026, 3, 31)),
            ("46112.99999999999", date(2026, 4, 1)),
            ("46112.00000000001", date(2026, 3, 31)),
            ("46112.9999", date(2026, 3, 31)),
        ],
    )
    def test_moments_belong_to_their_day(self, number: str, day: date) -> None:
        assert str(number_shown(number, 14))[:10] == str(day)

    @pytest.mark.parametrize("number", ["60", "-1", "2958466", "1E+300"])
    def test_a_day_that_no_calendar_has_stays_a_number(self, number: str) -> None:
        assert number_shown(number, 14) == float(number)

    @pytest.mark.parametrize("value", ["1", "true"])
    def test_count_from_1904_where_the_file_says_so(self, value: str) -> None:
        shown = number_shown("42004", 14, properties=f'<workbookPr date1904="{value}"/>')

        assert shown == date(2019, 1, 1)

    def test_day_zero_of_1904_is_a_day(self) -> None:
        assert number_shown("0", 14, properties='<workbookPr date1904="1"/>') == date(1904, 1, 1)

    @pytest.mark.parametrize(
        ("stored", "read"),
        [
            ("2019-01-02", date(2019, 1, 2)),
            ("2019-01-02T03:04:05", datetime(2019, 1, 2, 3, 4, 5)),
            ("2019年1月", "2019年1月"),
        ],
    )
    def test_of_the_strict_format_are_read(self, stored: str, read: object) -> None:
        assert only_cell(xlsx(f'<c r="A1" t="d"><v>{stored}</v></c>')) == read

    def test_without_styles_are_numbers(self) -> None:
        some = parts('<c r="A1" s="1"><v>43466</v></c>')
        del some[STYLES_PART]

        assert only_cell(zipped(some)) == NEW_YEAR


class TestFormulas:
    @pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
    def test_without_a_value_are_marked(self, value: str) -> None:
        rows = f'<row r="7">{cell("A7")}<c r="B7"><f>1+1</f>{value}</c></row>'
        table = READER.read(xlsx(rows))

        assert table.rows[6] == ("x",)
        assert table.marks == {(7, 2): CellMark.NOT_CALCULATED}

    def test_with_the_zero_that_programs_write_before_calculating_are_marked(self) -> None:
        table = READER.read(xlsx('<c r="A1"><f>1+1</f><v>0</v></c><c r="B1"><v>0</v></c>'))

        assert table.rows == ((0, 0),)
        assert table.marks == {(1, 1): CellMark.NOT_CALCULATED}

    def test_may_keep_their_value_as_inline_text(self) -> None:
        assert only_cell(xlsx('<c r="A1" t="inlineStr"><f>A2</f><is><t>ab</t></is></c>')) == "ab"

    def test_beyond_the_limits_say_nothing(self) -> None:
        table = READER.read(xlsx(f'{cell("A1")}<c r="XFD1048576"><f>A1</f><v/></c>'))

        assert (table.rows, table.marks) == ((("x",),), {})

    def test_without_a_value_are_named_when_there_is_nothing_else(self) -> None:
        with pytest.raises(SheetRefusedError, match=r"formula_without_value.*A1"):
            READER.read(xlsx_of([["=1+1"]]))

    def test_count_as_their_value(self) -> None:
        rows = '<c r="A1"><f>650*2</f><v>1300</v></c><c r="B1" t="str"><f>A2</f><v>水费</v></c>'

        assert READER.read(xlsx(rows)).rows == ((1300, "水费"),)

    def test_of_empty_text_have_a_value(self) -> None:
        rows = cell("A1") + '<c r="B1" t="str"><f>""</f><v></v></c>'

        assert READER.read(xlsx(rows)).rows == (("x",),)

    def test_with_an_error_show_it(self) -> None:
        assert only_cell(xlsx('<c r="A1" t="e"><f>A2</f><v>#REF!</v></c>')) == "#REF!"


class TestWhichSheet:
    def test_the_first_in_the_list_whatever_its_file_is_called(self) -> None:
        content = zipped(
            parts(cell("A1", "listed second"))
            | {
                WORKBOOK_PART: workbook_xml([("rId9", ""), ("rId1", "")]),
                RELATIONS_PART: relations_xml(
                    ("rId1", "worksheet", "worksheets/sheet1.xml"),
                    ("rId9", "worksheet", r"worksheets\Sheet9.XML"),
                ),
                "xl/worksheets/sheet9.xml": sheet_xml(cell("A1", "listed first")),
            }
        )

        assert only_cell(content) == "listed first"

    @pytest.mark.parametrize("state", ["hidden", "veryHidden"])
    def test_not_a_hidden_one(self, state: str) -> None:
        content = zipped(
            parts(cell("A1", "hidden"))
            | {
                WORKBOOK_PART: workbook_xml([("rId1", f'state="{state}"'), ("rId9", "")]),
                RELATIONS_PART: relations_xml(
                    ("rId1", "worksheet", "worksheets/sheet1.xml"),
                    ("rId9", "worksheet", "worksheets/sheet9.xml"),
                ),
                "xl/worksheets/sheet9.xml": sheet_xml(cell("A1", "shown")),
            }
        )

        assert only_cell(content) == "shown"

    def test_not_a_chart(self) -> None:
        content = xlsx(
            cell("A1"),
            **{
                WORKBOOK_PART: workbook_xml([("rId9", ""), ("rId1", "")]),
                RELATIONS_PART: relations_xml(
                    ("rId9", "chartsheet", "chartsheets/sheet1.xml"),
                    ("rId1", "worksheet", "worksheets/sheet1.xml"),
                ),
            },
        )

        assert only_cell(content) == "x"

    def test_a_workbook_named_otherwise_is_found(self) -> None:
        some = parts(cell("A1"))
        some["_rels/.rels"] = relations_xml(("rId1", "officeDocument", "/x/book.xml"))
        some["x/book.xml"] = some.pop(WORKBOOK_PART)
        some["x/_rels/book.xml.rels"] = relations_xml(
            ("rId1", "worksheet", "/xl/worksheets/sheet1.xml")
        )

        assert only_cell(zipped(some)) == "x"

    def test_names_with_backslashes_and_capitals_are_found(self) -> None:
        renamed = {name.replace("/", "\\").upper(): data for name, data in parts("").items()}
        renamed[SHEET_PART.replace("/", "\\").upper()] = sheet_xml(cell("A1"))

        assert only_cell(zipped(renamed)) == "x"

    def test_an_empty_one_is_said_to_be_empty(self) -> None:
        with pytest.raises(SheetRefusedError, match="empty"):
            READER.read(xlsx('<row r="5"><c r="A5" s="0"/></row>'))
