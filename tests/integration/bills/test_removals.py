"""Deleting imported bills and voiding pushed ones in the browser (rules 2, 2.1)."""

import pytest

from billing_domain.errors import ThingNotFoundError
from billing_domain.model.bills.bill import BillOrigin, VoidedBill
from billing_domain.model.money import Money
from tests.website import Visitor, Website, htmx


class TestRemoval:
    def test_asks_first(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        page = boss.page(f"/staff/bills/{bill.number}/removal")

        assert "1,300.00" in page.one(class_="summary-card").text
        assert page.one("form", class_="dialog-form").fields()["total_fen"] == "130000"
        assert site.stored(bill.number) == bill

    def test_deletes_and_goes_to_the_list(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        page = f"/staff/bills/{bill.number}"

        answer = boss.post(f"{page}/removal", {"total_fen": "130000", "back": page})

        assert answer.headers["location"] == "/staff/bills"
        with pytest.raises(ThingNotFoundError):
            site.stored(bill.number)
        assert boss.get(page).status_code == 404

    def test_leaves_the_page_of_the_bill_with_htmx_too(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        page = f"/staff/bills/{bill.number}"

        answer = boss.post(
            f"{page}/removal", {"total_fen": "130000"}, headers=htmx("dialog#dialog", page)
        )

        assert answer.headers["hx-redirect"] == "/staff/bills"

    def test_is_refused_when_the_amount_changed_meanwhile(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.add_bill(amount=Money(999))

        answer = boss.post(f"/staff/bills/{bill.number}/removal", {"total_fen": "130000"})

        assert answer.status_code == 409
        assert site.stored(bill.number) == bill

    @pytest.mark.parametrize("reason", ["paid", "pushed"])
    def test_is_refused_for_paid_and_pushed_bills(
        self, site: Website, boss: Visitor, reason: str
    ) -> None:
        bill = site.add_bill(
            origin=BillOrigin.PUSHED if reason == "pushed" else BillOrigin.IMPORTED
        )
        if reason == "paid":
            site.pay(bill)
        path = f"/staff/bills/{bill.number}/removal"

        assert boss.get(path).status_code == 422
        assert boss.post(path, {"total_fen": "130000"}).status_code == 422


class TestVoiding:
    def test_withdraws_a_pushed_bill(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill(origin=BillOrigin.PUSHED)
        form = boss.page(f"/staff/bills/{bill.number}/voiding").one("form", class_="dialog-form")

        answer = boss.post(form["action"], form.fields())

        assert answer.status_code == 303
        assert isinstance(site.stored(bill.number), VoidedBill)
        assert "已作废" in boss.get(f"/staff/bills/{bill.number}").text

    def test_is_refused_for_imported_bills(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        path = f"/staff/bills/{bill.number}/voiding"

        assert boss.get(path).status_code == 422
        assert boss.post(path, {"version": "1"}).status_code == 422

    def test_is_refused_when_somebody_was_faster(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill(origin=BillOrigin.PUSHED))

        answer = boss.post(f"/staff/bills/{bill.number}/voiding", {"version": "1"})

        assert answer.status_code == 409
