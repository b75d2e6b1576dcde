"""Any table comes back as it was, through every format and every writer."""

import csv
import html
import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlrd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing_adapters.documents.reading.sheet_reader import DocumentSheetReader
from billing_adapters.documents.writing.sheet_writer import DocumentSheetWriter
from billing_domain.model.money import FEN_MAX, Money
from billing_domain.model.period import DateForm, PeriodEdge, chinese_day, parse_day
from billing_domain.model.shanghai import SHANGHAI
from billing_domain.model.sheet import Cell, SheetTable
from billing_domain.ports.documents import ExportCell, FileFormat, SheetTemplate, TemplateColumn
from tests.locked_workbooks import agile, xls_by_rc4
from tests.workbooks import xls_of_rows, xlsx_of

READER, WRITER = DocumentSheetReader(), DocumentSheetWriter()

texts = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\n'\"<>&;,，_x0041_＝房屋费 01年"),
        st.characters(exclude_categories=["Cs", "Cc", "Cn"]),
    ),
    max_size=20,
)
wild_texts = st.text(st.characters(), max_size=20) | texts
days = st.dates(date(1900, 3, 1), date(2200, 12, 31))
moments = st.builds(
    datetime.combine, days, st.times().map(lambda time: time.replace(microsecond=0))
)
numbers = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e12, 1e12).map(lambda number: float(f"{number:.15g}")),
)
cells: st.SearchStrategy[Cell] = st.one_of(st.none(), texts, numbers, days, moments, st.booleans())
tables = st.lists(st.lists(cells, max_size=5), min_size=1, max_size=6)
export_texts: st.SearchStrategy[ExportCell] = st.none() | wild_texts | st.integers()
export_money: st.SearchStrategy[ExportCell] = st.integers(-FEN_MAX, FEN_MAX).map(Money)
export_moments: st.SearchStrategy[ExportCell] = (
    st.none() | wild_texts | st.dates() | st.datetimes(timezones=st.none() | st.just(SHANGHAI))
)
HEADER = ("文字", "金额", "时间")
export_rows = st.lists(st.tuples(export_texts, export_money, export_moments), max_size=6)


