"""Importing houses and residents in the browser (rule 3.14)."""

import io

import httpx
import openpyxl
import pytest

from billing_domain.model.company.staff import Role
from billing_domain.ports.documents import FILE_BYTES_MAX
from tests.html_page import Element, read_html
from tests.website import Visitor, Website

HEADER = "房屋地址,姓名,电话,关系,入住日期"
KNOWN_HOUSE = "1号楼/1单元/101,陈思好,13812344613,业主,2024年3月1日"
NEW_HOUSE = "幸福家园/8号楼/1单元/801,李宜君,13712344650,租客,"
BAD = "1号楼/1单元/102,王建国,abc,房东,2024年3月"


class TestTemplate:
    def test_has_a_row_for_each_house(self, site: Website, boss: Visitor) -> None:
        answer = boss.post("/staff/resident-imports/template", {"community": site.community.id})

        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        assert [cell.value for cell in sheet["A"]][-3:] == [
            f"幸福家园/{house.address.text}" for house in site.houses
        ]

    def test_needs_a_community(self, boss: Visitor) -> None:
        assert boss.post("/staff/resident-imports/template").status_code == 422


class TestUpload:
    @pytest.mark.parametrize("role", [Role.FINANCE, Role.READ_ONLY])
    def test_is_refused_without_the_right(self, site: Website, role: Role) -> None:
        assert site.staff(role).get("/staff/resident-imports").status_code == 403

    def test_needs_a_file(self, site: Website, boss: Visitor) -> None:
        answer = boss.post("/staff/resident-imports/uploads", {"community": site.community.id})

        page = read_html(answer.text)
        assert answer.status_code == 422
        assert page.one(id="f-file-error").text == "请填写文件"
        assert page.one("select", name="community").one("option", selected="").text == "幸福家园"

    @pytest.mark.parametrize(("size", "status"), [(FILE_BYTES_MAX + 1, 422), (12_000_000, 413)])
    def test_refuses_a_file_that_is_too_large(
        self, site: Website, boss: Visitor, size: int, status: int
    ) -> None:
        answer = send(site, boss, b"x" * size)

        assert answer.status_code == status
        assert "文件超过 5 MB" in read_html(answer.text).one(role="alert").text

    def test_says_why_a_file_is_refused_whole(self, site: Website, boss: Visitor) -> None:
        page = boss.page(send(site, boss, b"a,b\n1,2").headers["location"])

        assert "找不到表头" in page.one(role="alert").text


class TestPreview:
    def test_counts_new_houses_and_residents(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, KNOWN_HOUSE, NEW_HOUSE))

        assert stats(page) == {
            "数据行": "2",
            "新增住户": "2",
            "新建房屋": "1",
            "错误": "0",
            "提示": "0",
        }
        rows = [row.text for row in page.all("table")[-1].one("tbody").all("tr")]
        assert "新房屋" not in rows[0]
        assert "8号楼/1单元/801 新房屋" in rows[1]
        assert "13812344613" in rows[0]

    def test_names_row_column_and_what_is_wrong(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, KNOWN_HOUSE, BAD))

        lines = [row.text for row in page.one(id="problems").one("tbody").all("tr")]
        assert len(lines) == 2
        assert "第 3 行" in lines[0]
        assert "电话" in lines[0]
        assert "关系只能是 业主、家属 或 租客" in lines[1]
        assert not page.has("form", class_="verdict")

    def test_says_when_there_is_nothing_new(self, site: Website, boss: Visitor) -> None:
        boss.post(f"{upload(site, boss, KNOWN_HOUSE)}/batch")

        page = boss.page(upload(site, boss, KNOWN_HOUSE))

        assert "没有要添加的内容" in page.text
        assert "该住户已登记在此房屋" in page.one(id="problems").text


class TestImport:
    def test_adds_houses_and_residents(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(f"{upload(site, boss, KNOWN_HOUSE, NEW_HOUSE)}/batch")

        assert names(site) == ["陈思好", "李宜君"]
        page = boss.page(answer.headers["location"])
        assert "导入成功，新增 1 个房屋、2 位住户" in page.one(id="toasts").text
        assert "8号楼/1单元/801" in page.text

    def test_adds_nobody_twice(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, NEW_HOUSE)
        boss.post(f"{path}/batch")

        answer = boss.post(f"{path}/batch")

        assert names(site) == ["李宜君"]
        assert "没有新增内容" in boss.page(answer.headers["location"]).one(id="toasts").text

    def test_adds_nobody_when_a_row_is_wrong(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(f"{upload(site, boss, KNOWN_HOUSE, BAD)}/batch")

        assert answer.status_code == 422
        assert "没有导入任何数据" in read_html(answer.text).one(role="alert").text
        assert names(site) == []


class TestErrorWorkbook:
    def test_has_what_is_wrong_beside_the_rows(self, site: Website, boss: Visitor) -> None:
        answer = boss.get(f"{upload(site, boss, KNOWN_HOUSE, BAD)}/errors")

        rows = list(
            openpyxl.load_workbook(io.BytesIO(answer.content))
            .worksheets[0]
            .iter_rows(values_only=True)
        )
        assert rows[0][5] == "错误说明"
        assert rows[1][5] is None
        assert "关系只能是" in str(rows[2][5])


def upload(site: Website, visitor: Visitor, *rows: str) -> str:
    """Upload rows under the header and return the preview's address."""
    answer = send(site, visitor, "\n".join([HEADER, *rows]).encode())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def send(site: Website, visitor: Visitor, content: bytes) -> httpx.Response:
    return visitor.post(
        "/staff/resident-imports/uploads",
        {"community": site.community.id},
        files={"file": ("residents.csv", content)},
    )


def names(site: Website) -> list[str]:
    return [person.name for person in site.residents()]


def stats(page: Element) -> dict[str, str]:
    cells = page.one("dl", class_="stats").all("div")
    return {cell.one("dt").text: cell.one("dd").text for cell in cells}
