"""收据: a PDF of one, of a selection, of an order; never of a bill that is not paid (rule 6)."""

import io
from urllib.parse import unquote

import httpx
import pytest
from pypdf import PdfReader

from billing_domain.model.bills.bill import PaidBill, PendingBill
from tests.html_page import read_html
from tests.website import Visitor, Website

PATH = "/staff/receipts"


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def is_receipted(site: Website, bill: PendingBill) -> bool:
    stored = site.stored(bill.number)
    return isinstance(stored, PaidBill) and stored.receipted


class TestOfBills:
    def test_hold_what_was_paid_and_are_shown_in_the_browser(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.pay(site.add_bill())

        answer = boss.post(PATH, {"number": bill.number})

        text = text_of(answer)
        assert bill.number in text
        assert "1,300.00" in text
        assert answer.headers["content-disposition"].startswith("inline; ")
        assert "收据.pdf" in unquote(answer.headers["content-disposition"])
        assert answer.headers["cache-control"] == "no-store"
        assert is_receipted(site, bill)

    def test_of_many_come_in_one_file(self, site: Website, boss: Visitor) -> None:
        bills = [site.pay(site.add_bill()) for _ in range(3)]

        answer = boss.post(PATH, {"number": [bill.number for bill in bills]})

        text = text_of(answer)
        assert all(bill.number in text for bill in bills)

    def test_of_an_unpaid_bill_are_refused_on_a_readable_page(
        self, site: Website, boss: Visitor
    ) -> None:
        """P28."""
        paid, pending = site.pay(site.add_bill()), site.add_bill()

        answer = boss.post(PATH, {"number": [paid.number, pending.number]})

        assert answer.status_code == 422
        words = read_html(answer.text).one(class_="entry-card").text
        assert f"缴费单 {pending.number} 待支付，不能打印" in words
        assert not is_receipted(site, paid)

    def test_name_the_character_that_no_font_has(self, site: Website, boss: Visitor) -> None:
        odd = site.pay(site.add_bill(remark="\U0002a6dd"))

        answer = boss.post(PATH, {"number": odd.number})

        assert answer.status_code == 422
        assert f"收据字体里没有“\U0002a6dd”字（缴费单 {odd.number}" in answer.text
        assert not is_receipted(site, odd)

    def test_are_asked_for_by_somebody_who_chose(self, boss: Visitor) -> None:
        assert boss.post(PATH).status_code == 422
        assert boss.get(PATH).status_code == 405
        assert boss.post(PATH, {"number": [str(n) for n in range(601)]}).status_code == 422

    def test_make_the_payment_final(self, site: Website, boss: Visitor) -> None:
        """Rule 2.6."""
        bill = site.pay(site.add_bill())
        boss.post(PATH, {"number": bill.number})

        answer = boss.post(
            f"/staff/bills/{bill.number}/settlement/reversal", {"version": "3", "reason": "标错"}
        )

        assert answer.status_code == 422
        assert "已开收据" in answer.text


class TestTheListOfBills:
    def test_prints_the_row_and_the_selection_without_a_script(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.pay(site.add_bill())
        page = boss.page("/staff/bills")

        single = page.one("form", id="receipts")
        row = next(each for each in page.all("button", form="receipts"))
        whole = page.one("button", data_action="print")

        assert (single["action"], single["method"], single["target"]) == (PATH, "post", "_blank")
        assert (row["name"], row["value"]) == ("number", bill.number)
        assert (whole["formaction"], whole["formmethod"]) == (PATH, "post")
        assert whole["name"] == "_csrf_token"
        sent = {**page.all("form", method="get")[-1].fields(), "number": bill.number}
        assert bill.number in text_of(boss.post(PATH, sent))

    def test_keeps_the_token_out_of_addresses(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        forms = boss.page("/staff/bills").all("form", method="get")

        assert not any(form.all("input", name="_csrf_token") for form in forms)


class TestOfAnOrder:
    @pytest.fixture
    def site(self, site: Website) -> Website:
        return site.with_payments(bills=0)

    def test_hold_all_its_bills(self, site: Website, boss: Visitor) -> None:
        bills = [site.add_bill(), site.add_bill()]
        order = site.paid(*(bill.number for bill in bills))

        answer = boss.post(f"/staff/payment-orders/{order.number}/receipt")

        text = text_of(answer)
        assert all(bill.number in text for bill in bills)
        assert "王小明" in text

    def test_are_refused_before_it_is_paid(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()

        assert boss.post(f"/staff/payment-orders/{order.number}/receipt").status_code == 422
