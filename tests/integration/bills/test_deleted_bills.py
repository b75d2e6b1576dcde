"""回收站 in the browser, and that nothing else shows a deleted bill (rule 2.12)."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from sqlalchemy import select

import billing_adapters
from billing_adapters.sql.tables.bills import bills
from billing_domain.model.bills.bill import PendingBill
from billing_entrypoints.words import screens
from tests.html_page import read_html
from tests.integration.owners.test_owner_bills import enter
from tests.website import Visitor, Website

LIST = "/staff/deleted-bills"
REMARK = "只有这一笔写着的备注"
MAY_KNOW = {LIST, "/staff/audit"}
"""The pages that tell of what was deleted."""


@pytest.fixture
def deleted(site: Website) -> PendingBill:
    """A bill that was deleted."""
    bill = site.add_bill(remark=REMARK)
    site.manage_bills.delete(site.admin, numbers=[bill.number])
    return bill


class TestBin:
    def test_shows_whose_bill_was_deleted_by_whom(
        self, boss: Visitor, deleted: PendingBill
    ) -> None:
        [row] = boss.page(LIST).one("tbody").all("tr")
        for text in (deleted.number, "1号楼/1单元/101", "1,300.00", "王经理", "2026-11-20 12:00"):
            assert text in row.text

    def test_gives_a_bill_back(self, site: Website, boss: Visitor, deleted: PendingBill) -> None:
        path = f"{LIST}/{deleted.number}/restoring"
        assert "恢复后单号不变" in boss.page(path).text

        answer = boss.post(path, {"back": LIST})

        page = boss.page(answer.headers["location"])
        assert f"已恢复缴费单 {deleted.number}" in page.one(id="toasts").text
        assert "回收站是空的" in page.text
        restored = site.stored(deleted.number)
        assert attrs.evolve(restored, version=deleted.version) == deleted

    def test_warns_of_a_bill_that_charges_the_same(
        self, site: Website, boss: Visitor, deleted: PendingBill
    ) -> None:
        site.add_bill()
        path = f"{LIST}/{deleted.number}/restoring"
        assert "恢复后会有两笔" in boss.page(path).text

        refused = boss.post(path)
        assert refused.status_code == 422
        assert read_html(refused.text).has(id="f-confirm_duplicate-error")

        assert boss.post(path, {"confirm_duplicate": "yes"}).status_code == 303
        assert len(site.stored_bills()) == 2

    def test_offers_nothing_for_a_house_that_is_gone(self, site: Website, boss: Visitor) -> None:
        [house] = site.add_houses(site.community, "9号楼/101")
        bill = site.add_bill(house)
        site.manage_bills.delete(site.admin, numbers=[bill.number])
        site.application.register_residents.remove_house(site.admin, house_id=house.id)

        path = f"{LIST}/{bill.number}/restoring"
        dialog = boss.page(path).one("form", action=path)

        assert "房屋已删除，不能恢复" in dialog.text
        assert not dialog.has("button", type="submit")
        assert boss.post(path).status_code == 404


class TestNobodyElse:
    """Payments, reminders, sums, search, exports and owners read the table of bills alone."""

    def test_sees_a_deleted_bill_on_any_page(
        self, site: Website, boss: Visitor, deleted: PendingBill
    ) -> None:
        number, house = deleted.number, deleted.house_id
        pages = [
            *screens.MENU,
            *(f"/staff/bills?q={text}" for text in (number, number[-6:], "1号楼", REMARK)),
            f"/staff/bills?house={house}",
            f"/staff/houses/{house}",
            "/staff/bills?state=pending",
        ]
        for path in pages:
            answer = boss.get(path)
            assert answer.status_code == 200, path
            # The search box says again what was searched for.
            seen = read_html(answer.text).text
            if path not in MAY_KNOW:
                assert number not in seen, path
                assert REMARK not in seen, path
                assert f"/staff/bills/{number}" not in answer.text, path
        assert boss.get(f"/staff/bills/{number}").status_code == 404
        phone = enter(site, site.add_owner().residents[0].id)
        for path in ("/owner/bills", "/owner/bills/paid"):
            assert number not in phone.get(path).text
        assert phone.get(f"/owner/bills/{number}").status_code == 404

    def test_finds_its_row_by_house_or_content(self, site: Website, deleted: PendingBill) -> None:
        """What is left in the table of bills leads to nobody and says nothing."""
        told = select(bills.c.house_id, bills.c.remark, bills.c.external_number)
        with site.database.reader.connect() as connection:
            [row] = connection.execute(told.where(bills.c.number == deleted.number))
        assert tuple(row) == (None, "", None)

    def test_reads_the_table_of_deleted_bills(self) -> None:
        folder = Path(billing_adapters.__file__).parent
        readers = {
            file.name
            for file in folder.rglob("*.py")
            if "deleted_bills" in file.read_text(encoding="utf-8")
        }
        assert readers == {"deleted_bills.py", "bills.py", "repository.py", "unit_of_work.py"}
