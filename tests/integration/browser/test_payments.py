"""支付单, 异常, 收据 and 收款码 as staff use them with a mouse."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from pypdf import PdfReader

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.order import PaymentOrder
from tests.integration.browser.conftest import Axed, Site
from tests.sandbox_payments import SandboxPayments


@pytest.fixture
def payments(site: Site) -> SandboxPayments:
    """A company whose owners can pay."""
    company = site.application.configure_companies.companies()[0]
    return SandboxPayments.at(site.application, Actor.system(company.id))


@pytest.fixture
def order(payments: SandboxPayments) -> PaymentOrder:
    """Two bills paid at once."""
    return payments.paid(2)


class TestOrders:
    def test_are_found_and_asked_about(
        self, site: Site, boss: Page, payments: SandboxPayments
    ) -> None:
        payments.paid()
        waiting = payments.open()
        boss.goto(f"{site.url}/staff/payment-orders")
        boss.get_by_label("状态").select_option("waiting")
        expect(boss.locator("tbody tr")).to_have_count(1)
        expect(boss).to_have_url(re.compile("state=waiting"))

        boss.get_by_role("link", name=waiting.number).click()
        boss.get_by_role("button", name="查询").click()

        expect(boss.locator("#toasts")).to_contain_text("查询完成：等待支付")
        expect(boss.locator("h1")).to_have_text(waiting.number)


class TestRefund:
    def test_goes_from_one_person_to_another(
        self, site: Site, boss: Page, order: PaymentOrder, context: BrowserContext
    ) -> None:
        boss.goto(f"{site.url}/staff/payment-orders/{order.number}")
        boss.get_by_role("link", name="申请退款").click()
        dialog = boss.get_by_role("dialog")
        dialog.get_by_role("checkbox").first.uncheck()
        dialog.get_by_role("button", name="申请退款").click()
        expect(dialog.locator(".field-error")).to_have_text("请填写原因")
        expect(dialog.get_by_role("checkbox").first).not_to_be_checked()
        dialog.get_by_label("退款原因").fill("重复缴费")
        dialog.get_by_role("button", name="申请退款").click()
        expect(boss.locator("#toasts")).to_contain_text("须由另一人审核")
        expect(boss.locator("#payment-order")).to_contain_text("您申请的退款须由另一人审核")

        context.clear_cookies()
        site.sign_in(context, Role.FINANCE)
        boss.goto(f"{site.url}/staff/payment-troubles")
        # The demo has another one waiting, which is older.
        boss.get_by_role("button", name="同意").last.click()

        expect(boss.locator("#toasts")).to_contain_text("退款")
        boss.goto(f"{site.url}/staff/payment-orders/{order.number}")
        expect(boss.locator("#payment-order")).to_contain_text("已退")


class TestReceipts:
    def test_of_a_selection_and_of_one_row_open_in_a_tab(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/bills?state=paid")
        boss.locator("[data-row-box]").nth(0).check()
        boss.locator("[data-row-box]").nth(1).check()
        numbers = [
            boss.locator("[data-row-box]").nth(index).get_attribute("value") or ""
            for index in (0, 1)
        ]
        button = boss.get_by_role("button", name="打印收据")
        expect(button).to_be_visible()
        expect(boss.locator("[data-batch-reason]")).to_be_hidden()
        expect(boss.locator("[data-action=delete]")).to_be_hidden()

        answer = self._printed(boss, button.click)

        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer)).pages)
        assert all(number and number in text for number in numbers)

        row = boss.locator("tbody tr").first
        answer = self._printed(boss, row.get_by_role("button", name="打印").click)

        pages = PdfReader(io.BytesIO(answer)).pages
        assert len(pages) == 1
        assert numbers[0] in pages[0].extract_text()

    @staticmethod
    def _printed(page: Page, press: Callable[[], None]) -> bytes:
        """Return the PDF that a press asks for; the tab itself belongs to the browser's viewer."""
        kept: list[bytes] = []

        def keep(route: Route) -> None:
            answer = route.fetch()
            assert answer.headers["content-type"] == "application/pdf"
            kept.append(answer.body())
            route.fulfill(status=200, content_type="text/plain", body="kept")

        page.context.route("**/staff/receipts", keep)
        with page.context.expect_page() as opened:
            press()
        # The tab begins as an empty page, which is loaded long before the answer is there.
        expect(opened.value.locator("body")).to_have_text("kept")
        return kept[0]


