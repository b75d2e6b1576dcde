"""Spreadsheet files built part by part, so that tests can break every one of them."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlwt
import xlwt.CompoundDoc

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

SHEET_PART = "xl/worksheets/sheet1.xml"
STRINGS_PART = "xl/sharedStrings.xml"
STYLES_PART = "xl/styles.xml"
WORKBOOK_PART = "xl/workbook.xml"
RELATIONS_PART = "xl/_rels/workbook.xml.rels"

CONTENT_TYPES = f'<Types xmlns="{PACKAGE}/content-types"/>'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def cell(name: str, text: str = "x") -> str:
    """Return a text cell as XML."""
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'


def sheet_xml(rows: str) -> str:
    """Return a sheet as XML around rows or cells."""
    return f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def strings_xml(*texts: str) -> str:
    """Return shared strings as XML."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return f'{DECLARATION}<sst xmlns="{MAIN}">{items}</sst>'


def styles_xml(formats: Sequence[int | str]) -> str:
    """Return styles as XML: style 1 has the first format, by its number or by its code."""
    codes = {
        200 + place: one.replace('"', "&quot;")
        for place, one in enumerate(formats)
        if isinstance(one, str)
    }
    custom = "".join(f'<numFmt numFmtId="{key}" formatCode="{codes[key]}"/>' for key in codes)
    ids = [one if isinstance(one, int) else 200 + place for place, one in enumerate(formats)]
    cells = "".join(f'<xf numFmtId="{key}"/>' for key in [0, *ids])
    return (
        f'{DECLARATION}<styleSheet xmlns="{MAIN}"><numFmts>{custom}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{cells}</cellXfs></styleSheet>'
    )


def workbook_xml(sheets: Sequence[tuple[str, str]] = (("rId1", ""),), properties: str = "") -> str:
    """Return the workbook as XML; each sheet is a relation and further attributes."""
    listed = "".join(
        f'<sheet name="S{place}" sheetId="{place}" r:id="{key}" {more}/>'
        for place, (key, more) in enumerate(sheets, 1)
    )
    return (
        f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}">{properties}'
        f"<sheets>{listed}</sheets></workbook>"
    )


def relations_xml(*relations: tuple[str, str, str], more: str = "") -> str:
    """Return relations as XML, each an id, the last word of its type, and a target."""
    listed = "".join(
        f'<Relationship Id="{key}" Type="{DOCUMENT}/{kind}" Target="{target}" {more}/>'
        for key, kind, target in relations
    )
    return f'{DECLARATION}<Relationships xmlns="{PACKAGE}/relationships">{listed}</Relationships>'


def parts(rows: str = "", /, **changed: str | bytes) -> dict[str, str | bytes]:
    """Return the parts of a workbook; `changed` replaces or adds parts by the names above."""
    usual: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": relations_xml(("rId1", "officeDocument", WORKBOOK_PART)),
        WORKBOOK_PART: workbook_xml(),
        RELATIONS_PART: relations_xml(
            ("rId1", "worksheet", "worksheets/sheet1.xml"),
            ("rId2", "sharedStrings", "sharedStrings.xml"),
            ("rId3", "styles", "/xl/styles.xml"),
        ),
        SHEET_PART: sheet_xml(rows),
        STRINGS_PART: strings_xml("one", "two"),
        STYLES_PART: styles_xml([]),
    }
    return usual | changed


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """Return an archive of files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def xlsx(rows: str = "", /, **changed: str | bytes) -> bytes:
    """Return a workbook with the given rows of XML."""
    return zipped(parts(rows, **changed))


def xlsx_of(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a workbook that another program wrote."""
    workbook = openpyxl.Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def xls_of(fill: Callable[[Any], object]) -> bytes:
    """Return an xls file whose only sheet, of xlwt, was filled by a function."""
    workbook = xlwt.Workbook()
    fill(workbook.add_sheet("S"))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def xls_of_records(records: Sequence[tuple[int, bytes]], stream: str = "Workbook") -> bytes:
    """Return a compound file of one stream, made of records by kind."""
    data = b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in records)
    content = io.BytesIO()
    xlwt.CompoundDoc.XlsDoc().save(content, data.ljust(4_096, b"\0"))
    return renamed_stream(content.getvalue(), stream)


def renamed_stream(content: bytes, name: str) -> bytes:
    """Return a compound file whose stream Workbook has another name."""
    place = content.index("Workbook\0".encode("utf-16-le"))
    field = f"{name}\0".encode("utf-16-le")
    entry = field.ljust(64, b"\0") + len(field).to_bytes(2, "little")
    return content[:place] + entry + content[place + len(entry) :]


def xls_of_rows(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return an xls file of rows of text and numbers."""

    def fill(sheet: Any) -> None:
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(number, place, value)

    return xls_of(fill)
