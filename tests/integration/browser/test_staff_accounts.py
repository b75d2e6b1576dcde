"""权限管理 as an administrator uses it (rule 9)."""

import pytest
from playwright.sync_api import Page, expect

from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def accounts(site: Site, boss: Page) -> Page:
    """The list of accounts."""
    boss.goto(f"{site.url}/staff/staff-accounts")
    return boss


class TestAccounts:
    def test_takes_a_new_colleague_in(self, accounts: Page) -> None:
        accounts.get_by_role("link", name="添加账号").click()
        accounts.get_by_label("姓名").fill("新同事")
        accounts.get_by_label("登录账号").fill("newcomer")
        accounts.get_by_label("初始密码").fill("long enough password")
        accounts.get_by_label("只限以下小区").check()
        accounts.get_by_role("button", name="添加", exact=True).click()
        group = accounts.get_by_role("group", name="可管理的小区")
        expect(group).to_contain_text("请至少选择一个小区")
        expect(group).to_be_focused()

        group.get_by_label("幸福家园").check()
        accounts.get_by_label("初始密码").fill("long enough password")
        accounts.get_by_role("button", name="添加", exact=True).click()

        expect(accounts.get_by_role("row", name="newcomer")).to_contain_text("幸福家园")

    def test_disables_a_colleague_and_keeps_the_last_administrator(self, accounts: Page) -> None:
        own = accounts.get_by_role("row", name="demo-admin")
        expect(own.get_by_role("link", name="停用")).to_have_count(0)
        row = accounts.get_by_role("row", name="demo-desk")
        row.get_by_role("link", name="停用").click()
        accounts.get_by_role("button", name="停用").click()
        expect(row).to_contain_text("已停用")
        expect(row.get_by_role("link", name="启用")).to_be_visible()

        own.get_by_role("link", name="编辑").click()
        accounts.get_by_role("radio", name="只读").check()
        accounts.get_by_role("button", name="保存").click()

        expect(accounts.get_by_text("公司至少要保留一个启用的管理员账号")).to_be_visible()

    def test_has_no_violation(self, accounts: Page, axe: Axed) -> None:
        axe(accounts)
        accounts.get_by_role("link", name="添加账号").click()
        accounts.get_by_role("button", name="添加", exact=True).click()
        accounts.locator(".field-error").first.wait_for()
        axe(accounts)
        accounts.keyboard.press("Escape")
        for name in ("重设密码", "停用"):
            row = accounts.get_by_role("row", name="demo-desk")
            row.get_by_role("link", name=name).click()
            accounts.get_by_role("dialog").wait_for()
            axe(accounts)
            accounts.keyboard.press("Escape")
