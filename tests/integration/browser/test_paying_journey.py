"""From three bills on a phone to the receipt on the counter, with a real browser and server."""

from __future__ import annotations

import io
import re

import PIL.Image
import pypdf
import zxingcpp
from playwright.sync_api import BrowserContext, Page, expect

from billing_domain.model.bills.bill_number import BillNumber
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.community import Community
from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Site


def pay_three(phone: Page, site: Site, community: Community) -> list[BillNumber]:
    """Scan the code, choose three bills and pay them at the cashier; return their numbers."""
    resident, _ = site.resident(lambda _, unpaid: unpaid >= 3)
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"{site.url}/owner/{community.id}")
    phone.locator(f"button[value='{resident.id}']").click()
    phone.goto(f"{site.url}/owner/bills")
    boxes = phone.locator("input[name=number]")
    numbers = [BillNumber(boxes.nth(place).get_attribute("value") or "") for place in range(3)]
    for place in range(3):
        boxes.nth(place).check()
    phone.get_by_role("button", name=re.compile("合并支付")).click()
    phone.get_by_role("button", name=re.compile("确认支付")).click()
    phone.get_by_role("button", name="支付成功").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("支付成功")
    return numbers


def sum_of(site: Site, numbers: list[BillNumber]) -> str:
    """Return the sum of bills as screens show it."""
    company = site.application.configure_companies.companies()[0]
    rows = site.application.view_bills.rows(Actor.system(company.id), numbers=numbers)
    return f"{sum(row.amount.yuan for row in rows):,.2f}"


def test_three_bills_are_paid_at_once_and_everybody_sees_it(
    public_site: Site, page: Page, context: BrowserContext
) -> None:
    site = public_site
    community = site.community()
    numbers = pay_three(page, site, community)
    expect(page.locator("main")).to_contain_text(sum_of(site, numbers))

    page.goto(f"{site.url}/owner/bills/paid")
    for number in numbers:
        expect(page.locator(f"a[href='/owner/bills/{number}']")).to_be_visible()

    desk = context.new_page()
    desk.set_viewport_size({"width": 1280, "height": 900})
    site.sign_in(context, Role.ADMINISTRATOR)
    for number in numbers:
        desk.goto(f"{site.url}/staff/bills?text={number}")
        expect(desk.locator("tbody tr").first).to_contain_text("已支付")
    check_receipts(desk, site, numbers)
    check_code(desk, site, community)


def check_receipts(desk: Page, site: Site, numbers: list[BillNumber]) -> None:
    """Print the receipts, and read in the PDF what the list says."""
    token = desk.locator("input[name=_csrf_token]").first.get_attribute("value") or ""
    answer = desk.request.post(
        f"{site.url}/staff/receipts",
        form={"_csrf_token": token, "number": numbers[0]},
        headers={"Origin": site.url},
    )
    assert answer.headers["content-type"] == "application/pdf"
    text = "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body())).pages
    )
    assert numbers[0] in text
    assert sum_of(site, numbers[:1]) in text
    assert "线上支付" in text


def check_code(desk: Page, site: Site, community: Community) -> None:
    """Save the collection code, and read the owners' address in it."""
    answer = desk.request.get(f"{site.url}/staff/communities/{community.id}/collection-code.png")
    picture = PIL.Image.open(io.BytesIO(answer.body()))
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"{site.url}/owner/{community.id}"
