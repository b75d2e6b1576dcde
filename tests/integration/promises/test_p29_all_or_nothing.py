"""P29: a sheet comes in whole or not at all, every error is listed, and nothing comes in twice."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.html_page import Element, read_html
from tests.website import Visitor, Website
from tests.workbooks import xlsx_of
from tests.world import HEADER

Row = Sequence[object]
EXAMPLE: Row = (
    "一栋一单元101",
    "物业费",
    1300,
    "2018年01月02日",
    "2018年12月01日",
    "缴费备注说明(最多500字)",
)


def good(count: int) -> list[Row]:
    """Rows for months of their own and, past those, houses of their own."""
    return [
        (f"{n // 300 + 1}号楼/1单元/101", "水费", 1 + n, day, day, "")
        for n in range(count)
        for day in [f"20{n % 300 // 12:02d}年{n % 12 + 1}月"]
    ]


def send(site: Website, boss: Visitor, *rows: Row, header: Row = HEADER) -> tuple[int, Element]:
    """Upload rows and press 导入 all the same; return the status and the last page."""
    preview = site.send(boss, xlsx_of([header, *rows]))
    if 'type="file"' in preview.text:  # refused as a whole: the upload step again
        return preview.status_code, read_html(preview.text)
    answer = boss.post(f"{preview.request.url.path}/batch")
    return answer.status_code, read_html(answer.text or "<p></p>")


class TestP29AllOrNothing:
    def test_p29_600_rows_come_in_and_601_do_not(self, site: Website, boss: Visitor) -> None:
        site.add_houses(site.community, "3号楼/1单元/101")

        _, page = send(site, boss, *good(601))
        assert "单次最多导入600条，当前文件601条，请拆分后再导入" in page.text
        assert site.amounts() == []

        assert send(site, boss, *good(600))[0] == 303
        assert len(site.amounts()) == 600

    def test_p29_a_wrong_header_brings_nothing_in(self, site: Website, boss: Visitor) -> None:
        _, page = send(site, boss, *good(2), header=("地点", "种类", "数目", "从", "到", "话"))

        assert "找不到表头" in page.one(role="alert").text
        assert site.amounts() == []

    def test_p29_one_bad_cell_keeps_all_rows_out(self, site: Website, boss: Visitor) -> None:
        before = site.contents()["billing_bills"]
        bad = ("9号楼/9单元/901", "水费", "一千三", "2026年13月", "2026年1月", "")

        status, page = send(site, boss, *good(3), bad, *good(5)[3:])

        assert status == 422
        assert site.contents()["billing_bills"] == before
        [listed] = [row.text for row in page.all("tr") if row.text.startswith("第 5 行")]
        for column in ("房屋地址", "费用金额", "开始时间"):
            assert f"错误 {column}：" in listed

    @pytest.mark.parametrize("column", range(1, 6))
    def test_p29_an_edited_example_row_keeps_all_rows_out(
        self, site: Website, boss: Visitor, column: int
    ) -> None:
        edited = [*EXAMPLE]
        edited[column] = "2018年03月" if column in {3, 4} else 7

        send(site, boss, edited, *good(2))

        assert site.amounts() == []

    def test_p29_the_example_row_itself_is_left_out(self, site: Website, boss: Visitor) -> None:
        """The control: the very row that was refused above, unedited."""
        assert send(site, boss, EXAMPLE, *good(2))[0] == 303
        assert site.amounts() == [100, 200]

    def test_p29_the_same_file_again_is_asked_about(self, site: Website, boss: Visitor) -> None:
        file = xlsx_of([HEADER, *good(2)])
        first = site.send(boss, file).request.url.path
        assert boss.post(f"{first}/batch").status_code == 303

        again = site.send(boss, file).request.url.path
        answer = boss.post(f"{again}/batch", {"confirm_warnings": "yes"})

        assert answer.status_code == 422
        page = read_html(answer.text)
        assert page.has("input", name="confirm_same_file")
        assert len(site.amounts()) == 2

    def test_p29_pressing_twice_imports_once(self, site: Website, boss: Visitor) -> None:
        path = site.send(boss, xlsx_of([HEADER, *good(2)])).request.url.path

        answers = [boss.post(f"{path}/batch") for _ in range(2)]

        assert answers[0].headers["location"] == answers[1].headers["location"]
        assert len(site.amounts()) == 2
