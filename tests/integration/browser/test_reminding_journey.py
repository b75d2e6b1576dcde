"""From a spreadsheet to the money: import, remind, read the message, pay (rules 3.1, 4.1, 5.1)."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.resident import Resident
from billing_entrypoints.worker import Worker
from tests.integration.browser.conftest import Site

HEADER = "房屋地址,费用类型,费用金额,开始时间,结束时间,备注"
ROW = "{},电梯费,88.66,2030年10月,2030年10月,"


def import_for(desk: Page, site: Site, address: str, folder: Path) -> None:
    """Import one bill, and answer 确定 to the question after it."""
    file = folder / "bills.csv"
    file.write_text(f"{HEADER}\n{ROW.format(address)}\n", encoding="utf-8")
    desk.goto(f"{site.url}/staff/imports")
    desk.get_by_label("小区", exact=True).select_option(label="幸福家园")
    desk.locator("#f-file").set_input_files(file)
    desk.get_by_role("button", name="上传并预览").click()
    desk.get_by_role("button", name="导入 1 条").click()
    expect(
        desk.get_by_role("heading", name="导入成功，立即给刚导入的记录住户发催缴通知？")
    ).to_be_visible()
    desk.get_by_role("button", name="确定").click()


def test_an_imported_bill_is_reminded_of_and_paid(
    public_site: Site, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    site = public_site
    # Reached in WeChat, and owing nothing.
    resident, _ = site.resident(lambda each, unpaid: each.openid is not None and not unpaid)
    company = site.application.configure_companies.companies()[0]
    house = site.application.view_houses.house(
        Actor.system(company.id), house_id=resident.house_id
    )
    site.sign_in(context, Role.ADMINISTRATOR)

    import_for(page, site, house.address, tmp_path)
    expect(page.get_by_role("heading", name="正在催缴")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_be_visible()
    Worker(site.application).drain()
    expect(page.get_by_text("已送达").first).to_be_visible()

    phone = context.browser.new_context(viewport={"width": 390, "height": 844}).new_page()  # type: ignore[union-attr]
    pay_from_message(phone, site, resident)

    page.goto(f"{site.url}/staff/bills?q={house.address}&period_from=2030-01-01")
    row = page.locator("tbody tr").filter(has_text="88.66")
    expect(row).to_contain_text("已支付")
    phone.context.close()


def pay_from_message(phone: Page, site: Site, resident: Resident) -> None:
    """Read the message as the resident, open its link, sign in there and pay the bill."""
    phone.goto(f"{site.url}/owner/{resident.community_id}/visitors")
    phone.goto(f"{site.url}/sandbox/inbox/{(resident.openid or '').removeprefix('demo-')}")
    expect(phone.locator("main")).to_contain_text("88.66")
    link = phone.locator("a[href*='/owner/reminders/']").last
    assert resident.phone not in (link.get_attribute("href") or "")
    link.click()
    phone.locator(f"button[value='{resident.id}']").click()

    expect(phone).to_have_url(re.compile(r"/owner/bills/\d{21}$"))
    expect(phone.locator("main")).to_contain_text("88.66")
    phone.get_by_role("link", name=re.compile("支付")).first.click()
    phone.get_by_role("button", name=re.compile("确认支付")).click()
    phone.get_by_role("button", name="支付成功").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("支付成功")
