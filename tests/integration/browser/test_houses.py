"""Houses and their residents as the front desk keeps them (rule 3.14)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def desk(site: Site, as_role: Callable[[Role], Page]) -> Page:
    """The list of houses, with the front desk signed in."""
    page = as_role(Role.FRONT_DESK)
    page.goto(f"{site.url}/staff/houses")
    return page


class TestList:
    def test_searches_and_pages_without_loading_the_page(self, desk: Page) -> None:
        desk.evaluate("window.stays = true")
        desk.get_by_label("搜索地址、姓名或电话").fill("5号楼")
        desk.get_by_label("搜索地址、姓名或电话").press("Enter")
        expect(desk.locator("tbody tr").first).to_contain_text("5号楼/1单元/101")

        desk.get_by_role("link", name="下一页").click()

        expect(desk.locator("tbody tr")).to_have_count(4)
        desk.get_by_role("link", name="上一页").click()
        expect(desk.locator("tbody tr")).to_have_count(20)
        assert desk.evaluate("window.stays")

    def test_takes_a_new_house_in(self, desk: Page) -> None:
        desk.get_by_role("link", name="添加房屋").click()
        desk.get_by_label("房屋地址").fill("0号楼/1单元/101")
        desk.get_by_label("房屋地址").press("Enter")

        expect(desk.locator("#toasts")).to_contain_text("已添加房屋 0号楼/1单元/101")
        expect(desk.locator("tbody tr").first).to_contain_text("0号楼/1单元/101")
        expect(desk.get_by_role("dialog")).to_be_hidden()


class TestHouse:
    def test_lets_a_resident_in_and_out_and_stays_while_somebody_lives_there(
        self, desk: Page
    ) -> None:
        desk.get_by_role("link", name="1号楼/1单元/101", exact=True).click()
        expect(desk.get_by_text("13800010000")).to_have_count(0)
        desk.get_by_role("button", name="看电话").first.click()
        expect(desk.get_by_role("dialog")).to_contain_text("13800010000")
        expect(desk.get_by_role("dialog")).to_contain_text("本次查看已记入操作日志")
        desk.keyboard.press("Escape")

        desk.get_by_role("link", name="添加住户").click()
        desk.get_by_label("姓名").fill("新来的")
        desk.get_by_label("关系").select_option(label="租客")
        desk.get_by_role("button", name="添加").click()
        row = desk.get_by_role("row", name="新来的")
        expect(row).to_contain_text("租客")
        row.get_by_role("link", name="搬离").click()
        expect(desk.get_by_label("搬离日期")).to_have_value("2026-11-20")
        desk.get_by_role("button", name="登记搬离").click()
        expect(desk.get_by_role("table", name="已搬离的住户")).to_contain_text("新来的")

        desk.get_by_role("link", name="删除房屋").click()
        desk.get_by_role("button", name="删除", exact=True).click()

        expect(desk.get_by_role("alert")).to_have_text("该房屋还有缴费单或住户，不能删除")


class TestAccessibility:
    def test_has_no_violation_on_pages_and_in_dialogs(self, desk: Page, axe: Axed) -> None:
        axe(desk)
        desk.get_by_role("link", name="1号楼/1单元/101", exact=True).click()
        desk.locator("#house").wait_for()
        axe(desk)
        for name in ("添加住户", "改地址", "删除房屋", "编辑", "搬离"):
            desk.get_by_role("link", name=name).first.click()
            desk.get_by_role("dialog").wait_for()
            axe(desk)
            desk.keyboard.press("Escape")