def filled(rows: list[list[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return rows as a reader gives them: no blank cells on the right, no blank rows below."""
    kept = [[None if cell == "" else _plain(cell) for cell in row] for row in rows]
    for row in kept:
        while row and row[-1] is None:
            row.pop()
    while kept and not kept[-1]:
        kept.pop()
    return tuple(tuple(row) for row in kept)


def _plain(cell: Cell) -> Cell:
    """Return a number or a day in the one form that stands for it."""
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date()
    if isinstance(cell, float):
        shown = float(f"{cell:.15g}")  # what spreadsheets keep of a number
        return int(shown) if shown.is_integer() else shown
    return cell


@given(tables.filter(filled))
@example([["=1+1", "#N/A", "_x0041_", "\tx", " x ", "a\nb"]])
@example([[0.1 + 0.2, 1.005, 1e-300, -0.0, 10**14]])
@example([[date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1), date(9999, 12, 31)]])
def test_an_error_workbook_reads_back_as_the_same_cells(rows: list[list[Cell]]) -> None:
    written = WRITER.with_errors(
        SheetTable(tuple(map(tuple, rows))), {2: "有误"}, header="错误说明", header_row=1
    )
    width = max(len(row) for row in rows)

    read = [list(row[:width]) for row in READER.read(written).rows]

    assert filled(read) == filled(rows)


# Lines of a cell that have as many commas as rows have are taken for rows and refused.
csv_texts = texts.map(lambda text: text if text.isprintable() else text.replace(",", "，"))


@given(st.lists(st.lists(csv_texts, min_size=1, max_size=5), min_size=1, max_size=6))
def test_csv_reads_back_in_every_encoding(rows: list[list[str]]) -> None:
    table: list[list[Cell]] = [["首列", "次列"]]
    table += [[*row] for row in rows]
    file = io.StringIO()
    csv.writer(file).writerows(table)
    text = file.getvalue()

    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert READER.read(text.encode(encoding)).rows == filled(table)


@given(st.lists(st.lists(texts | numbers, min_size=1, max_size=4), min_size=1, max_size=4))
def test_xls_and_xlsx_of_other_programs_read_alike(rows: list[list[Any]]) -> None:
    rows = [["首列"], *[[_shown(cell) for cell in row] for row in rows]]

    content = xls_of_rows(rows)
    other = xlrd.open_workbook(file_contents=content, ragged_rows=True).sheet_by_index(0)

    read = READER.read(content).rows

    assert read == filled(rows)
    assert read == filled([list(other.row_values(row)) for row in range(other.nrows)])
    assert READER.read(xlsx_of([[_quoted(cell) for cell in row] for row in rows])).rows == filled(
        [[_quoted(cell) for cell in row] for row in rows]
    )


plain_texts = st.text("房屋费一二1·-（） a&<", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(st.lists(st.lists(plain_texts, min_size=2, max_size=4), min_size=1, max_size=5))
def test_a_table_of_text_is_the_same_in_every_format(rows: list[list[str]]) -> None:
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    xls, xlsx = xls_of_rows(rows), xlsx_of(rows)
    contents = {
        "csv": "\r\n".join(lines).encode("utf-8-sig"),
        "xls": xls,
        "xlsx": xlsx,
        "xml": _spreadsheet_xml(rows),
        "html": _html(rows),
        "locked xls": xls_by_rc4(xls),
        "locked xlsx": agile(xlsx),
    }

    read = {name: READER.read(content).rows for name, content in contents.items()}

    folded = tuple(tuple(" ".join(cell.split()) for cell in row) for row in rows)
    assert read.pop("html") == folded
    assert set(read.values()) == {tuple(map(tuple, rows))}


def _html(rows: list[list[str]]) -> bytes:
    cells = (f"<td>{'<td>'.join(map(html.escape, row))}" for row in rows)
    return f"<table><tr>{'<tr>'.join(cells)}</table>".encode()


def _spreadsheet_xml(rows: list[list[str]]) -> bytes:
    opened, closed = '<Cell><Data ss:Type="String">', "</Data></Cell>"
    lines = ("".join(f"{opened}{html.escape(cell)}{closed}" for cell in row) for row in rows)
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Worksheet '
        f'ss:Name="S"><Table><Row>{"</Row><Row>".join(lines)}</Row></Table></Worksheet></Workbook>'
    ).encode()


def _shown(cell: Any) -> Any:
    """Return text that xlwt writes as it is, without what only xlsx escapes."""
    return cell.replace("_x", "") if isinstance(cell, str) else cell


def _quoted(cell: Any) -> Any:
    """Return text that openpyxl takes for text."""
    return f"字{cell}" if isinstance(cell, str) else cell


@given(days)
def test_a_date_cell_and_its_text_are_the_same_day(day: date) -> None:
    forms = {"edge": PeriodEdge.END, "forms": tuple(DateForm), "years": range(1900, 2300)}
    written = WRITER.with_errors(
        SheetTable((("开始时间",), (day,), (chinese_day(day),))), {}, header="错", header_row=1
    )

    cell, text = (row[0] for row in READER.read(written).rows[1:])

    assert isinstance(cell, date)
    assert isinstance(text, str)
    assert parse_day(cell, **forms) == parse_day(text, **forms) == day  # type: ignore[arg-type]


@given(st.integers(1, FEN_MAX * 10).map(lambda mills: Decimal(mills).scaleb(-3)))
@example(Decimal("1.005"))
@example(Decimal("0.125"))
@example(Decimal("2.675"))
def test_an_amount_is_the_same_as_number_and_as_text(yuan: Decimal) -> None:
    if yuan < Decimal("0.005") or yuan >= Decimal("99999999.995"):
        return
    number, text = READER.read(xlsx_of([["金额"], [float(yuan)], [str(yuan)]])).rows[1:]

    assert not isinstance(number[0], str | date | None)
    assert Money.parse(number[0]) == Money.parse(str(text[0]))


@given(export_rows)
def test_an_exported_workbook_starts_no_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[ExportCell, ...]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "a.xlsx"
    WRITER.table(path, FileFormat.XLSX, HEADER, rows)

    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).worksheets[0]

    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    for row, given_row in zip(sheet.iter_rows(min_row=2), rows, strict=False):
        for cell, was in zip(row, given_row, strict=True):
            if isinstance(was, str) and was.isprintable() and was:
                assert str(cell.value).replace("_x005F_", "_") == was
            if isinstance(was, Money):
                assert round(float(str(cell.value)) * 100) == was.fen


@given(export_rows)
def test_an_exported_csv_starts_no_formula(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[ExportCell, ...]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "a.csv"
    WRITER.table(path, FileFormat.CSV, HEADER, rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.reader(file))[1:]

    assert len(read) == len(rows)
    for row, given_row in zip(read, rows, strict=True):
        for text, was in zip(row, given_row, strict=True):
            if isinstance(was, str):
                assert not text.startswith(tuple("=+@\t\r\n＝＋－＠"))
                assert not text.startswith("-") or set(text) == {"-"}
                if was.isprintable():
                    assert text.removeprefix("'") == was.removeprefix("'" * (text == was))


@settings(max_examples=15)
@given(st.lists(wild_texts, min_size=1, max_size=5))
def test_templates_and_messages_start_no_formula(found: list[str]) -> None:
    template = SheetTemplate(
        title="缴费单",
        columns=[TemplateColumn(text, text + str(place)) for place, text in enumerate(found)],
        example_row=found,
        rows=[found],
        choices={found[0] + "0": found},
        notes_title="使用说明",
        notes=found,
    )
    table = SheetTable((tuple(found), tuple(found)))
    messages = dict(enumerate(found, 1))

    for content in (
        WRITER.template(template),
        WRITER.with_errors(table, messages, header="错误说明", header_row=1),
    ):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
            assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
        READER.read(content)


@given(st.timedeltas(timedelta(days=-999), timedelta(days=999)))
def test_a_duration_reads_as_hours(length: timedelta) -> None:
    ((_, read),) = READER.read(xlsx_of([["x", length]])).rows

    hours, minutes, seconds = str(read).removeprefix("-").split(":")
    total = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
    assert abs(total - abs(length)) <= timedelta(seconds=0.6)
    assert str(read).startswith("-") == (length < -timedelta(seconds=0.5))
