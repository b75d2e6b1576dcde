"""The preview in the browser: every row, mending in place, another template (rule 3.17)."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from billing_domain.model.imports.profile import NEWSEE
from tests.html_page import Element, read_html
from tests.integration.imports.test_imports import (
    ALSO_GOOD,
    BAD,
    GOOD,
    RESIDENT_HEADER,
    RESIDENTS,
    bills,
    send,
    stats,
    upload,
)
from tests.website import Visitor, Website, htmx

HOUSE, AMOUNT = "3:1", "3:3"
"""The wrong cells of BAD as the third row."""


class TestEveryRow:
    def rows(self, page: Element) -> list[str]:
        """Return the numbers of the rows on a page."""
        body = page.one(id="problems").one("tbody")
        return [row.one("th").text for row in body.all("tr")]

    def test_is_reachable_and_the_wrong_ones_come_first(
        self, site: Website, boss: Visitor
    ) -> None:
        good = [GOOD.replace("1300", str(n)).replace("物业费", "其它") for n in range(1, 121)]
        path = upload(site, boss, *good, BAD)

        pages = [boss.page(f"{path}?page={page}") for page in (1, 2, 3)]

        found = [row for page in pages for row in self.rows(page)]
        assert found[0] == "第 122 行"
        assert sorted(found) == sorted(f"第 {number} 行" for number in range(2, 123))
        assert "共 121 行，第 3 页，共 3 页" in pages[2].text

    @pytest.mark.parametrize(("show", "rows"), [("error", ["第 3 行"]), ("", None), ("x", None)])
    def test_is_filtered_by_severity(
        self, site: Website, boss: Visitor, show: str, rows: list[str] | None
    ) -> None:
        page = boss.page(f"{upload(site, boss, GOOD, BAD)}?show={show}")
        assert self.rows(page) == (rows or ["第 3 行", "第 2 行"])

    def test_stands_below_what_is_told_of_many_rows(self, site: Website, boss: Visitor) -> None:
        """Such a warning is no matter of the first of them (rule 3.15)."""
        page = boss.page(upload(site, boss, GOOD + "多出来的备注,又一段", ALSO_GOOD))

        problems = page.one(id="problems")
        assert "G 列没有表头，第 2 行的内容" in problems.one("div", class_="line-all").text
        assert "没有表头" not in problems.one("tbody").text

    def test_adds_up_by_fee_type(self, site: Website, boss: Visitor) -> None:
        page = boss.page(upload(site, boss, GOOD, ALSO_GOOD))

        sums = page.one("dl", class_="sums").text
        assert sums == "物业费 1 条 · ¥1,300.00 水费 1 条 · ¥1.01"


class TestMending:
    def mend(self, boss: Visitor, path: str, **fields: object) -> Element:
        """Send what the page shows with some fields changed, and return the page after it."""
        version = boss.page(path).one("form", action=f"{path}/mends").fields()["version"]
        answer = boss.post(f"{path}/mends", {"version": version, **fields})
        assert answer.status_code == 303, answer.text
        return boss.page(answer.headers["location"])

    def test_offers_fields_only_where_something_is_wrong(
        self, site: Website, boss: Visitor
    ) -> None:
        page = boss.page(upload(site, boss, GOOD, BAD))

        wrong = page.all("input", name="text")
        assert [field["value"] for field in wrong] == ["9号楼/9单元/901", "一千三"]
        assert {field["aria-invalid"] for field in wrong} == {"true"}

    def test_offers_both_days_of_a_period_in_the_wrong_order(
        self, site: Website, boss: Visitor
    ) -> None:
        """Either may be the wrong one (rule 3.8)."""
        late = GOOD.replace("2026年10月", "2027年03月", 1)

        page = boss.page(upload(site, boss, late))

        labels = [field["aria-label"] for field in page.all("input", name="text")]
        assert labels == ["第 2 行 开始时间", "第 2 行 结束时间"]

    def test_of_cells_lets_the_sheet_in(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD, BAD)

        page = self.mend(
            boss,
            path,
            place=[HOUSE, AMOUNT],
            was=["9号楼/9单元/901", "一千三"],
            text=["1号楼/1单元/102", "1,300"],
        )

        assert stats(page)["错误"] == "0"
        assert "在这里改了 2 个单元格，选了 0 行不导入" in page.text
        boss.post(f"{path}/batch")
        assert [str(bill.amount) for bill in bills(site)] == ["¥1,300.00", "¥1,300.00"]

    def test_takes_a_candidate_without_a_script(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD, BAD)
        [first, *_] = boss.page(path).all("button", name="pick")

        page = self.mend(boss, path, pick=first["value"])

        assert stats(page)["错误"] == "1"

    def test_leaves_a_row_out_and_takes_it_back(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD, BAD)

        without = self.mend(boss, path, row=["2", "3"], left_out="3")
        assert stats(without)["数据行"] == "1"
        assert stats(without)["错误"] == "0"
        assert "已选择不导入" in without.one(id="problems").text

        again = self.mend(boss, path, row=["2", "3"])
        assert stats(again)["错误"] == "2"

    def test_skips_all_duplicates_at_once(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD, GOOD, ALSO_GOOD, GOOD)

        page = self.mend(boss, path, skip_duplicates="yes")

        assert (stats(page)["数据行"], stats(page)["提醒"]) == ("2", "0")
        boss.post(f"{path}/batch")
        assert len(bills(site)) == 2

    def test_opens_a_whole_row_on_demand(self, site: Website, boss: Visitor) -> None:
        page = boss.page(f"{upload(site, boss, GOOD)}?row=2")
        assert [field["value"] for field in page.all("input", name="text")] == [
            "1号楼/1单元/101",
            "物业费",
            "1300",
            "2026年10月",
            "2026年10月",
            "",
        ]

    def test_answers_htmx_with_the_checked_sheet(self, site: Website, boss: Visitor) -> None:
        path = upload(site, boss, GOOD, BAD)

        answer = boss.post(
            f"{path}/mends",
            {"version": "1", "row": "3", "left_out": "3"},
            headers=htmx("div#preview", path),
        )

        assert answer.status_code == 200
        assert stats(read_html(answer.text))["错误"] == "0"

    def test_refuses_what_was_typed_over_a_change_of_somebody_else(
        self, site: Website, boss: Visitor
    ) -> None:
        path = upload(site, boss, GOOD, BAD)
        self.mend(boss, path, row="3", left_out="3")

        late = boss.post(f"{path}/mends", {"version": "1", "row": "3"})
        confirmed = boss.post(f"{path}/batch", {"version": "1"})

        assert (late.status_code, confirmed.status_code) == (422, 422)
        assert "该上传的文件已被他人修改" in read_html(late.text).one(role="alert").text
        assert not bills(site)

    def test_takes_a_second_press_of_the_button_for_the_first(
        self, site: Website, boss: Visitor
    ) -> None:
        path = upload(site, boss, GOOD, BAD)
        fields = {"version": "1", "place": AMOUNT, "was": "一千三", "text": "1300"}

        answers = [boss.post(f"{path}/mends", {**fields, "row": "3"}) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [303, 303]

    def test_works_for_residents_too(self, site: Website, boss: Visitor) -> None:
        sheet = f"{RESIDENT_HEADER}\n1号楼/1单元/101,甲,abc,,".encode()
        path = send(site, boss, sheet, path=RESIDENTS).headers["location"]

        page = self.mend(boss, path, place="2:3", was="abc", text="13800001234")

        assert stats(page)["错误"] == "0"


class TestErrorWorkbook:
    def test_names_the_column_and_is_not_told_of_itself(
        self, site: Website, boss: Visitor
    ) -> None:
        answer = boss.get(f"{upload(site, boss, GOOD, BAD)}/errors")
        [*_, row] = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].values
        assert "费用金额：金额“一千三”不是有效的数字" in str(row[-1])

        again = send(site, boss, answer.content, name="mended.xlsx")

        assert stats(boss.page(again.headers["location"]))["提示"] == "0"


class TestConfirming:
    def test_says_first_that_the_file_was_imported(self, site: Website, boss: Visitor) -> None:
        """Rule 3.12: confirmed apart from the other warnings."""
        boss.post(f"{upload(site, boss, GOOD)}/batch")
        path = upload(site, boss, GOOD)

        page = boss.page(path)
        assert "同一个文件已经导入过" in page.text
        assert stats(page)["提醒"] == "1"
        boxes = {"confirm_warnings": "yes", "confirm_same_file": "yes"}
        for name in boxes:
            others = {box: "yes" for box in boxes if box != name}
            assert boss.post(f"{path}/batch", others).status_code == 422
        assert boss.post(f"{path}/batch", boxes).status_code == 303
        assert len(bills(site)) == 2

    def test_warnings_of_residents_want_a_tick_too(self, site: Website, boss: Visitor) -> None:
        sheet = f"{RESIDENT_HEADER}\n1号楼/1单元/101,甲,,,\n合计,1户,,,".encode()
        path = send(site, boss, sheet, path=RESIDENTS).headers["location"]

        assert stats(boss.page(path))["提醒"] == "1"
        assert boss.post(f"{path}/batch").status_code == 422
        assert boss.post(f"{path}/batch", {"confirm_warnings": "yes"}).status_code == 303


class TestOtherTemplate:
    SHEET = (
        "房号,收费项目,应收金额,计费周期开始,计费周期结束,客户名称\n"
        "1号楼/1单元/101,物业管理费,88.5,2026-10-01,2026/10/31,陈思好"
    )

    def test_is_recognised_and_read_by_one_click(self, site: Website, boss: Visitor) -> None:
        """Rule 3.13."""
        path = send(site, boss, self.SHEET.encode()).headers["location"]
        page = boss.page(path)
        assert "像是新视窗缴费单模板" in page.one(role="alert").text

        form = page.one("form", action=f"{path}/profile")
        assert form.one("button").text == "改用新视窗缴费单模板"
        answer = boss.post(form["action"], {"profile": form.fields()["profile"]})

        assert stats(boss.page(answer.headers["location"]))["可导入"] == "1"

    def test_of_residents_leads_to_their_import(self, site: Website, boss: Visitor) -> None:
        sheet = f"{RESIDENT_HEADER}\n1号楼/1单元/101,甲,,,".encode()
        page = boss.page(send(site, boss, sheet).headers["location"])

        link = page.all("div", class_="verdict")[0].one("a")
        assert link.text == "打开住户模板的导入页"
        assert urlsplit(link["href"]).path == RESIDENTS

    def test_of_bills_among_residents_leads_back(self, site: Website, boss: Visitor) -> None:
        sent = send(site, boss, self.SHEET.encode(), path=RESIDENTS)

        link = boss.page(sent.headers["location"]).all("div", class_="verdict")[0].one("a")

        query = parse_qs(urlsplit(link["href"]).query)
        assert query == {"community": [site.community.id], "profile": [NEWSEE.key]}
