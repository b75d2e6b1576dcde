"""The list of bills as staff use it."""

import re

from playwright.sync_api import Page, expect

from tests.integration.browser.conftest import Axed, Site

PENDING = "[data-row-box][data-actions='remind mark_paid delete']"
PENDING_ROW = "tbody tr:has([data-actions='remind mark_paid delete'])"
PAID = "[data-row-box][data-state='paid']"


class TestSelection:
    def test_shows_count_and_sum_while_something_is_selected(self, boss: Page) -> None:
        bar = boss.locator("[data-batch]")
        expect(bar).to_be_hidden()
        boxes = boss.locator(PENDING)
        fen = sum(int(boxes.nth(place).get_attribute("data-fen") or 0) for place in range(2))

        boxes.nth(0).check()
        boxes.nth(1).check()

        expect(bar.locator("[data-batch-count]")).to_have_text("2")
        expect(bar.locator("[data-batch-sum]")).to_have_text(f"¥{fen / 100:,.2f}")
        expect(bar.get_by_role("button", name="标记已支付")).to_be_visible()
        boss.get_by_role("button", name="取消选择").click()
        expect(bar).to_be_hidden()

        boss.locator("[data-row-box]").nth(2).click()
        boss.locator("[data-row-box]").nth(6).click(modifiers=["Shift"])
        expect(bar.locator("[data-batch-count]")).to_have_text("5")

    def test_alone_moves_the_head_of_the_table_down(self, boss: Page) -> None:
        head = boss.locator("thead th").first
        expect(head).to_have_css("top", "52px")

        boss.locator("[data-row-box]").first.check()

        expect(head).to_have_css("top", "99px")

    def test_of_a_paid_bill_takes_the_actions_away_and_says_why(self, boss: Page) -> None:
        """Rule 2.4; receipts are offered of paid bills alone."""
        paid, pending = boss.locator(PAID).first, boss.locator(PENDING).first
        bar, receipts = boss.locator("[data-batch]"), boss.get_by_role("button", name="打印收据")
        paid.check()
        expect(receipts).to_be_visible()
        pending.check()

        expect(boss.get_by_text("所选中有 1 笔不是待支付，不能批量操作")).to_be_visible()
        for action in (
            receipts,
            *bar.locator("[data-action=mark_paid], [data-action=delete]").all(),
        ):
            expect(action).to_be_hidden()

        paid.uncheck()

        expect(receipts).to_be_hidden()
        expect(bar.locator("[data-action=mark_paid]")).to_be_visible()
        expect(bar.locator("[data-action=delete]")).to_be_visible()

    def test_takes_the_whole_result(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/bills?state=pending&type=property")
        total = boss.locator("[data-totals]").get_attribute("data-count")
        boss.locator("[data-page-box]").check()

        boss.get_by_role("button", name="选择全部").click()
        expect(boss.locator("[data-batch-count]")).to_have_text(f"{total}")
        boss.locator("[data-batch] [data-action=delete]").click()

        expect(boss.get_by_role("dialog")).to_contain_text(f"共 {total} 笔待支付缴费单")
        boss.get_by_role("button", name=f"删除 {total} 笔").click()
        expect(boss.locator("#toasts")).to_contain_text(f"已删除 {total} 笔缴费单")
        expect(boss.get_by_role("heading", name="没有符合条件的缴费单")).to_be_visible()


class TestBatch:
    def test_marks_paid_and_refreshes_the_list(self, boss: Page) -> None:
        rows = boss.locator(PENDING_ROW)
        ids = [rows.nth(place).get_attribute("id") for place in range(2)]
        for place in range(2):
            boss.locator(PENDING).nth(place).check()
        boss.locator("[data-batch] [data-action=mark_paid]").click()
        boss.get_by_role("dialog").get_by_text("现金支付").click()
        boss.get_by_role("button", name="标记 2 笔已支付").click()

        expect(boss.locator("#toasts")).to_contain_text("已标记 2 笔为已支付")
        expect(boss.get_by_role("dialog")).to_be_hidden()
        for row_id in ids:
            expect(boss.locator(f"#{row_id}")).to_contain_text("已支付")
        expect(boss.locator("[data-batch]")).to_be_hidden()


class TestDialog:
    def test_edits_a_bill(self, boss: Page) -> None:
        row = boss.locator(PENDING_ROW).first
        row_id = row.get_attribute("id")
        row.get_by_role("link", name="编辑").click()
        dialog = boss.get_by_role("dialog", name="编辑缴费单")
        dialog.get_by_label("费用金额").fill("0")
        dialog.get_by_role("button", name="保存").click()
        expect(dialog.get_by_text("四舍五入到分后必须大于 0")).to_be_visible()
        expect(dialog.get_by_label("费用金额")).to_be_focused()

        dialog.get_by_label("费用金额").fill("4321.09")
        dialog.get_by_role("button", name="保存").click()

        expect(dialog).to_be_hidden()
        expect(boss.locator(f"#{row_id}")).to_contain_text("4,321.09")
        expect(boss.locator("#toasts")).to_contain_text("缴费单已保存")

    def test_counts_the_remark_live_and_keeps_it(self, boss: Page) -> None:
        """Rule 2.2; a click beside the dialog loses nothing."""
        boss.get_by_role("link", name="编辑").first.click()
        remark = boss.get_by_label("备注")
        remark.fill("😀" * 501)
        expect(boss.locator(".counter")).to_have_text("501/500")
        expect(boss.locator(".counter")).to_have_class(re.compile("is-over"))
        remark.fill("两字")
        expect(boss.locator(".counter")).to_have_text("2/500")

        boss.mouse.click(5, 400)

        expect(remark).to_have_value("两字")

    def test_closes_with_escape_and_gives_the_focus_back(self, boss: Page) -> None:
        link = boss.get_by_role("link", name="标记已支付").first
        link.focus()
        boss.keyboard.press("Enter")
        expect(boss.get_by_role("dialog")).to_be_visible()

        boss.keyboard.press("Escape")

        expect(boss.get_by_role("dialog")).to_be_hidden()
        expect(link).to_be_focused()

    def test_of_a_refusal_says_why(self, site: Site, boss: Page) -> None:
        """Somebody else was faster; the list behind is old."""
        row = boss.locator(PENDING_ROW).first
        number = row.locator("[data-row-box]").get_attribute("value") or ""
        boss.request.get(f"{site.url}/staff/bills")
        elsewhere = boss.context.new_page()
        elsewhere.goto(f"{site.url}/staff/bills/{number}/removal")
        elsewhere.get_by_role("button", name="删除").click()
        expect(elsewhere).to_have_url(f"{site.url}/staff/bills")

        row.get_by_role("link", name="编辑").click()

        expect(boss.get_by_role("dialog")).to_contain_text("找不到该缴费单")
        boss.get_by_role("link", name="知道了").click()
        expect(boss.get_by_role("dialog")).to_be_hidden()


class TestFilter:
    def test_searches_and_keeps_the_address(self, boss: Page) -> None:
        boss.get_by_role("searchbox").fill("1号楼")
        boss.keyboard.press("Enter")

        expect(boss).to_have_url(re.compile(r"/staff/bills\?q=1%E5%8F%B7%E6%A5%BC$"))
        boss.get_by_role("link", name="已支付", exact=True).first.click()
        expect(boss).to_have_url(re.compile(r"q=1%E5%8F%B7%E6%A5%BC&state=paid$"))
        boss.go_back()
        expect(boss).to_have_url(re.compile(r"q=1%E5%8F%B7%E6%A5%BC$"))
        expect(boss.get_by_role("searchbox")).to_have_value("1号楼")

    def test_offers_buildings_and_chips_that_take_it_back(self, boss: Page) -> None:
        boss.get_by_role("button", name="高级筛选").click()
        boss.get_by_label("小区", exact=True).select_option("幸福家园")
        expect(boss).to_have_url(re.compile(r"community=[0-9a-f]{32}$"))
        expect(boss.get_by_label("楼栋")).to_be_visible()
        expect(boss.get_by_label("楼栋").locator("option").nth(1)).to_be_attached()

        boss.get_by_role("link", name="取消筛选：小区").click()

        expect(boss).to_have_url(re.compile(r"/staff/bills$"))


class TestKeyboard:
    def test_skips_walks_selects_and_opens(self, boss: Page) -> None:
        """Without a mouse: skip to the content, find, walk, select, open, close."""
        boss.keyboard.press("Tab")
        expect(boss.get_by_role("link", name="跳到内容")).to_be_focused()
        boss.keyboard.press("Enter")
        expect(boss.locator("#main")).to_be_focused()
        boss.keyboard.press("/")
        expect(boss.get_by_role("searchbox")).to_be_focused()
        boss.get_by_role("searchbox").blur()
        for key in ("j", "j", "k", "x"):
            boss.keyboard.press(key)
        links = boss.locator("[data-row-link]")
        expect(links.nth(0)).to_be_focused()
        expect(boss.locator("[data-row-box]").nth(0)).to_be_checked()

        boss.keyboard.press("Enter")

        expect(boss.get_by_role("dialog", name="缴费单详情")).to_be_visible()

    def test_can_do_without_single_keys(self, boss: Page) -> None:
        boss.get_by_label("的菜单").click()
        boss.get_by_label("单键快捷键").uncheck()
        boss.keyboard.press("Escape")

        boss.keyboard.press("/")

        expect(boss.get_by_role("searchbox")).not_to_be_focused()


class TestNetwork:
    def test_gone_is_said(self, boss: Page, no_console_errors: list[str]) -> None:
        boss.context.set_offline(True)
        boss.get_by_role("link", name="详情").first.click()

        expect(boss.locator("#toasts")).to_contain_text("网络连接不上")
        no_console_errors.clear()


class TestNarrowScreen:
    def test_shows_cards_and_folds_the_navigation(self, boss: Page) -> None:
        boss.set_viewport_size({"width": 390, "height": 844})
        expect(boss.get_by_role("columnheader", name="导入时间")).to_be_hidden()
        boss.get_by_text("选择本页全部").click()
        expect(boss.locator("[data-batch-count]")).to_have_text("20")
        navigation = boss.get_by_role("navigation", name="主导航")
        expect(navigation).to_be_hidden()

        boss.get_by_role("link", name="菜单", exact=True).click()

        expect(navigation).to_be_visible()


class TestEveryone:
    """WCAG 2.2 AA, light and dark."""

    def test_can_use_the_list(self, boss: Page, axe: Axed) -> None:
        boss.locator(PENDING).first.check()
        boss.locator(PAID).first.check()
        boss.get_by_role("button", name="高级筛选").click()
        boss.locator("details.more summary").first.click()

        axe(boss)

    def test_can_use_the_dialogs(self, boss: Page, axe: Axed) -> None:
        for link in ("详情", "编辑", "标记已支付", "删除", "撤销"):
            boss.get_by_role("link", name=link).first.click()
            expect(boss.get_by_role("dialog")).to_be_visible()
            axe(boss)
            boss.keyboard.press("Escape")
            expect(boss.get_by_role("dialog")).to_be_hidden()

    def test_can_sign_in(self, site: Site, page: Page, axe: Axed) -> None:
        page.goto(f"{site.url}/sign-in")
        axe(page)
        page.get_by_label("账号").fill("nobody")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_have_text("账号或密码不正确")
        axe(page)
