"""What owners see of their bills."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import pytest

from billing_domain.model.bills.bill import PaidBill, PaymentChannel, PendingBill
from billing_domain.model.money import Money
from billing_domain.use_cases.owners.view_owner_bills import PENDING_MAX
from billing_entrypoints.web.assets import STATIC_FOLDER
from tests.html_page import Element
from tests.website import Visitor, Website

BUDGET = 30 * 1024


def enter(site: Website, resident_id: str) -> Visitor:
    phone = site.visitor()
    phone.post(f"/owner/{site.community.id}/visitors", {"resident_id": resident_id})
    return phone


@pytest.fixture
def phone(site: Website) -> Visitor:
    return enter(site, site.add_owner().residents[0].id)


def is_receipted(site: Website, bill: PendingBill) -> bool:
    stored = site.stored(bill.number)
    return isinstance(stored, PaidBill) and stored.receipted


def numbers(page: Element) -> list[str]:
    return [box["value"] for box in page.all("input", name="number")]


class TestPending:
    def test_are_newest_first_with_a_box_each(self, site: Website, phone: Visitor) -> None:
        first = site.add_bill()
        site.clock.advance(timedelta(minutes=1))
        second = site.add_bill(amount=Money(8_640))

        page = phone.page("/owner/bills")

        assert numbers(page) == [second.number, first.number]
        assert "¥86.40" in page.text

    def test_stand_house_by_house(self, site: Website) -> None:
        owner = site.add_owner(*site.houses[:2])
        here, there = site.add_bill(site.houses[0]), site.add_bill(site.houses[1])
        phone = enter(site, owner.residents[0].id)

        page = phone.page("/owner/bills")

        assert len(page.all("section", class_="house")) == 2
        assert set(numbers(page)) == {here.number, there.number}

    def test_may_be_none(self, phone: Visitor) -> None:
        page = phone.page("/owner/bills")

        assert "没有待支付的缴费单" in page.text
        assert not page.has("button", class_="weui-btn_primary")

    def test_say_when_there_may_be_more_than_the_list_holds(
        self, site: Website, phone: Visitor
    ) -> None:
        for _ in range(PENDING_MAX - 1):
            site.add_bill()
        assert not phone.page("/owner/bills").has("p", id="more")

        site.add_bill()
        page = phone.page("/owner/bills")

        assert len(numbers(page)) == PENDING_MAX
        assert page.one("p", id="more").text == "还有更多缴费单没有列出，请先支付上面的"

    def test_escape_what_was_imported(self, site: Website, phone: Visitor) -> None:
        bill = site.add_bill(remark="<script>alert(1)</script>")

        answer = phone.get(f"/owner/bills/{bill.number}")

        assert "&lt;script&gt;" in answer.text
        assert "<script>alert" not in answer.text


class TestDetail:
    def test_of_a_pending_bill_offers_to_pay_it(self, site: Website, phone: Visitor) -> None:
        bill = site.add_bill(remark="二次供水")

        page = phone.page(f"/owner/bills/{bill.number}")

        assert "二次供水" in page.text
        link = page.one("a", class_="weui-btn_primary")
        assert (link.text, link["href"]) == ("立即支付", f"/owner/checkout?number={bill.number}")

    def test_of_a_paid_bill_says_how_and_shows_the_receipt(
        self, site: Website, phone: Visitor
    ) -> None:
        bill = site.pay(site.add_bill(), PaymentChannel.CASH)

        page = phone.page(f"/owner/bills/{bill.number}")
        (form,) = [each for each in page.all("form") if each.one("button").text == "查看收据"]
        receipt = phone.post(form["action"])

        assert "现金支付" in page.text
        assert receipt.headers["Content-Type"] == "application/pdf"
        assert receipt.headers["Content-Disposition"].startswith("inline")
        assert receipt.headers["Cache-Control"] == "no-store"

    def test_of_a_pending_bill_has_no_receipt(self, site: Website, phone: Visitor) -> None:
        assert phone.post(f"/owner/bills/{site.add_bill().number}/receipt").status_code == 422


class TestReceipt:
    """It makes the payment final (rule 2.6), so that only its button issues it."""

    @pytest.fixture
    def paid(self, site: Website) -> PendingBill:
        return site.pay(site.add_bill())

    def test_is_issued_by_its_button(
        self, site: Website, phone: Visitor, paid: PendingBill
    ) -> None:
        assert phone.post(f"/owner/bills/{paid.number}/receipt").status_code == 200
        assert is_receipted(site, paid)

    def test_p38_is_not_issued_by_looking(
        self, site: Website, phone: Visitor, paid: PendingBill
    ) -> None:
        phone.page(f"/owner/bills/{paid.number}")
        page = phone.page(f"/owner/bills/{paid.number}/receipt", status=405)

        assert page.one("a", class_="weui-btn")["href"] == "/owner/bills"
        assert not is_receipted(site, paid)


class TestReach:
    """Rule 4.6, P36: everything else does not exist."""

    def test_begins_with_moving_in(self, site: Website) -> None:
        older = site.pay(site.add_bill())
        moved_in = date(2026, 12, 20)
        owner = site.add_owner(moved_in_on=moved_in)
        site.clock.advance(timedelta(days=40))
        phone = enter(site, owner.residents[0].id)

        assert phone.get(f"/owner/bills/{older.number}").status_code == 404
        assert phone.post(f"/owner/bills/{older.number}/receipt").status_code == 404
        assert older.number not in phone.get("/owner/bills/paid").text

    @pytest.mark.parametrize("number", ["0", "x" * 300, "2018' or 1=1"])
    def test_of_made_up_numbers_is_nowhere(self, phone: Visitor, number: str) -> None:
        assert phone.get(f"/owner/bills/{number}").status_code == 404


class TestPaid:
    def test_are_shown_in_pages(self, site: Website, phone: Visitor) -> None:
        bills = []
        for _ in range(21):
            bills.append(site.pay(site.add_bill()).number)
            site.clock.advance(timedelta(minutes=1))

        first = phone.page("/owner/bills/paid")
        more = next(link for link in first.all("a", class_="weui-btn") if link.text == "加载更多")
        second = phone.page(more["href"])

        seen = [
            link["href"].rsplit("/", 1)[1]
            for page in (first, second)
            for link in page.all("a", class_="paid-bill")
        ]
        assert seen == bills[::-1]

    @pytest.mark.parametrize("key", ["x", "0" * 500, "%00"])
    def test_take_no_harm_from_a_made_up_page(self, phone: Visitor, key: str) -> None:
        assert phone.get(f"/owner/bills/paid?after={key}").status_code == 200


class TestWeight:
    def test_of_the_list_suits_a_slow_network(self, site: Website, phone: Visitor) -> None:
        site.add_bill()
        page = phone.page("/owner/bills")
        files = [script["src"] for script in page.all("script")]
        files += [link["href"] for link in page.all("link", rel="stylesheet")]

        sizes = [
            len(gzip.compress((STATIC_FOLDER / path.split("?")[0][8:]).read_bytes()))
            for path in files
        ]

        assert len(files) >= 2
        assert sum(sizes) <= BUDGET
        assert all("defer" in script.attributes for script in page.all("script"))

    def test_needs_no_inline_script_or_style(self, site: Website, phone: Visitor) -> None:
        site.add_bill()
        answer = phone.get("/owner/bills")

        assert "style=" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
