"""缴费设置 as an administrator uses it: the dialogs, and the secret that is shown once."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def settings(site: Site, boss: Page) -> Page:
    """The page of communities."""
    boss.goto(f"{site.url}/staff/communities")
    return boss


class TestOpening:
    def test_shows_the_secret_until_it_is_closed_on_purpose(
        self, settings: Page, context: BrowserContext
    ) -> None:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        row = settings.get_by_role("row", name="滨江一期")
        row.get_by_role("link", name="开通").click()
        expect(settings.get_by_role("dialog")).to_contain_text("确定开通此小区的物业缴费功能?")
        settings.get_by_role("button", name="确定").click()

        secret = settings.locator("[data-secret]")
        expect(secret).to_have_text(re.compile("[0-9A-Za-z]{16}"))
        expect(row).to_contain_text("已开通")
        settings.mouse.click(4, 4)
        expect(secret).to_be_visible()

        settings.get_by_role("dialog").get_by_role("button", name="复制").last.click()
        expect(settings.locator("#toasts")).to_contain_text("已复制")
        assert settings.evaluate("navigator.clipboard.readText()") == secret.inner_text()

        settings.get_by_role("link", name="我已保存").click()
        expect(settings.get_by_role("dialog")).to_be_hidden()

        settings.get_by_role("button", name="复制幸福家园的小区ID").click()
        expect(settings.locator("#toasts")).to_contain_text("已复制")
        assert re.fullmatch("[0-9a-f]{32}", settings.evaluate("navigator.clipboard.readText()"))


class TestRenaming:
    def test_keeps_the_dialog_with_what_is_wrong(self, settings: Page) -> None:
        row = settings.get_by_role("row", name="滨江一期")
        row.get_by_role("link", name="改名").click()
        field = settings.get_by_label("小区名称")
        field.fill("幸福家园")
        settings.get_by_role("button", name="保存").click()

        expect(settings.locator(".field-error")).to_have_text("名称“幸福家园”已被使用")
        expect(field).to_be_focused()

        field.fill("滨江二期")
        field.press("Enter")
        expect(settings.locator("#toasts")).to_contain_text("已改名为“滨江二期”")
        expect(settings.get_by_role("row", name="滨江二期")).to_be_visible()


class TestAccessibility:
    def test_has_no_violation_on_the_page_and_in_its_dialogs(
        self, settings: Page, axe: Axed
    ) -> None:
        axe(settings)
        for name in ("停用", "改名", "重置授权密钥"):
            settings.get_by_role("row", name="幸福家园").get_by_role("link", name=name).click()
            settings.get_by_role("dialog").wait_for()
            axe(settings)
            settings.keyboard.press("Escape")
        settings.get_by_role("row", name="滨江一期").get_by_role("link", name="开通").click()
        settings.get_by_role("button", name="确定").click()
        settings.locator("[data-secret]").wait_for()
        axe(settings)
