"""Importing houses and residents in the browser (rule 3.14)."""

from tests.integration.imports.test_imports import RESIDENT_HEADER, RESIDENTS, send, stats
from tests.website import Visitor, Website

KNOWN_HOUSE = "1号楼/1单元/101,陈思好,13812344613,业主,2024年3月1日"
NEW_HOUSE = "幸福家园/8号楼/1单元/801,李宜君,13712344650,租客,"
BAD = "1号楼/1单元/102,王建国,abc,房东,2024年3月"


class TestPreview:
    def test_counts_new_houses_and_residents(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, KNOWN_HOUSE, NEW_HOUSE))

        assert stats(page) == {
            "数据行": "2",
            "新增住户": "2",
            "新建房屋": "1",
            "错误": "0",
            "提醒": "0",
            "提示": "0",
        }
        rows = [row.text for row in page.all("table")[-1].one("tbody").all("tr")]
        assert "新房屋" not in rows[0]
        assert "8号楼/1单元/801（新房屋）" in rows[1]
        assert "13812344613" in rows[0]

    def test_names_row_column_and_what_is_wrong(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, KNOWN_HOUSE, BAD))

        wrong, _ = [row.text for row in page.one(id="problems").one("tbody").all("tr")]
        assert wrong.startswith("第 3 行")
        assert "电话：“abc”不是电话，电话只能有数字和 -" in wrong
        assert "关系：“房东”不是可选的关系，关系只能是 业主、家属 或 租客" in wrong
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


def upload(site: Website, visitor: Visitor, *rows: str) -> str:
    """Upload rows under the header and return the preview's address."""
    content = "\n".join([RESIDENT_HEADER, *rows]).encode()
    return str(send(site, visitor, content, path=RESIDENTS).headers["location"])


def names(site: Website) -> list[str]:
    return [person.name for person in site.residents()]
