"""Exports as finance uses them: from the filtered list to the file (rule 2.10)."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from billing_domain.model.company.staff import Role
from tests.integration.browser.conftest import Axed, Site


@pytest.fixture
def finance(site: Site, as_role: Callable[[Role], Page]) -> Page:
    """The list of water bills, with finance signed in."""
    page = as_role(Role.FINANCE)
    page.goto(f"{site.url}/staff/bills?type=water")
    return page


class TestExport:
    def test_brings_the_filtered_bills_into_a_file(self, finance: Page, tmp_path: Path) -> None:
        finance.get_by_role("link", name="导出缴费单").click()
        dialog = finance.get_by_role("dialog")
        expect(dialog).to_contain_text("水费")
        total = dialog.locator(".summary-card .strong").inner_text()
        finance.get_by_role("button", name="开始导出").click()
        expect(finance.get_by_text(f"共 {total} 行，文件保留一天。")).to_be_visible()

        with finance.expect_download() as download:
            finance.get_by_role("link", name="下载文件").click()

        assert download.value.suggested_filename == "缴费单_20261120_120000.xlsx"
        file = tmp_path / "export.xlsx"
        download.value.save_as(file)
        rows = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
        assert len(rows) == int(total) + 1
        assert {row[6] for row in rows[1:]} == {"水费"}

    def test_asks_for_the_format_in_a_way_for_everyone(
        self, site: Site, finance: Page, axe: Axed
    ) -> None:
        finance.get_by_role("link", name="导出缴费单").click()
        finance.get_by_role("dialog").wait_for()
        expect(finance.get_by_label("Excel（xlsx）")).to_be_checked()
        finance.get_by_label("csv").check()
        axe(finance)
        finance.get_by_role("button", name="开始导出").click()
        expect(finance.get_by_role("link", name="下载文件")).to_be_visible()
        expect(finance.get_by_role("heading", name="缴费单_20261120_120000.csv")).to_be_visible()
        axe(finance)
        finance.goto(f"{site.url}/staff/exports")
        axe(finance)
