"""Owners pay their bills on the phone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.model.bills.bill import PaidBill, PaymentChannel, PendingBill
from billing_domain.model.money import Money
from billing_domain.model.owners.owner import Owner
from billing_domain.model.payments.order import OrderNumber, OrderState, PaymentMethod
from tests.html_page import read_html
from tests.website import Visitor, Website

OPENID = "openid-1"


def sign_in(site: Website, owner: Owner) -> Visitor:
    """Return a phone on which an owner has chosen who to be."""
    phone = site.visitor()
    resident = owner.residents[0]
    answer = phone.post(f"/owner/{resident.community_id}/visitors", {"resident_id": resident.id})
    assert answer.status_code == 303, answer.text
    return phone


@pytest.fixture
def owner(site: Website) -> Owner:
    site.open_account()
    return site.add_owner(openid=OPENID)


@pytest.fixture
def phone(site: Website, owner: Owner) -> Visitor:
    return sign_in(site, owner)


def confirmation(phone: Visitor, *bills: PendingBill) -> dict[str, Any]:
    """Return what the confirmation page sends."""
    query = "&".join(f"number={bill.number}" for bill in bills)
    form = phone.page(f"/owner/checkout?{query}").one("form")
    return {
        "request_key": form.one("input", name="request_key")["value"],
        "number": [field["value"] for field in form.all("input", name="number")],
    }


def number_of(answer: httpx.Response) -> OrderNumber:
    return OrderNumber(answer.headers["Location"].split("/")[3])


def order(phone: Visitor, *bills: PendingBill) -> OrderNumber:
    answer = phone.post("/owner/orders", confirmation(phone, *bills))
    assert answer.status_code == 303, answer.text
    return number_of(answer)


class TestConfirmation:
    def test_repeats_the_bills_and_their_sum(self, site: Website, phone: Visitor) -> None:
        bills = site.add_bill(), site.add_bill(amount=Money(8_640))

        page = phone.page(f"/owner/checkout?number={bills[0].number}&number={bills[1].number}")

        assert page.one(class_="amount").text == "¥1,386.40"
        assert page.one("button").text == "确认支付 ¥1,386.40"

    def test_of_nothing_asks_to_choose(self, site: Website, phone: Visitor) -> None:
        site.add_bill()

        assert phone.page("/owner/checkout", status=422).one(role="alert").text == (
            "请先选择要支付的缴费单"
        )

    def test_of_too_many_says_how_many_there_may_be(self, phone: Visitor) -> None:
        query = "&".join(f"number={index}" for index in range(51))

        page = phone.page(f"/owner/checkout?{query}", status=422)

        assert page.one(role="alert").text == "一次最多合并支付 50 笔"

    def test_of_two_communities_asks_to_pay_them_apart(self, site: Website, owner: Owner) -> None:
        """Rule 5.2."""
        other = site.open_community(site.company.id, "海棠湾")
        (house,) = site.add_houses(other, "1号楼/1单元/101")
        site.add_owner(house, openid=OPENID)
        here, there = site.add_bill(), site.add_bill(house)
        phone = sign_in(site, owner)

        page = phone.page(
            f"/owner/checkout?number={here.number}&number={there.number}", status=422
        )

        assert page.one(role="alert").text == "不同小区的缴费单请分开支付"

    def test_of_a_paid_bill_is_refused(self, site: Website, phone: Visitor) -> None:
        bill = site.pay(site.add_bill())

        page = phone.page(f"/owner/checkout?number={bill.number}", status=422)

        assert "已支付" in page.text


class TestOrder:
    def test_leads_to_the_provider_and_settles_every_bill(
        self, site: Website, phone: Visitor
    ) -> None:
        bills = site.add_bill(), site.add_bill()
        number = order(phone, *bills)

        page = phone.page(f"/owner/orders/{number}/pay")
        assert page.one("a", class_="weui-btn_primary").text == "去支付"
        site.provider.pay(number)

        result = phone.page(f"/owner/orders/{number}")
        assert result.one("h1").text == "支付成功"
        assert all(isinstance(site.stored(bill.number), PaidBill) for bill in bills)
        site.check_books()

    def test_p02_of_the_same_key_with_other_bills_is_refused(
        self, site: Website, phone: Visitor
    ) -> None:
        form = confirmation(phone, site.add_bill())
        phone.post("/owner/orders", form)

        answer = phone.post("/owner/orders", {**form, "number": [site.add_bill().number]})

        assert answer.status_code == 422
        assert "已经用于其它缴费单" in answer.text

    def test_with_a_spoiled_page_says_to_begin_again(self, site: Website, phone: Visitor) -> None:
        form = confirmation(phone, site.add_bill())

        answer = phone.post("/owner/orders", {**form, "request_key": "x" * 65})

        assert answer.status_code == 422
        assert "这个支付页面已失效，请返回待支付列表重新选择" in answer.text
        assert not site.provider.calls

    def test_with_the_provider_down_can_be_tried_again(
        self, site: Website, phone: Visitor
    ) -> None:
        bill = site.add_bill()
        site.provider.faults.append(Fault.LOST_CALL)

        answer = phone.post("/owner/orders", confirmation(phone, bill))

        assert answer.status_code == 503
        assert "支付通道暂时不可用，请稍后再试" in answer.text
        retry = read_html(answer.text).one("a", class_="weui-btn_primary")
        assert retry.text == "重试"
        again = read_html(phone.get(retry["href"]).text).one("form")
        form = {name: again.fields()[name] for name in ("request_key", "number")}
        assert phone.post("/owner/orders", form).status_code == 303

    def test_without_a_merchant_account_says_whom_to_ask(self, site: Website) -> None:
        phone = sign_in(site, site.add_owner())
        answer = phone.post("/owner/orders", confirmation(phone, site.add_bill()))

        assert answer.status_code == 422
        assert "物业还没有开通在线支付" in answer.text


class TestReach:
    """P36: what is not the owner's does not exist."""

    def test_of_orders_ends_at_the_own_phone(self, site: Website, phone: Visitor) -> None:
        number = order(phone, site.add_bill())
        stranger = sign_in(site, site.add_owner(site.houses[1], openid="openid-2"))

        assert stranger.get(f"/owner/orders/{number}").status_code == 404
        assert stranger.get(f"/owner/orders/{number}/pay").status_code == 404
        assert stranger.post(f"/owner/orders/{number}/closing").status_code == 404
        assert site.order(number).state is OrderState.WAITING

    @pytest.mark.parametrize("number", ["0", "x" * 300, "%00", "1' or '1'='1"])
    def test_of_made_up_orders_is_nowhere(self, phone: Visitor, number: str) -> None:
        assert phone.get(f"/owner/orders/{number}").status_code == 404


