"""Everything works without JavaScript first: links, forms, and pages in place of dialogs."""

import re

import pytest
from playwright.sync_api import Page, expect

from billing_entrypoints.cli.demo.content import PASSWORD
from tests.integration.browser.conftest import Site

pytestmark = pytest.mark.browser_context_args(java_script_enabled=False)

PENDING_ROW = "tbody tr:has([data-actions='remind mark_paid delete'])"


class TestSignIn:
    def test_leads_to_the_wanted_page_and_out_again(self, site: Site, page: Page) -> None:
        page.goto(f"{site.url}/staff/bills?state=paid")
        page.get_by_label("账号").fill("demo-admin")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()

        expect(page).to_have_url(f"{site.url}/staff/bills?state=paid")
        page.get_by_label("的菜单").click()
        page.get_by_role("button", name="退出登录").click()
        expect(page).to_have_url(f"{site.url}/sign-in")


class TestOneBill:
    def test_is_marked_paid_and_edited_on_a_page(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/bills?state=pending")
        row = boss.locator(PENDING_ROW).first
        row_id = row.get_attribute("id")
        row.get_by_role("link", name="标记已支付").click()
        expect(boss.get_by_role("heading", name="标记已支付")).to_be_visible()
        boss.get_by_role("button", name="标记已支付").click()
        expect(boss.get_by_text("请选择支付渠道")).to_be_visible()

        boss.get_by_label("银行转帐").check()
        boss.get_by_role("button", name="标记已支付").click()

        expect(boss).to_have_url(f"{site.url}/staff/bills?state=pending")
        expect(boss.locator("#toasts")).to_contain_text("已标记为已支付，银行转帐")
        expect(boss.locator(f"#{row_id}")).to_have_count(0)

        row_id = boss.locator(PENDING_ROW).first.get_attribute("id")
        boss.locator(PENDING_ROW).first.get_by_role("link", name="编辑").click()
        boss.get_by_label("费用金额").fill("77.70")
        boss.get_by_role("button", name="保存").click()
        expect(boss.locator(f"#{row_id}")).to_contain_text("77.70")


class TestBatch:
    def test_is_confirmed_on_a_page(self, boss: Page) -> None:
        for place in range(2):
            boss.locator(f"{PENDING_ROW} [data-row-box]").nth(place).check()
        boss.get_by_role("button", name="删除", exact=True).click()
        expect(boss.get_by_text("共 2 笔待支付缴费单")).to_be_visible()
        boss.get_by_role("button", name="删除 2 笔").click()

        expect(boss).to_have_url(re.compile(r"/staff/bills$"))
        expect(boss.locator("#toasts")).to_contain_text("已删除 2 笔缴费单")

    def test_with_a_paid_bill_is_refused_with_its_number(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/bills?state=paid")
        paid = boss.locator("[data-row-box][data-state='paid']").first
        number = paid.get_attribute("value") or ""
        paid.check()
        boss.get_by_role("button", name="标记已支付", exact=True).click()

        expect(boss.get_by_role("main")).to_contain_text(f"{number} 已支付")


class TestFilter:
    def test_is_a_plain_form_and_the_menu_a_link_away(self, boss: Page) -> None:
        boss.get_by_label("支付渠道").select_option("现金支付")
        boss.get_by_role("button", name="筛选", exact=True).click()
        expect(boss.get_by_text("支付渠道：现金支付")).to_be_visible()
        assert boss.locator("tbody tr").count() == boss.locator("tbody .tag-paid").count()

        boss.set_viewport_size({"width": 390, "height": 844})
        boss.get_by_role("link", name="菜单", exact=True).click()

        expect(boss.get_by_role("navigation", name="主导航")).to_be_visible()
