"""Exports in the browser: from a filter, beside the requests, fetched by who asked (rule 2.10)."""

import io
import threading
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import openpyxl
import pytest

from billing_adapters.sql.tables.bills import exports
from billing_domain.model.bills.export import ExportId, ExportState
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.actor import Actor
from billing_domain.model.company.staff import StaffAccount
from billing_domain.model.money import Money
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_entrypoints.web.export_runner import STALLED_AFTER
from tests.html_page import read_html
from tests.website import Visitor, Website, htmx

WAIT_SECONDS = 20


class TestForm:
    def test_says_what_the_filter_finds(self, site: Website, boss: Visitor) -> None:
        site.add_bill(fee_type=FeeType.WATER, amount=Money(100))
        site.add_bill(fee_type=FeeType.WATER, amount=Money(250))
        site.add_bill(fee_type=FeeType.RENT)

        page = boss.page("/staff/exports/new?type=water&state=pending&amount_min=0.5")

        assert page.one(class_="summary-card").text == "共 2 条 合计 ¥3.50"
        facts = page.one("dl", class_="facts").text
        assert "费用类型 水费 状态 待支付" in facts
        assert "金额 0.5 至 不限" in facts
        assert page.one("form", action="/staff/exports").fields()["type"] == "water"

    def test_is_linked_from_the_list_with_its_filter(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        links = [link["href"] for link in boss.page("/staff/bills?q=101").all("a")]

        assert "/staff/exports/new?q=101" in links

    def test_needs_a_format_that_exists(self, boss: Visitor) -> None:
        answer = boss.post("/staff/exports", {"format": "pdf"})

        assert answer.status_code == 422
        assert "文件格式" in read_html(answer.text).one(class_="field-error").text


class TestFile:
    def test_holds_what_the_filter_found(self, site: Website, boss: Visitor) -> None:
        site.add_bill(fee_type=FeeType.WATER, amount=Money(12_345), remark="=1+1")
        site.add_bill(fee_type=FeeType.RENT)

        path = export(boss, format="xlsx", type="water")

        answer = boss.get(f"{path}/file")
        rows = list(
            openpyxl.load_workbook(io.BytesIO(answer.content))
            .worksheets[0]
            .iter_rows(values_only=True)
        )
        assert len(rows) == 2
        assert rows[0][0] == "平台单号"
        assert rows[1][6:8] == ("水费", 123.45)
        assert rows[1][15] == "=1+1"

    def test_is_named_for_every_browser(self, site: Website, boss: Visitor) -> None:
        """RFC 6266: a plain name, and the real one percent-encoded."""
        site.add_bill()

        answer = boss.get(f"{export(boss, format='csv')}/file")

        name = quote("缴费单_20261120_120000.csv")
        assert answer.headers["content-disposition"] == (
            f"attachment; filename=\"20261120_120000.csv\"; filename*=UTF-8''{name}"
        )
        assert answer.headers["content-type"].startswith("text/csv")


class TestProgress:
    @pytest.fixture
    def exporter(self, site: Website) -> StaffAccount:
        return site.staff_account(login_name="exporter")

    @pytest.fixture
    def visitor(self, site: Website, exporter: StaffAccount) -> Visitor:
        visitor = site.visitor()
        visitor.sign_in(exporter.login_name)
        return visitor

    def test_asks_again_until_it_is_done(
        self, site: Website, exporter: StaffAccount, visitor: Visitor
    ) -> None:
        job_id = waiting_export(site, exporter)

        page = visitor.page(f"/staff/exports/{job_id}")

        assert page.one(id="export")["hx-trigger"] == "every 1s"
        assert "等待中" in page.text
        assert not page.has("a", href=f"/staff/exports/{job_id}/file")

    def test_stops_asking_when_it_is_done(self, visitor: Visitor) -> None:
        path = export(visitor, format="csv")

        part = read_html(visitor.get(path, htmx("div#export", path)).text)

        assert part.one(id="export").get("hx-trigger") is None
        assert part.has("a", href=f"{path}/file")

    def test_can_be_cancelled(
        self, site: Website, exporter: StaffAccount, visitor: Visitor
    ) -> None:
        job_id = waiting_export(site, exporter)

        answer = visitor.post(f"/staff/exports/{job_id}/cancellation")

        assert answer.headers["location"] == "/staff/exports"
        assert [row.state for row in site.rows_of(exports)] == [ExportState.CANCELLED]
        assert visitor.get(f"/staff/exports/{job_id}/file").status_code == 422

    def test_shows_a_dead_one_as_failed(
        self, site: Website, exporter: StaffAccount, visitor: Visitor
    ) -> None:
        """Its process is gone and can't say so itself."""
        job_id = waiting_export(site, exporter)

        site.clock.advance(STALLED_AFTER - timedelta(seconds=1))
        assert "等待中" in visitor.page(f"/staff/exports/{job_id}").text

        site.clock.advance(timedelta(seconds=1))
        page = visitor.page(f"/staff/exports/{job_id}")
        assert "导出没有完成，请回到缴费记录重新导出" in page.text
        assert page.one(id="export").get("hx-trigger") is None
        assert "失败" in visitor.page("/staff/exports").text

    def test_says_that_writing_failed_and_tells_the_operator_why(
        self, visitor: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Here because the folder for the files is gone."""
        tmp_path.rmdir()

        answer = visitor.post("/staff/exports", {"format": "csv"})

        assert "失败" in settled(visitor, answer.headers["location"])
        # The job says so first, the thread logs why just after.
        deadline = time.monotonic() + WAIT_SECONDS
        while "failed" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "failed" in caplog.text


def export(visitor: Visitor, **fields: str) -> str:
    """Let an export be written and return its address."""
    answer = visitor.post("/staff/exports", fields)
    assert answer.status_code == 303, answer.text
    path = str(answer.headers["location"])
    assert "已完成" in settled(visitor, path)
    return path


def settled(visitor: Visitor, path: str) -> str:
    """Ask for the progress until it is over, and return what the page says."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        page = visitor.page(path)
        if page.one(id="export").get("hx-trigger") is None:
            return page.text
        threading.Event().wait(0.05)
    raise AssertionError("the export never ended")


def waiting_export(site: Website, account: StaffAccount) -> ExportId:
    """Ask for an export that nobody writes, as after the end of its process."""
    return site.application.export_bills.start(
        Actor.staff(account), bill_filter=BillFilter(), file_format=FileFormat.CSV
    ).id