class TestResult:
    def test_waits_and_looks_again_by_itself(self, site: Website, phone: Visitor) -> None:
        number = order(phone, site.add_bill())

        answer = phone.get(f"/owner/orders/{number}")

        assert "支付处理中，请稍候" in answer.text
        assert answer.headers["Refresh"] == f"3; url=/owner/orders/{number}?look=1"

    @pytest.mark.parametrize("look", ["10", "999", "-1", "x"])
    def test_gives_up_looking_and_offers_a_button(
        self, site: Website, phone: Visitor, look: str
    ) -> None:
        number = order(phone, site.add_bill())

        answer = phone.get(f"/owner/orders/{number}?look={look}")

        assert "Refresh" not in answer.headers
        assert "手动刷新" in answer.text

    def test_of_a_provider_that_is_silent_is_still_waiting(
        self, site: Website, phone: Visitor
    ) -> None:
        """Unknown is waiting, never failed (rule 5.3)."""
        number = order(phone, site.add_bill())
        site.provider.pay(number)
        site.provider.faults.append(Fault.LOST_CALL)

        assert "支付处理中" in phone.page(f"/owner/orders/{number}").text

    def test_of_an_order_given_up_is_closed(self, site: Website, phone: Visitor) -> None:
        bill = site.add_bill()
        number = order(phone, bill)

        answer = phone.post(f"/owner/orders/{number}/closing")

        assert answer.headers["Location"] == f"/owner/orders/{number}"
        page = phone.page(f"/owner/orders/{number}")
        assert page.one("h1").text == "支付已关闭"
        assert "如果您已经付过款，钱会入账或原路退回" in page.one(role="status").text
        assert isinstance(site.stored(bill.number), PendingBill)

    def test_of_money_that_fits_no_bill_says_that_it_comes_back(
        self, site: Website, phone: Visitor
    ) -> None:
        """Rule 5.6."""
        bill = site.add_bill()
        number = order(phone, bill)
        phone.post(f"/owner/orders/{number}/closing")
        site.manage_bills.mark_paid(site.admin, numbers=[bill.number], channel=PaymentChannel.CASH)
        headers, body = site.provider.pay(number)
        account = site.order(number).account_id
        phone.client.post(f"/callbacks/payments/{account}", headers=headers, content=body)

        page = phone.page(f"/owner/orders/{number}")

        assert page.one("h1").text == "款项将原路退回"
        assert page.one(role="alert").text == (
            "有 ¥1,300.00 没有用于缴费，将原路退回，请留意微信通知。"
        )
        site.check_books()

    def test_of_money_that_came_back_does_not_say_paid(
        self, site: Website, phone: Visitor
    ) -> None:
        bill = site.add_bill()
        number = order(phone, bill)
        headers, body = site.provider.pay(number)
        account = site.order(number).account_id
        phone.client.post(f"/callbacks/payments/{account}", headers=headers, content=body)
        refunds = site.application.refund_payments
        refund = refunds.propose(site.admin, order=number, reason="重复缴费")
        refunds.approve(site.admin, number=refund.number)

        page = phone.page(f"/owner/orders/{number}")

        assert page.one("h1").text == "款项已原路退回"
        assert page.one(role="status").text == "已原路退回 ¥1,300.00。"
        assert "0 / 1 笔已支付" in page.text


class TestWaysToPay:
    def test_in_wechat_is_the_bridge(self, site: Website, phone: Visitor) -> None:
        site.provider.methods = frozenset({PaymentMethod.JSAPI})
        page = phone.page(f"/owner/orders/{order(phone, site.add_bill())}/pay")

        assert page.one("p", class_="bridge")["data-wechat-pay"].startswith("{")
        assert all("defer" in script.attributes for script in page.all("script"))

    def test_at_a_desk_is_a_code_to_scan(self, site: Website, phone: Visitor) -> None:
        site.provider.methods = frozenset({PaymentMethod.NATIVE})
        page = phone.page(f"/owner/orders/{order(phone, site.add_bill())}/pay")

        assert page.one(class_="code").has("svg")

    def test_of_a_closed_order_leads_to_its_result(self, site: Website, phone: Visitor) -> None:
        number = order(phone, site.add_bill())
        phone.post(f"/owner/orders/{number}/closing")

        answer = phone.get(f"/owner/orders/{number}/pay")

        assert answer.headers["Location"] == f"/owner/orders/{number}"
