"""Bills of one import keep the order of their sheet, wherever they are listed (rule 2.8)."""

from __future__ import annotations

import csv
import io

import pytest
from pypdf import PdfReader

from billing_domain.model.bills.bill import BatchId, PaymentChannel
from billing_domain.model.houses.house import House
from billing_domain.model.imports.request import ImportRequest
from billing_domain.ports.bills import BillFilter
from billing_domain.ports.documents import FileFormat
from billing_domain.ports.reminders.queries import ReminderFilter, ReminderOutcome
from tests.html_page import Element
from tests.website import Visitor, Website
from tests.world import HEADER, period

ROOMS = (503, 102, 1001, 301, 204, 9, 77)
"""Neither ascending nor descending: the order of a sheet is the clerk's own."""


@pytest.fixture
def houses(site: Website) -> list[House]:
    return list(site.add_houses(site.community, *(f"8号楼/{room}" for room in ROOMS)))


@pytest.fixture
def batch(site: Website, houses: list[House]) -> BatchId:
    rows = [
        (house.address.text, "物业费", "12", "2026年10月", "2026年10月", "") for house in houses
    ]
    request = ImportRequest.of_rows(site.community.id, [HEADER, *rows])
    return site.import_bills.import_sheet(site.admin, request=request).id


def rooms(texts: list[str]) -> list[int]:
    """Return the room of each text, such as `8号楼/503`."""
    return [int(text.rpartition("8号楼/")[2].split()[0]) for text in texts]


def addresses(page: Element) -> list[str]:
    cells = [row.one(class_="area-title") for row in page.all("tr")[1:]]
    return [cell.one(class_="cell-main").text for cell in cells]


class TestSheetOrder:
    def test_is_that_of_the_list(self, boss: Visitor, batch: BatchId) -> None:
        page = boss.page(f"/staff/bills?batch={batch}")

        assert tuple(rooms(addresses(page))) == ROOMS

    def test_is_that_of_an_export(self, site: Website, batch: BatchId) -> None:
        exports, wanted = site.application.export_bills, BillFilter(batch_id=batch)
        job = exports.start(site.admin, bill_filter=wanted, file_format=FileFormat.CSV)
        exports.run(site.admin, export_id=job.id, bill_filter=wanted, file_format=FileFormat.CSV)

        text = exports.file(site.admin, export_id=job.id).read_text("utf-8-sig")
        rows = [row["住址"] for row in csv.DictReader(io.StringIO(text))]
        assert tuple(rooms(rows)) == ROOMS

    def test_is_that_of_receipts(self, site: Website, boss: Visitor, batch: BatchId) -> None:
        numbers = site.application.view_bills.numbers(
            site.admin, bill_filter=BillFilter(batch_id=batch)
        )
        site.manage_bills.mark_paid(site.admin, numbers=numbers, channel=PaymentChannel.CASH)

        answer = boss.post("/staff/receipts", {"number": sorted(numbers)})

        pages = PdfReader(io.BytesIO(answer.content)).pages
        assert tuple(rooms([page.extract_text() for page in pages])) == ROOMS

    @pytest.mark.usefixtures("batch")
    def test_is_that_of_reminders(self, site: Website, houses: list[House]) -> None:
        """Sent ones and refused ones, each in the order of the sheet."""
        site.connect_wechat()
        for place in (0, 3):
            site.add_owner(houses[place], name="李雷", openid=f"openid-{place}")

        run = site.requested()

        found = site.application.view_reminders.page(site.admin, ReminderFilter(run_id=run))
        for outcome, places in (
            (ReminderOutcome.WAITING, (0, 3)),
            (ReminderOutcome.UNREACHABLE, (1, 2, 4, 5, 6)),
        ):
            listed = [row.address for row in found.rows if row.outcome is outcome]
            assert rooms(listed) == [ROOMS[place] for place in places]


class TestOwnerPages:
    def test_show_the_newest_period_first_house_by_house(self, site: Website) -> None:
        """Rule 5.1, whenever the bills came in."""
        owner = site.add_owner(*site.houses[:2])
        months = ("2026年01月", "2026年12月", "2025年07月", "2026年09月")
        for house in site.houses[:2]:
            for month in months:
                site.add_bill(house, period=period(month, month))

        rows = site.application.view_owner_bills.pending(owner)
        for house in site.houses[:2]:
            listed = [row.period.first_day for row in rows if row.house_id == house.id]
            assert listed == sorted(listed, reverse=True)
            assert len(listed) == len(months)
