"""退款 and 异常: proposed by one, decided by another, and shown until it is over (5.6, 5.8)."""

from datetime import timedelta

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.model.bills.bill import BillState, PendingBill
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.order import PaymentOrder
from billing_domain.model.payments.refund import RefundState
from billing_domain.ports.payments.gateway import RefundOutcome
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

TROUBLES = "/staff/payment-troubles"


@pytest.fixture
def site(site: Website) -> Website:
    """A company that takes payments, and its payer."""
    return site.with_payments(bills=0)


@pytest.fixture
def bills(site: Website) -> list[PendingBill]:
    return [site.add_bill(), site.add_bill()]


@pytest.fixture
def order(site: Website, bills: list[PendingBill]) -> PaymentOrder:
    return site.paid(*(bill.number for bill in bills))


def dialog(visitor: Visitor, order: PaymentOrder) -> Element:
    return visitor.page(f"/staff/refunds/new?order={order.number}")


def state_of(site: Website, order: PaymentOrder) -> RefundState:
    (refund,) = site.refunds(order.number)
    return refund.state


class TestProposing:
    def test_asks_for_the_bills_and_the_reason(self, boss: Visitor, order: PaymentOrder) -> None:
        page = dialog(boss, order)

        boxes = page.all("input", name="bill")
        assert [box["value"] for box in boxes] == list(order.bills)
        assert all("checked" in box.attributes for box in boxes)
        assert page.one("textarea", name="reason")["data-counter-max"] == "80"

    def test_waits_for_somebody_else(
        self, site: Website, boss: Visitor, order: PaymentOrder
    ) -> None:
        answer = boss.post(
            "/staff/refunds",
            {"order": order.number, "bill": order.bills[0], "reason": "重复缴费"},
            headers=htmx("dialog#dialog"),
        )

        assert "已申请退款 ¥1,300.00，须由另一人审核" in answer.text
        assert answer.headers["hx-trigger"] == "dialog-close, payments-changed, bills-changed"
        assert state_of(site, order) is RefundState.PROPOSED
        assert site.refunds(order.number)[0].bills == order.bills[:1]

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"reason": "重复缴费"}, "请填写退款的缴费单"),
            ({"bill": "x", "reason": "重复缴费"}, "退款的缴费单“x”不在可选范围内"),
            ({"bill": "{bill}", "reason": " "}, "请填写原因"),
            ({"bill": "{bill}", "reason": "长" * 81}, "退款原因最多 80 字"),
        ],
    )
    def test_shows_the_form_again_with_what_is_wrong(
        self,
        site: Website,
        boss: Visitor,
        order: PaymentOrder,
        fields: dict[str, str],
        sentence: str,
    ) -> None:
        sent = {name: text.format(bill=order.bills[0]) for name, text in fields.items()}

        answer = boss.post("/staff/refunds", {"order": order.number, **sent})

        assert answer.status_code == 422
        assert read_html(answer.text).one(class_="field-error").text == sentence
        assert not site.refunds(order.number)

    def test_offers_nothing_twice(self, site: Website, boss: Visitor, order: PaymentOrder) -> None:
        site.propose(order)

        assert "没有可以退款的缴费单" in dialog(boss, order).text
        assert "refunds/new" not in boss.get(f"/staff/payment-orders/{order.number}").text


class TestDeciding:
    def test_approving_sends_the_money_back(
        self, site: Website, boss: Visitor, order: PaymentOrder
    ) -> None:
        refund = site.propose(order)

        answer = boss.post(
            f"/staff/refunds/{refund.number}/approval", headers=htmx("dialog#dialog", TROUBLES)
        )

        assert "退款 ¥2,600.00：已退款" in answer.text
        assert state_of(site, order) is RefundState.DONE
        assert all(site.stored(number).state is BillState.PENDING for number in order.bills)

    def test_rejecting_sends_nothing(
        self, site: Website, boss: Visitor, order: PaymentOrder
    ) -> None:
        refund = site.propose(order)

        boss.post(f"/staff/refunds/{refund.number}/rejection")

        assert state_of(site, order) is RefundState.REJECTED
        assert "refund" not in site.provider.calls

    def test_is_refused_to_whoever_proposed_it(
        self, site: Website, boss: Visitor, order: PaymentOrder
    ) -> None:
        boss.post(
            "/staff/refunds", {"order": order.number, "bill": order.bills, "reason": "重复缴费"}
        )
        (refund,) = site.refunds(order.number)

        page = boss.page(TROUBLES)
        answer = boss.post(f"/staff/refunds/{refund.number}/approval")

        assert "您申请的退款须由另一人审核" in page.text
        assert not page.has("form", action=f"/staff/refunds/{refund.number}/approval")
        assert page.has("form", action=f"/staff/refunds/{refund.number}/rejection")
        assert answer.status_code == 422
        assert "申请人不能审核自己的退款" in answer.text
        assert state_of(site, order) is RefundState.PROPOSED

    def test_a_failed_one_can_be_sent_again(
        self, site: Website, boss: Visitor, order: PaymentOrder
    ) -> None:
        refund = site.propose(order)
        site.provider.faults.append(Fault.REFUSED)
        boss.post(f"/staff/refunds/{refund.number}/approval")
        assert state_of(site, order) is RefundState.FAILED
        assert boss.page(TROUBLES).has("form", action=f"/staff/refunds/{refund.number}/retry")

        boss.post(f"/staff/refunds/{refund.number}/retry")

        assert state_of(site, order) is RefundState.DONE
        assert refund.number not in boss.page(TROUBLES).text


class TestTroubles:
    def test_say_when_there_is_nothing(self, boss: Visitor) -> None:
        assert boss.page(TROUBLES).one(class_="empty").one("h2").text == "没有异常"

    def test_name_orders_that_nobody_could_decide(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()
        site.clock.advance(timedelta(minutes=119))
        assert order.number not in boss.page(TROUBLES).text

        site.clock.advance(timedelta(minutes=1))

        assert order.number in boss.page(TROUBLES).text
        detail = boss.page(f"/staff/payment-orders/{order.number}")
        assert "超过 2 小时没有给出结果" in detail.one(class_="notice").text

    def test_name_money_of_no_bill_until_it_is_back(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()
        site.manage_bills.delete(site.admin, numbers=order.bills)
        site.provider.refund_outcome = RefundOutcome.ACCEPTED
        site.take(site.provider.pay(order.number))
        site.application.settle_open_payments.run()

        page = boss.page(TROUBLES)

        assert "到账但没有对应缴费单的钱" in page.text
        assert "到账的钱没有对应的缴费单，自动退回" in page.text
        assert "系统" in page.text

    def test_name_forged_messages_with_their_reason(self, site: Website, boss: Visitor) -> None:
        site.application.take_notifications.take(
            account_id=site.merchant.id, headers={"signature": "forged"}, body=b"{}"
        )

        row = boss.page(TROUBLES).one("tbody").one("tr")

        assert row.all("td")[0].text == "已拒绝"
        assert row.all("td")[1].text == "签名不正确"

    def test_hide_what_is_of_the_whole_company_from_those_who_see_a_part(
        self, site: Website
    ) -> None:
        site.application.take_notifications.take(
            account_id=site.merchant.id, headers={"signature": "forged"}, body=b"{}"
        )
        clerk = site.staff(Role.FINANCE, communities=[site.community])

        assert "签名不正确" not in clerk.get(TROUBLES).text
