"""Import templates and the audit log as an administrator sees them (rules 3.13, 2.11)."""

from playwright.sync_api import Page, expect

from tests.integration.browser.conftest import Site


class TestProfile:
    def test_is_copied_edited_and_offered_for_importing(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/import-profiles")
        boss.get_by_role("link", name="复制 新视窗缴费单模板").click()
        boss.get_by_label("模板名称").fill("我的模板")
        boss.get_by_label("房屋地址").fill("")
        boss.get_by_role("button", name="保存").click()
        expect(boss.get_by_text("请填写房屋地址列")).to_be_visible()

        boss.get_by_label("房屋地址").fill("住址，门牌号")
        boss.get_by_role("button", name="再加几行").click()
        boss.get_by_label("第 14 行：表格里的名称").fill("宽带费")
        boss.get_by_label("第 14 行：对应的费用类型").select_option(label="其它")
        boss.get_by_role("button", name="保存").click()

        expect(boss.get_by_role("heading", name="我的模板")).to_be_visible()
        expect(boss.get_by_text("住址、门牌号")).to_be_visible()
        expect(boss.get_by_text("宽带费 → 其它")).to_be_visible()
        boss.goto(f"{site.url}/staff/imports")
        expect(boss.get_by_label("我的模板")).to_be_visible()

    def test_is_deleted_after_a_question(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/import-profiles/standard/copy")
        boss.get_by_role("button", name="保存").click()
        boss.get_by_role("link", name="删除").click()
        boss.get_by_role("button", name="删除").click()

        expect(boss.locator("#toasts")).to_contain_text("已删除模板")
        expect(boss.locator("tbody tr")).to_have_count(2)
