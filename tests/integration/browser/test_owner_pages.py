"""The pages of owners in a browser: on a phone first, by day and by night."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from billing_domain.ports.payments.cashier import CashierAction
from tests.integration.browser.conftest import Axed, Site

PHONE = {"width": 390, "height": 844}
# What the setting of the system does to every letter; WeChat offers it to its users too.
LARGE_LETTERS = """() => {
  const all = [...document.querySelectorAll("body, body *")];
  const sizes = all.map((each) => parseFloat(getComputedStyle(each).fontSize));
  all.forEach((each, index) => { each.style.fontSize = `${2 * sizes[index]}px`; });
}"""


@pytest.fixture
def phone(site: Site, page: Page) -> Page:
    """The list of an owner with at least three unpaid bills."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    _, token = site.resident(lambda _, unpaid: unpaid >= 3)
    page.context.add_cookies([{"name": "owner", "value": token, "url": site.url}])
    page.goto(f"{site.url}/owner/bills")
    return page


def width_of(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def follow(page: Page, button: Locator) -> None:
    """Press what leads to another page, and wait until that is there."""
    with page.expect_navigation():
        button.click()


def order_here(phone: Page, site: Site) -> str:
    """Confirm all bills, stay with us instead of at the provider, return the order's address."""
    phone.get_by_label("全选").check()
    phone.get_by_role("button", name="合并支付").click()
    phone.route("http://localhost:8000/**", lambda route: route.fulfill(body="收银台"))
    phone.get_by_role("button", name="确认支付").click()
    phone.wait_for_url("http://localhost:8000/sandbox/**")
    order = site.application.cashier
    assert order is not None
    token = urlsplit(phone.url).path.rsplit("/", 1)[1]
    return urlsplit(order.order(token).return_url).path


def pay_silently(site: Site, phone: Page) -> None:
    """Pay the order whose cashier page the phone shows; the result page has to ask."""
    token = urlsplit(phone.url).path.rsplit("/", 1)[1]
    assert site.application.cashier is not None
    site.application.cashier.act(token, CashierAction.PAY_SILENTLY)


class TestJourney:
    def test_adds_up_what_is_chosen_and_pays_it(self, site: Site, phone: Page) -> None:
        boxes = phone.locator("input[name=number]")
        expect(phone.get_by_role("status")).to_contain_text("已选 0 笔")
        boxes.nth(0).check()
        boxes.nth(1).check()
        expect(phone.get_by_role("status")).to_contain_text("已选 2 笔")
        chosen = phone.locator("[data-total]").inner_text()

        phone.get_by_role("button", name="合并支付").click()
        expect(phone.locator(".amount")).to_have_text(chosen)
        phone.go_back()
        expect(phone.locator("[data-total]")).to_have_text(chosen)
        address = order_here(phone, site)
        pay_silently(site, phone)

        phone.goto(f"{site.url}{address}")
        expect(phone.get_by_role("heading", level=1)).to_have_text("支付成功")
        phone.get_by_role("link", name="查看已支付").click()
        phone.locator("a.paid-bill").first.click()
        expect(phone.get_by_role("button", name="查看收据")).to_be_visible()

    def test_needs_no_script(self, site: Site, phone: Page) -> None:
        browser = phone.context.browser
        assert browser is not None
        plain: BrowserContext = browser.new_context(java_script_enabled=False)
        plain.add_cookies(
            [
                {"name": c["name"], "value": c["value"], "url": site.url}
                for c in phone.context.cookies()
            ]
        )
        page = plain.new_page()
        page.goto(f"{site.url}/owner/bills")
        page.locator("input[name=number]").first.check()
        page.get_by_role("button", name="合并支付").click()

        expect(page.get_by_role("button", name="确认支付")).to_be_visible()
        plain.close()


class TestEveryone:
    def test_can_use_the_bills(self, phone: Page, axe: Axed) -> None:
        phone.locator("input[name=number]").first.check()
        axe(phone)
        follow(phone, phone.get_by_role("button", name="合并支付"))
        axe(phone)
        phone.goto(phone.url.replace("/checkout?number=", "/bills/"))
        axe(phone)
        follow(phone, phone.get_by_role("link", name="全部待支付"))
        follow(phone, phone.get_by_role("link", name="已支付"))
        axe(phone)

    def test_can_use_a_result(self, site: Site, phone: Page, axe: Axed) -> None:
        address = order_here(phone, site)

        phone.goto(f"{site.url}{address}?look=10")
        expect(phone.get_by_role("link", name="继续支付")).to_be_visible()
        axe(phone)
        phone.goto(f"{site.url}/owner/nowhere/at/all")
        axe(phone)
        phone.goto(f"{site.url}{address}?look=10")
        phone.get_by_role("button", name="取消支付").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("支付已关闭")
        axe(phone)

    def test_can_use_what_is_paid(self, site: Site, phone: Page, axe: Axed) -> None:
        address = order_here(phone, site)
        phone.goto(f"{site.url}{urlsplit(phone.url).path}")
        axe(phone)
        pay_silently(site, phone)

        phone.goto(f"{site.url}{address}")
        # Until then the page loads itself again and again.
        expect(phone.get_by_role("heading", level=1)).to_have_text("支付成功")
        axe(phone)
        follow(phone, phone.get_by_role("link", name="返回待支付"))
        axe(phone)
        follow(phone, phone.get_by_role("link", name="已支付"))
        follow(phone, phone.locator("a.paid-bill").first)
        axe(phone)

    def test_can_register(self, site: Site, page: Page, axe: Axed) -> None:
        page.goto(f"{site.url}/owner/{site.community().id}")
        axe(page)
        follow(page, page.get_by_role("button", name="新访客（未登记）"))
        axe(page)
        page.get_by_role("button", name="提交登记").click()
        expect(page.get_by_text("请填写姓名")).to_be_visible()
        axe(page)
        page.get_by_label("姓名").fill("李四")
        page.get_by_label("电话").fill("13900001111")
        page.get_by_label("房屋").fill("1号楼1单元101")
        page.get_by_label("业主").check()
        page.get_by_role("button", name="提交登记").click()
        expect(page.get_by_text("请等待物业核对")).to_be_visible()
        axe(page)

    def test_has_room_for_a_finger(self, phone: Page) -> None:
        for target in phone.locator("a:visible, button:visible, label:visible").all():
            box = target.bounding_box()
            assert box is not None
            assert box["height"] >= 44, target.inner_text()

    def test_can_read_with_letters_twice_as_large(self, site: Site, phone: Page) -> None:
        def has_room() -> bool:
            phone.evaluate(LARGE_LETTERS)
            texts = phone.locator(".weui-cell__bd").all()
            widths = [box["width"] for text in texts if (box := text.bounding_box())]
            return width_of(phone) <= PHONE["width"] and min(widths, default=200) >= 200

        assert has_room()
        phone.goto(phone.url)
        address = order_here(phone, site)
        phone.goto(f"{site.url}{address}?look=10")
        assert has_room()
        follow(phone, phone.get_by_role("button", name="取消支付"))
        assert has_room()