class TestCollectionCode:
    def test_is_shown_saved_and_printed(self, site: Site, boss: Page) -> None:
        boss.goto(f"{site.url}/staff/communities")
        boss.get_by_role("row", name="幸福家园").get_by_role("link", name="收款码").click()
        dialog = boss.get_by_role("dialog")
        expect(dialog.get_by_role("img", name="幸福家园的收款码")).to_be_visible()

        with boss.expect_download() as saved:
            dialog.get_by_role("link", name="保存图片").click()
        assert saved.value.suggested_filename == "幸福家园收款码.png"
        with boss.context.expect_page() as opened:
            dialog.get_by_role("link", name="打印").click()
        poster = opened.value
        expect(poster.locator(".poster-call")).to_have_text("微信扫一扫 缴纳物业费")
        poster.wait_for_function("window.printed === 1")

    @pytest.mark.parametrize("paper", ["A4", "A5"])
    def test_fits_one_sheet(
        self, site: Site, boss: Page, payments: SandboxPayments, paper: str
    ) -> None:
        path = f"/staff/communities/{payments.community.id}/collection-code/print"
        boss.goto(f"{site.url}{path}")

        sheets = PdfReader(io.BytesIO(boss.pdf(format=paper))).pages

        assert len(sheets) == 1
        # The font's glyphs of some characters are those of radicals too.
        assert "微信扫一扫" in unicodedata.normalize("NFKC", sheets[0].extract_text())


class TestRegistration:
    def test_is_approved_for_a_newcomer(
        self, site: Site, boss: Page, payments: SandboxPayments
    ) -> None:
        payments.registered("1号楼1单元101")
        boss.goto(f"{site.url}/staff/registrations")
        boss.get_by_role("link", name=re.compile("审核")).click()
        expect(boss.locator(".tile.is-chosen")).to_have_text("1号楼/1单元/101")

        boss.get_by_label(re.compile("新住户按")).check()
        boss.get_by_role("button", name="通过").click()

        expect(boss.locator("#toasts")).to_contain_text("已通过 赵一凡 的登记")
        expect(boss.locator(".empty")).to_contain_text("没有待审核的登记")


class TestAccessibility:
    def test_has_no_violation_on_pages(
        self,
        site: Site,
        boss: Page,
        payments: SandboxPayments,
        axe: Axed,
    ) -> None:
        order = payments.paid(2)
        refunds = site.application.refund_payments
        refunds.propose(payments.actor, order=order.number, bills=order.bills[:1], reason="重复")
        payments.registered("1号楼1单元101")
        for path in (
            "payment-orders",
            f"payment-orders/{order.number}",
            "payment-troubles",
            "payment-accounts",
            "payment-accounts/new?provider=wechat_v3",
            "registrations",
        ):
            boss.goto(f"{site.url}/staff/{path}")
            axe(boss)
        boss.get_by_role("link", name=re.compile("审核")).click()
        axe(boss)

    def test_has_no_violation_in_dialogs_and_on_the_poster(
        self, site: Site, boss: Page, payments: SandboxPayments, order: PaymentOrder, axe: Axed
    ) -> None:
        for path, name in (
            (f"payment-orders/{order.number}", "申请退款"),
            ("payment-accounts", "修改"),
            ("communities", "收款码"),
        ):
            boss.goto(f"{site.url}/staff/{path}")
            boss.get_by_role("link", name=name).click()
            boss.get_by_role("dialog").wait_for()
            axe(boss)
        code = f"/staff/communities/{payments.community.id}/collection-code/print"
        boss.goto(f"{site.url}{code}")
        axe(boss)
