"""Importing as staff do it: choose, drop a file, look, mend, import, answer (rule 3.1)."""

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from billing_domain.model.company.staff import Role
from billing_domain.ports.documents import FILE_BYTES_MAX
from tests.integration.browser.conftest import Axed, Site

HEADER = "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"
GOOD = "1号楼/1单元/101,滞纳金,12.345,2030年10月,2030年10月,"
BAD = "9号楼/9单元/901,物业费,一千三,2030年10月,2030年10月,"


@pytest.fixture
def start(site: Site, boss: Page) -> Page:
    """The first step with the open community chosen."""
    boss.goto(f"{site.url}/staff/imports")
    boss.get_by_label("小区", exact=True).select_option(label="幸福家园")
    return boss


class TestJourney:
    def test_leads_from_the_template_to_the_imported_bills(
        self, start: Page, tmp_path: Path
    ) -> None:
        """Once, however often the button is pressed."""
        with start.expect_download() as download:
            start.get_by_role("button", name="下载标准模板").click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        assert file.name == "幸福家园_缴费单模板.xlsx"
        fill_in(file, row=4, cells=("滞纳金", 12.345, "2030年10月", "2030年10月"))

        upload(start, file)
        expect(start.get_by_text("检查通过，1 条都可以导入。")).to_be_visible()
        start.get_by_role("button", name="导入 1 条").dblclick()
        expect(
            start.get_by_role("heading", name="导入成功，立即给刚导入的记录住户发催缴通知？")
        ).to_be_visible()
        start.get_by_role("button", name="稍后催缴").click()

        expect(start.locator("#toasts")).to_contain_text("已记录：稍后催缴")
        rows = start.locator("tbody tr")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("12.35")

    def test_gives_the_own_rows_back_with_what_is_wrong(self, start: Page, tmp_path: Path) -> None:
        upload(start, sheet(tmp_path, GOOD, BAD))
        expect(start.locator("#problems tbody tr")).to_have_count(2)
        expect(start.get_by_role("button", name="导入")).to_have_count(0)

        with start.expect_download() as download:
            start.get_by_role("link", name="下载错误说明表").click()

        assert download.value.suggested_filename == "bills_错误说明.xlsx"
        start.get_by_role("link", name="重新上传").click()
        expect(start.get_by_label("小区", exact=True)).to_have_value(re.compile("[0-9a-f]{32}"))

    def test_asks_to_confirm_warnings(self, start: Page, tmp_path: Path) -> None:
        upload(start, sheet(tmp_path, GOOD, GOOD))

        start.get_by_role("button", name="导入 2 条").click()
        box = start.get_by_label("我已核对下面的 1 处提醒，仍要导入")
        expect(box).to_be_focused()
        expect(start.get_by_role("heading", name="核对预览")).to_be_visible()

        box.check()
        start.get_by_role("button", name="导入 2 条").click()
        expect(start.get_by_text("已导入 2 条")).to_be_visible()

    def test_shows_one_severity_without_loading_the_page(
        self, start: Page, tmp_path: Path
    ) -> None:
        upload(start, sheet(tmp_path, GOOD.replace("滞纳金", "宽带费"), BAD))
        start.evaluate("window.stays = true")

        start.get_by_role("link", name="提示 1").click()

        expect(start.locator("#problems tbody tr")).to_have_count(1)
        expect(start.locator("#problems")).to_contain_text("将按“其它”导入")
        assert start.evaluate("window.stays")


class TestMending:
    def test_goes_from_one_wrong_cell_to_the_next_by_keyboard(
        self, start: Page, tmp_path: Path
    ) -> None:
        """Rule 3.17: a candidate fills the field, Enter saves and checks all again."""
        upload(start, sheet(tmp_path, GOOD, BAD))
        start.evaluate("window.stays = true")

        start.locator("[data-fill]").first.press("Enter")
        house = start.get_by_label("第 3 行 房屋地址")
        expect(house).to_be_focused()
        expect(house).to_have_value(re.compile(r"^\d号楼/"))
        house.press("Enter")

        amount = start.get_by_label("第 3 行 费用金额")
        expect(start.locator("[data-wrong]")).to_have_count(1)
        expect(amount).to_be_focused()
        amount.fill("12")
        amount.press("Enter")

        expect(start.get_by_role("button", name="导入 2 条")).to_be_visible()
        assert start.evaluate("window.stays")

    def test_by_a_double_click_saves_once(self, start: Page, tmp_path: Path) -> None:
        upload(start, sheet(tmp_path, GOOD, BAD))
        start.get_by_label("第 3 行 费用金额").fill("12")

        start.get_by_role("button", name="保存修改").dblclick()

        expect(start.get_by_text("在这里改了 1 个单元格")).to_be_visible()
        expect(start.get_by_role("alert")).to_have_count(0)


