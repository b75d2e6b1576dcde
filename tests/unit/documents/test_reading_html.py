"""Html tables and Excel-2003 XML that programs name .xls read as they would open in Excel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_domain.errors import SheetRefusedError
from billing_domain.model.sheet import Cell, CellMark, CellRange, SheetTable

READER = DocumentSheetReader()
NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"


def html(rows: str, *, before: str = "<html><body>") -> SheetTable:
    return READER.read(f"{before}<table>{rows}</table>".encode())


def reason(content: str) -> str:
    with pytest.raises(SheetRefusedError) as caught:
        READER.read(content.encode())
    return caught.value.reason


def xml(rows: str, *, before: str = "", options: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="GB2312"?><Workbook xmlns="{NAMESPACE}" '
        f'xmlns:ss="{NAMESPACE}" xmlns:x="urn:schemas-microsoft-com:office:excel">{before}'
        f'<Worksheet ss:Name="账单"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    )


def data(text: object, kind: str = "String", more: str = "") -> str:
    return f'<Cell {more}><Data ss:Type="{kind}">{text}</Data></Cell>'


class TestHtml:
    @pytest.mark.parametrize(
        "before",
        [
            "<html><body>",
            "\ufeff<!DOCTYPE html><html><head><title>表</title><style>td {}</style></head>",
            '<?xml version="1.0"?><html xmlns:x="urn:schemas-microsoft-com:office:excel">',
            "<!-- made by a program --><div>",
            "< div >",
            "\r\n <META charset=gb2312><TABLE></TABLE>",
            "<script>if (1<2) document.write('<td>no</td>')</script><p>",
        ],
    )
    def test_is_told_by_its_beginning(self, before: str) -> None:
        table = html("<tr><th>房屋地址<td>101</table>", before=before)

        assert table.rows == (("房屋地址", "101"),)

    @pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
    def test_is_read_in_every_encoding(self, encoding: str) -> None:
        content = "<table><tr><td>房屋地址</td></tr></table>".encode(encoding)

        assert READER.read(content).rows == (("房屋地址",),)

    @pytest.mark.parametrize(
        ("cell", "text"),
        [
            ("a&amp;b &#x4E00;&nbsp;", "a&b 一\xa0"),
            ("<font color=red>1,300</font>.00", "1,300.00"),
            ("一<br>二<BR/>三", "一\n二\n三"),
            ("  a \n  b  ", "a b"),
            ("1<2", "1<2"),
        ],
    )
    def test_cells_have_the_text_that_a_page_shows(self, cell: str, text: str) -> None:
        assert html(f"<tr><td>{cell}</td></tr>").rows == ((text.strip(),),)

    def test_spans_are_merged_cells(self) -> None:
        table = html(
            "<tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr>"
            "<tr><td colspan='2'>d<td>e</tr>"
        )

        assert table.rows == (("a", "b"), (None, "c"), ("d", None, "e"))
        assert table.merged == (CellRange(1, 1, 2, 1), CellRange(3, 1, 3, 2))

    def test_columns_that_excel_hides_are_hidden(self) -> None:
        columns = "<col width=72><col width=0 span=2 style='display:none;width:54pt'></col><col>"
        table = READER.read(f"<table>{columns}<tr><td>a<td>b<td>c<td>d</table>".encode())

        assert table.rows == (("a", "b", "c", "d"),)
        assert table.hidden_columns == {2, 3}

    def test_hidden_rows_and_cells_are_hidden(self) -> None:
        table = html(
            "<tr><td>a</td></tr><tr style='height:0;display: none'><td>b</td></tr>"
            "<tr><td style='display:none'>x</td><td>c</td></tr>"
        )

        assert table.rows == (("a",), ("b",), ("c",))
        assert table.hidden_rows == {2}

    def test_tables_follow_each_other(self) -> None:
        rows = "<tr><td>标题</td></tr></table>text<table><tr><td>a<table><tr><td>b"

        assert html(rows).rows == (("标题",), ("a",), ("b",))

    def test_cells_without_a_row_are_one(self) -> None:
        assert html("<td>a<td>b").rows == (("a", "b"),)

    def test_without_a_table_is_no_sheet(self) -> None:
        assert reason("<html><p>a</p></html>") == "not_a_spreadsheet"
        assert reason("<table></table>") == "empty"

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("<table>" + "<a>" * 1_000_001, "unpacks_too_large"),
            ("<table><tr><td>" + "x" * 70_000, "unpacks_too_large"),
            ("<table>" + "<tr><td>a" * 20_001, "too_long"),
            ("<table><tr><td colspan=9999999>a<td>b", "too_wide"),
            ("<table>" + "<td rowspan=2>" * 21_000, "empty"),
            ("<table>" + "<td>" * 200_001, "unpacks_too_large"),
            ("<table>" + ("<" + " " * 5_000) * 500, "empty"),
            ("<table>" + "<td colspan=255 rowspan=9999>" * 99 + "<tr><td>" * 20_001, "too_long"),
        ],
    )
    def test_has_the_limits_of_any_sheet(self, content: str, said: str) -> None:
        assert reason(content) == said

    @given(st.text(st.sampled_from("<>/!-\"'= abtdr&;x1")))
    def test_of_any_kind_is_read_or_refused(self, text: str) -> None:
        try:
            READER.read(f"<table>{text}".encode())
        except SheetRefusedError as error:
            assert error.reason in {"empty", "not_a_spreadsheet"}  # noqa: PT017 - either will do


class TestSpreadsheetXml:
    def test_is_read_with_its_name_whatever_encoding_it_claims(self) -> None:
        table = READER.read(xml(f"<Row>{data('房屋地址')}</Row>").encode("gb18030"))

        assert (table.rows, table.name) == ((("房屋地址",),), "账单")

    @pytest.mark.parametrize(
        ("cell", "read"),
        [
            (data("1300.50", "Number"), 1300.5),
            (data("x", "Number"), "x"),
            (data("1", "Boolean"), True),
            (data("#REF!", "Error"), "#REF!"),
            (data("a<B xmlns='http://www.w3.org/TR/REC-html40'>b</B>c"), "abc"),
            (data("a&#10;b"), "a\nb"),
            (data("0.12", "Number", 'ss:StyleID="p"'), "12%"),
            (data("2026-01-15T00:00:00.000", "DateTime", 'ss:StyleID="m"'), "2026年1月"),
            (data("1899-12-31T08:30:00.000", "DateTime"), "08:30:00"),
            (data("soon", "DateTime"), "soon"),
        ],
    )
    def test_cells_are_of_their_types(self, cell: str, read: Cell) -> None:
        styles = "".join(
            f'<Style ss:ID="{key}"><NumberFormat ss:Format="{code}"/></Style>'
            for key, code in (("p", "Percent"), ("m", "yyyy/m"))
        )
        content = xml(f"<Row>{cell}</Row>", before=f"<Styles>{styles}</Styles>")

        assert READER.read(content.encode()).rows == ((read,),)

    def test_dates_are_days(self) -> None:
        rows = f"<Row>{data('2026-03-31T00:00:00.000', 'DateTime')}</Row>"
        (((day,),)) = READER.read(xml(rows).encode()).rows

        assert str(day) == "2026-03-31"

    def test_places_hidden_and_merged_are_what_it_says(self) -> None:
        down, third = 'ss:MergeDown="1"', 'ss:Index="3"'
        rows = '<Column ss:Index="2" ss:Hidden="1" ss:Span="1"/><Column/>'
        rows += f'<Row ss:Index="2" ss:Hidden="1">{data("a", more=down)}</Row>'
        rows += f"<Row>{data('c', more=third)}{data('d')}</Row>"
        table = READER.read(xml(rows).encode())

        assert table.rows == ((), ("a",), (None, None, "c", "d"))
        assert (table.hidden_rows, table.hidden_columns) == ({2}, {2, 3})
        assert table.merged == (CellRange(2, 1, 3, 1),)

    def test_formulas_without_a_result_are_marked(self) -> None:
        rows = f'<Row>{data("a")}<Cell ss:Formula="=A1"/>'
        rows += data("0", "Number", 'ss:Formula="=A1"') + "</Row>"

        assert READER.read(xml(rows).encode()).marks == {
            (1, 2): CellMark.NOT_CALCULATED,
            (1, 3): CellMark.NOT_CALCULATED,
        }

    def test_the_first_sheet_that_is_shown_counts(self) -> None:
        options = "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"
        hidden = xml(f"<Row>{data('a')}</Row>", options=options)
        more = f'<Worksheet ss:Name="二"><Table><Row>{data("b")}</Row></Table></Worksheet>'

        assert READER.read(hidden.encode()).rows == (("a",),)
        both = hidden.replace("</Workbook>", f"{more}{more}</Workbook>")
        assert (READER.read(both.encode()).name, READER.read(both.encode()).rows) == (
            "二",
            (("b",),),
        )

    def test_without_a_sheet_is_none(self) -> None:
        assert reason(f'<Workbook xmlns="{NAMESPACE}"></Workbook>') == "not_a_spreadsheet"
