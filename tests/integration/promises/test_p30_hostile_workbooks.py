"""P30: a small workbook that unpacks into gigabytes is refused at once and in little memory."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Mapping

import openpyxl
import pytest

from tests.databases import ONE_KIND
from tests.website import Visitor, Website
from tests.workbooks import (
    PACKAGE,
    SHEET_PART,
    STRINGS_PART,
    WORKBOOK_PART,
    cell,
    sheet_xml,
    strings_xml,
    xlsx,
    xlsx_of,
)
from tests.world import HEADER

MEBIBYTE = 2**20
SECONDS_MAX = 2.0
"""Twenty times the 100 ms that a quiet machine needs at most, upload and answer included."""

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    f'<Override PartName="/{WORKBOOK_PART}" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/{STRINGS_PART}" ContentType="{SPREADSHEET}.sharedStrings+xml"/></Types>'
}
SHOWN_OFTEN = "".join(
    f'<row r="{row}">'
    + "".join(f'<c r="{column}{row}" t="s"><v>0</v></c>' for column in "ABCDEF")
    + "</row>"
    for row in range(1, 601)
)
HOSTILE: Mapping[str, bytes] = {
    "a cell far away": xlsx(f'<row r="200000">{cell("ALL200000")}</row>', **TYPES),
    "a long string shown often": xlsx(
        SHOWN_OFTEN, **TYPES, **{STRINGS_PART: strings_xml("A" * 30_000)}
    ),
    "a long string": xlsx(**{STRINGS_PART: strings_xml("A" * (100 * MEBIBYTE))}),
    "a long cell": xlsx(cell("A1", "A" * (90 * MEBIBYTE))),
    "a big part": xlsx(**{SHEET_PART: sheet_xml(" " * (110 * MEBIBYTE))}),
}


class TestP30HostileWorkbooks:
    @ONE_KIND
    @pytest.mark.parametrize("kind", HOSTILE)
    def test_p30_are_refused_at_once_in_little_memory(
        self, site: Website, boss: Visitor, kind: str
    ) -> None:
        content = HOSTILE[kind]
        site.send(boss, xlsx_of([HEADER]))  # what is loaded at the first use is not counted
        tracemalloc.start()
        began = time.perf_counter()
        answer = site.send(boss, content)
        seconds = time.perf_counter() - began
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert len(content) < MEBIBYTE
        assert 'role="alert"' in answer.text
        assert "/imports/uploads/" in str(answer.request.url)
        assert "导入成功" not in answer.text
        assert peak < 64 * MEBIBYTE
        assert seconds < SECONDS_MAX
        assert site.amounts() == []

    @pytest.mark.filterwarnings("ignore:Workbook contains no default style")
    def test_p30_would_fill_the_memory(self) -> None:
        """The control: what readers that believe the files would hold."""
        far = openpyxl.load_workbook(io.BytesIO(HOSTILE["a cell far away"])).worksheets[0]
        often = openpyxl.load_workbook(io.BytesIO(HOSTILE["a long string shown often"]))
        shown = sum(len(str(each)) for row in often.worksheets[0].values for each in row)

        assert far.max_row * far.max_column >= 200_000_000
        assert shown > 100 * MEBIBYTE