class TestUploading:
    def test_refuses_a_large_file_before_it_is_sent(self, start: Page, tmp_path: Path) -> None:
        large = tmp_path / "large.csv"
        large.write_bytes(b"x" * (FILE_BYTES_MAX + 1))

        start.locator("#f-file").set_input_files(large)
        start.get_by_role("button", name="上传并预览").click()

        expect(start.locator("#toasts")).to_contain_text("文件超过 5 MB，请拆分后再上传")
        expect(start.get_by_role("heading", name="导入缴费单", exact=True)).to_be_visible()

    def test_names_the_file_and_sends_it_with_enter(self, start: Page, tmp_path: Path) -> None:
        """And does not fetch the template, whose button comes first."""
        start.locator("#f-file").set_input_files(sheet(tmp_path, GOOD))
        expect(start.locator("[data-file-name]")).to_have_text("bills.csv（1 KB）")

        start.get_by_label("标准缴费单模板").press("Enter")

        expect(start.get_by_role("heading", name="核对预览")).to_be_visible()

    def test_keeps_the_choices_when_the_file_is_refused(self, start: Page, tmp_path: Path) -> None:
        """Rule 3.5."""
        start.get_by_label("新视窗缴费单模板").check()
        header = "房号,收费项目,应收金额,计费周期开始,计费周期结束"
        rows = ["1号楼/1单元/101,水费,1,2030-01-01,2030-01-31"] * 601
        upload(start, sheet(tmp_path, *rows, header=header))

        sentence = "单次最多导入600条，当前文件601条，请拆分后再导入"
        expect(start.get_by_role("alert")).to_contain_text(sentence)
        expect(start.get_by_label("新视窗缴费单模板")).to_be_checked()


class TestWithoutScripts:
    def test_goes_the_same_way(self, site: Site, browser: Browser, tmp_path: Path) -> None:
        context = browser.new_context(java_script_enabled=False)
        site.sign_in(context, Role.FRONT_DESK)
        page = context.new_page()
        page.goto(f"{site.url}/staff/imports")

        page.get_by_label("小区", exact=True).select_option(label="幸福家园")
        upload(page, sheet(tmp_path, GOOD))
        page.get_by_role("button", name="导入 1 条").click()
        page.get_by_role("button", name="确定").click()

        expect(page.locator("main")).to_contain_text("共 1 户")
        expect(page.locator("tbody tr")).to_have_count(1)
        context.close()


class TestAccessibility:
    def test_has_no_violation_at_any_step(self, start: Page, axe: Axed, tmp_path: Path) -> None:
        axe(start)
        upload(start, sheet(tmp_path, GOOD, BAD))
        axe(start)
        start.get_by_role("link", name="重新上传").click()
        upload(start, sheet(tmp_path, GOOD, GOOD))
        axe(start)
        start.get_by_label("我已核对").check()
        start.get_by_role("button", name="导入 2 条").click()
        start.locator(".question").wait_for()
        axe(start)


def sheet(folder: Path, *rows: str, header: str = HEADER) -> Path:
    """Write rows under a header as csv."""
    file = folder / "bills.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    return file


def upload(page: Page, file: Path) -> None:
    """Choose a file and send it."""
    page.locator("#f-file").set_input_files(file)
    with page.expect_navigation():
        page.get_by_role("button", name="上传并预览").click()


def fill_in(file: Path, *, row: int, cells: tuple[str | float, ...]) -> None:
    """Fill one row of a template in, as a person does in a spreadsheet."""
    book = openpyxl.load_workbook(file)
    for column, value in enumerate(cells, 2):
        book.worksheets[0].cell(row=row, column=column, value=value)
    book.save(file)
