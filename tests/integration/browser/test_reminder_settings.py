"""The settings of reminders and the official account's menu as an administrator uses them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from billing_domain.model.company.actor import Actor
from tests.integration.browser.conftest import Axed, Site

SETTINGS = "/staff/reminder-settings"
MENU = "/staff/official-menu"
URL = "https://fee.example.com/help"


class TestMenu:
    def test_is_drawn_mended_and_synchronised(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/payment-accounts")
        boss.locator("main").get_by_role("link", name="菜单配置").click()
        expect(boss.get_by_text("微信里现在的菜单")).to_be_visible()

        more = boss.get_by_role("group", name="菜单 3", exact=True)
        more.get_by_label("名称").fill("名字太长了")
        boss.get_by_text("菜单 3 的子菜单", exact=True).click()
        below = boss.get_by_role("group", name="菜单 3 的子菜单 1")
        below.get_by_label("名称").fill("联系前台")
        below.get_by_label("链接").fill(URL)
        boss.get_by_role("button", name="同步菜单").click()
        expect(boss.get_by_text("菜单名称最多 4 个汉字")).to_be_visible()

        more.get_by_label("名称").fill("更多")
        more.get_by_label("名称").press("Enter")  # draws, and tells WeChat nothing
        drawing = boss.get_by_role("group", name="菜单预览")
        expect(drawing).to_contain_text("联系前台")
        expect(boss.get_by_text("还没有同步到微信")).to_be_visible()

        boss.get_by_role("button", name="同步菜单").click()
        expect(boss.locator("#toasts")).to_contain_text("已同步菜单")
        expect(drawing).to_contain_text("更多")

    def test_is_removed_after_a_question(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}{MENU}")
        boss.get_by_role("link", name="删除菜单").click()
        boss.get_by_role("dialog").get_by_role("button", name="删除").click()

        expect(boss.locator("#toasts")).to_contain_text("已删除菜单")
        expect(boss.get_by_text("没有菜单", exact=True)).to_be_visible()


class TestTemplate:
    def test_shows_what_owners_will_read(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}{SETTINGS}")
        boss.get_by_label("第 6 行：字段").fill("{{const6.DATA}}")
        boss.get_by_label("第 6 行：显示什么").select_option(label="固定文字")
        boss.get_by_label("第 6 行：固定文字").fill("物业费")
        boss.get_by_role("button", name="更新示例").click()
        expect(boss.locator(".message-card")).to_contain_text("物业费")

        boss.get_by_role("button", name="保存模板").click()

        expect(boss.locator("#toasts")).to_contain_text("已保存消息模板")
        expect(boss.get_by_label("第 6 行：字段")).to_have_value("const6")


class TestAccessibility:
    def test_mistakes_pass_too(self, site: Site, boss: Page, axe: Axed) -> None:
        boss.goto(f"{site.url}{SETTINGS}")
        boss.get_by_label("第 1 行：字段").fill("")
        boss.get_by_role("button", name="保存模板").click()
        expect(boss.get_by_text("请填写字段名")).to_be_visible()
        axe(boss)

    def test_the_inbox_passes(self, site: Site, page: Page, axe: Axed) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        community = next(
            each
            for company in site.application.configure_companies.companies()
            for each in site.application.view_company.communities(Actor.system(company.id))
            if each.name == "幸福家园"
        )
        page.goto(f"{site.url}/owner/{community.id}/visitors")
        axe(page)
        page.locator(".visitor-inbox").first.click()
        expect(page.get_by_role("heading", name="缴费提醒")).to_be_visible()
        axe(page)
