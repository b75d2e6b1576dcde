"""催缴 as the front desk uses it: from the list to who was told (rules 4.2, 4.3)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def desk(site: Site, as_role: Callable[[Role], Page]) -> Page:
    """The unpaid bills, with the front desk signed in."""
    page = as_role(Role.FRONT_DESK)
    page.goto(f"{site.url}/staff/bills?state=pending")
    return page


def work(site: Site, count: int = 100) -> None:
    """Let the worker send so many messages."""
    site.application.run_outbox.run_once(holder="worker", count_max=count)


def remind_first_reachable(page: Page) -> None:
    """Press 催缴 in the rows, one after the other, until one can be sent."""
    dialog = page.get_by_role("dialog")
    for row in page.locator("tbody tr").all():
        row.get_by_role("link", name="催缴").click()
        expect(dialog.locator(".dialog-foot")).to_be_visible()
        if dialog.get_by_role("button", name="发送催缴").count():
            return
        dialog.get_by_text("知道了").click()
        expect(dialog).to_have_count(0)
    pytest.fail("the demo has nobody to remind")


class TestOneHouse:
    def test_is_told_once_and_then_cools(self, site: Site, desk: Page) -> None:
        remind_first_reachable(desk)
        dialog = desk.get_by_role("dialog")
        dialog.get_by_role("button", name="发送催缴").dblclick()
        expect(dialog.get_by_role("heading", name="正在催缴")).to_be_visible()

        work(site)

        expect(dialog.get_by_role("heading", name="催缴成功")).to_be_visible()
        expect(dialog.locator(".people")).to_contain_text("已送达")
        place = dialog.locator(".dialog-head .quiet").inner_text()
        dialog.get_by_text("知道了").click()
        desk.goto(f"{site.url}/staff/reminders?asked_from=2026-11-20&q={place}")
        expect(desk.locator("tbody tr")).to_have_count(1)

        desk.locator("tbody tr a").first.click()
        desk.get_by_role("link", name="催缴", exact=True).click()

        expect(dialog).to_contain_text(
            "此房屋在2026年11月20日已推送过微信缴费通知，请于2026年11月23日后再催缴"
        )

    def test_has_no_violation(self, site: Site, desk: Page, axe: Axed) -> None:
        remind_first_reachable(desk)
        axe(desk)
        desk.get_by_role("button", name="发送催缴").click()
        expect(desk.get_by_role("heading", name="正在催缴")).to_be_visible()
        axe(desk)
        work(site)
        expect(desk.get_by_role("heading", name="催缴成功")).to_be_visible()
        axe(desk)


class TestAllOfAFilter:
    def test_shows_a_bar_that_goes_on_by_itself(self, site: Site, desk: Page) -> None:
        desk.get_by_role("link", name="催缴筛选结果").click()
        desk.get_by_role("dialog").get_by_role("button", name="发送给").click()
        expect(desk.get_by_role("heading", name="正在催缴")).to_be_visible()
        expect(desk.get_by_text("已处理 0 /")).to_be_visible()

        work(site, 3)
        expect(desk.get_by_text("已处理 3 /")).to_be_visible()
        work(site)

        expect(desk.get_by_role("heading", name="催缴结果")).to_be_visible()
        expect(desk.get_by_text("户都已送达")).to_be_visible()

    def test_has_no_violation(self, site: Site, desk: Page, axe: Axed) -> None:
        desk.get_by_role("link", name="催缴筛选结果").click()
        desk.get_by_role("dialog").wait_for()
        axe(desk)
        desk.get_by_role("button", name="发送给").click()
        expect(desk.get_by_role("heading", name="正在催缴")).to_be_visible()
        axe(desk)
        work(site, 3)
        for path in ("/staff/reminders", "/staff/outbox-jobs"):
            desk.goto(f"{site.url}{path}")
            axe(desk)
