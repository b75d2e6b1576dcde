"""The page of one bill as staff use it."""

import pytest
from playwright.sync_api import Page, expect

from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def bill(site: Site, boss: Page) -> Page:
    """The page of a bill that can be edited."""
    address = boss.locator(
        "tr:has([data-actions='remind mark_paid delete']) [data-row-link]"
    ).first
    boss.goto(f"{site.url}{address.get_attribute('href')}")
    return boss


class TestPage:
    def test_shows_the_change_that_was_made_on_it(self, bill: Page) -> None:
        bill.get_by_role("link", name="标记已支付").click()
        dialog = bill.get_by_role("dialog", name="标记已支付")
        dialog.get_by_text("微信支付").click()
        dialog.get_by_label("支付人姓名").fill("陈思好")
        dialog.get_by_role("button", name="标记已支付").click()

        expect(dialog).to_be_hidden()
        expect(bill.locator("dl.facts")).to_contain_text("微信支付")
        expect(bill.locator("ol.trail")).to_contain_text("支付人姓名 陈思好")
        expect(bill.get_by_role("link", name="撤销")).to_be_visible()

    def test_takes_a_wrong_mark_back_with_a_reason(self, site: Site, boss: Page) -> None:
        """Rule 2.6."""
        boss.goto(f"{site.url}/staff/bills?state=paid")
        boss.get_by_role("link", name="撤销").first.click()
        dialog = boss.get_by_role("dialog", name="撤销已支付")
        dialog.get_by_role("button", name="撤销").click()
        expect(dialog.get_by_text("请填写原因")).to_be_visible()

        dialog.get_by_label("撤销原因").fill("标错了房屋")
        dialog.get_by_role("button", name="撤销").click()

        expect(boss.locator("#toasts")).to_contain_text("已撤销，缴费单恢复为待支付")

    def test_is_left_when_the_bill_is_deleted(self, site: Site, bill: Page) -> None:
        bill.get_by_role("link", name="删除").click()
        bill.get_by_role("dialog").get_by_role("button", name="删除").click()

        expect(bill).to_have_url(f"{site.url}/staff/bills")
        expect(bill.locator("#toasts")).to_contain_text("缴费单已删除")

    def test_shows_whole_phones_on_request(self, bill: Page) -> None:
        """P45."""
        expect(bill.locator("dl.facts")).to_contain_text("****")

        bill.get_by_role("button", name="显示完整电话").click()

        expect(bill.get_by_role("dialog", name="住户电话")).not_to_contain_text("****")

    def test_offers_no_phones_to_finance(self, site: Site, page: Page) -> None:
        site.sign_in(page.context, Role.FINANCE)
        page.goto(f"{site.url}/staff/bills")
        page.locator("[data-row-link]").first.click()

        expect(page.get_by_role("dialog", name="缴费单详情")).to_be_visible()
        expect(page.get_by_role("button", name="显示完整电话")).to_be_hidden()


class TestConflict:
    def test_shows_both_versions(self, bill: Page) -> None:
        """Rule 2.7."""
        bill.get_by_role("link", name="编辑").click()
        expect(bill.get_by_role("dialog", name="编辑缴费单")).to_be_visible()
        other = bill.context.new_page()
        other.goto(f"{bill.url}/edit")
        other.get_by_label("费用金额").fill("11.11")
        other.get_by_role("button", name="保存").click()
        expect(other.locator("#toasts")).to_contain_text("缴费单已保存")

        dialog = bill.get_by_role("dialog", name="编辑缴费单")
        dialog.get_by_label("费用金额").fill("22.22")
        dialog.get_by_role("button", name="保存").click()

        expect(dialog.get_by_role("alert")).to_contain_text("该缴费单已被他人修改")
        expect(dialog.get_by_role("alert")).to_contain_text("11.11")
        expect(dialog.get_by_label("费用金额")).to_have_value("22.22")
        dialog.get_by_role("button", name="仍然保存").click()
        expect(bill.locator("#bill")).to_contain_text("22.22")


class TestEveryone:
    def test_can_use_the_page(self, bill: Page, axe: Axed) -> None:

        axe(bill)

    def test_can_use_a_conflict(self, bill: Page, axe: Axed) -> None:
        bill.get_by_role("link", name="编辑").click()
        bill.locator("[name=version]").evaluate("field => field.value = '99'")
        bill.get_by_role("button", name="保存").click()
        expect(bill.get_by_role("alert")).to_be_visible()

        axe(bill)
