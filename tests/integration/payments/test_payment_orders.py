"""支付单: found by any number, looked at with everything that happened, asked about (rule 5.7)."""

from datetime import timedelta

import pytest

from billing_adapters.fakes.payment_provider import Fault
from billing_domain.model.company.staff import Role
from billing_domain.model.payments.order import OrderState
from tests.html_page import Element
from tests.website import Visitor, Website, htmx

LIST = "/staff/payment-orders"


@pytest.fixture
def site(site: Website) -> Website:
    """A company that takes payments, and its payer."""
    return site.with_payments(bills=0)


def numbers(page: Element) -> list[str]:
    return [row.all("a")[0].text for row in page.one("tbody").all("tr")]


class TestList:
    def test_shows_what_the_rules_name(self, site: Website, boss: Visitor) -> None:
        order = site.paid(site.add_bill().number, site.add_bill().number)

        row = boss.page(LIST).one("tbody").one("tr").text

        for words in (
            order.number,
            f"fake-{order.number}",
            "王小明",
            "幸福家园",
            "2,600.00",
            "2 笔",
            "已支付",
            "2026-11-20 12:00",
        ):
            assert words in row

    def test_finds_by_each_number(self, site: Website, boss: Visitor) -> None:
        order, _other = site.paid(), site.paid()

        for text in (order.number, f"fake-{order.number}", order.bills[0]):
            assert numbers(boss.page(f"{LIST}?q={text}")) == [order.number]

    def test_filters_by_state_and_day(self, site: Website, boss: Visitor) -> None:
        paid, waiting = site.paid(), site.check_out()

        assert numbers(boss.page(f"{LIST}?state=paid")) == [paid.number]
        assert numbers(boss.page(f"{LIST}?state=waiting")) == [waiting.number]
        assert len(numbers(boss.page(f"{LIST}?made_from=2026-11-20&made_to=2026-11-20"))) == 2
        assert "没有符合条件的支付单" in boss.page(f"{LIST}?made_from=2026-11-21").text
        assert "发起日期" in boss.page(f"{LIST}?made_from=yesterday").one(class_="notice").text

    def test_pages_keep_the_filter(self, site: Website, boss: Visitor) -> None:
        made = [site.check_out().number for _ in range(21)]

        first = boss.page(f"{LIST}?state=waiting")
        following = next(a for a in first.all("a") if a.text == "下一页")
        second = boss.page(following["href"])

        assert numbers(first) == made[:0:-1]
        assert numbers(second) == made[:1]
        back = next(a for a in second.all("a") if a.text == "上一页")["href"]
        assert "state=waiting" in back
        assert numbers(boss.page(back)) == numbers(first)


class TestDetail:
    def test_shows_bills_messages_and_history(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        order = site.paid(bill.number)

        page = boss.page(f"{LIST}/{order.number}")

        assert page.has("a", href=f"/staff/bills/{bill.number}")
        assert "已入账" in page.text
        assert "渠道通知" in page.text
        assert "支付单到账" in page.one(class_="trail").text

    def test_says_what_became_of_a_bill_that_is_gone(self, site: Website, boss: Visitor) -> None:
        """The order was closed, the bill deleted, and then the money came all the same."""
        order = site.check_out()
        site.manage_bills.delete(site.admin, numbers=order.bills)
        site.take(site.provider.pay(order.number))

        page = boss.page(f"{LIST}/{order.number}")

        assert "缴费单已被删除" in page.text
        assert "未入账，自动退款" in page.text
        assert "没有对应的缴费单" in page.one(class_="notice").text
        assert not page.has("form", action=f"{LIST}/{order.number}/receipt")

    @pytest.mark.parametrize(
        ("role", "shown"),
        [
            (Role.ADMINISTRATOR, {"refunds/new", "receipt"}),
            (Role.FINANCE, {"refunds/new", "receipt"}),
            (Role.FRONT_DESK, {"receipt"}),
        ],
    )
    def test_offers_what_the_role_may(self, site: Website, role: Role, shown: set[str]) -> None:
        page = site.staff(role).get(f"{LIST}/{site.paid().number}").text

        assert {name for name in ("refunds/new", "receipt", "inquiry") if name in page} == shown

    def test_shows_no_whole_phone_and_no_openid(self, site: Website, boss: Visitor) -> None:
        """P45."""
        order = site.paid()

        for path in (LIST, f"{LIST}/{order.number}", f"/staff/refunds/new?order={order.number}"):
            text = boss.get(path).text
            assert "13800001234" not in text
            assert "openid-1" not in text


class TestAsking:
    def test_settles_what_was_paid_without_a_message(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()
        site.provider.pay(order.number)

        answer = boss.post(
            f"{LIST}/{order.number}/inquiry", headers=htmx("dialog#dialog", f"{LIST}/x")
        )

        assert "查询完成：已支付" in answer.text
        assert "payments-changed" in answer.headers["hx-trigger"]
        assert site.order(order.number).state is OrderState.PAID

    def test_says_when_the_provider_gives_no_answer(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()
        site.provider.faults.append(Fault.LOST_CALL)

        answer = boss.post(f"{LIST}/{order.number}/inquiry", headers=htmx("dialog#dialog", LIST))

        assert "查询完成：等待支付（渠道说法：" in answer.text

    def test_works_without_a_script(self, site: Website, boss: Visitor) -> None:
        order = site.check_out()
        page = f"{LIST}/{order.number}"

        answer = boss.post(f"{page}/inquiry", headers={"Referer": f"http://website.test{page}"})

        assert answer.headers["location"] == page
        assert "查询完成：等待支付" in boss.page(page).one(id="toasts").text


class TestReleasing:
    """Rule 5.3: an order that nobody can decide holds its bills no longer than people want."""

    def test_is_offered_for_an_overdue_order_and_asks_why(
        self, site: Website, boss: Visitor
    ) -> None:
        order = site.check_out()
        page = f"{LIST}/{order.number}"
        assert not boss.page(page).has("a", href=f"{page}/release")
        site.clock.advance(timedelta(hours=2))
        boss = site.staff()
        assert boss.page(page).has("a", href=f"{page}/release")
        site.provider.faults.append(Fault.LOST_CALL)
        refused = boss.post(f"{page}/release", {"reason": " "})
        done = boss.post(f"{page}/release", {"reason": "平台没有这笔付款"})

        assert (refused.status_code, done.status_code) == (422, 303)
        assert "请填写原因" in refused.text
        assert site.order(order.number).state is OrderState.CLOSED
        assert "平台没有这笔付款" in boss.get(page).text


class TestBillPage:
    def test_leads_to_the_order_that_paid(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        order = site.paid(bill.number)

        facts = boss.page(f"/staff/bills/{bill.number}").one(class_="facts")

        assert facts.one("a", href=f"{LIST}/{order.number}").text == order.number
        reader = site.staff(Role.READ_ONLY).get(f"/staff/bills/{bill.number}").text
        assert f"{LIST}/{order.number}" not in reader

    def test_says_that_it_is_being_paid(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        site.check_out(bill.number)

        assert "支付中的支付单" in boss.page(f"/staff/bills/{bill.number}").text


class TestStaffAndAnOwnerAtOnce:
    """Rule 2.5: an open order is decided first."""

    def test_say_that_the_owner_was_faster_and_refresh_the_list(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.add_bill()
        order = site.check_out(bill.number)
        site.provider.pay(order.number)
        fields = boss.page(f"/staff/bills/{bill.number}/removal").all("form")[-1].fields()

        answer = boss.post(
            f"/staff/bills/{bill.number}/removal", fields, headers=htmx("dialog#dialog")
        )

        assert answer.status_code == 422
        assert "业主刚刚已在线支付" in answer.text
        assert answer.headers["hx-trigger"] == "bills-changed"
        assert site.order(order.number).state is OrderState.PAID

    def test_wait_while_the_provider_can_not_say(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        site.check_out(bill.number)
        site.provider.faults.append(Fault.LOST_CALL)
        fields = boss.page(f"/staff/bills/{bill.number}/removal").all("form")[-1].fields()

        answer = boss.post(
            f"/staff/bills/{bill.number}/removal", fields, headers=htmx("dialog#dialog")
        )

        assert "支付通道暂时无法确认" in answer.text
        assert site.stored(bill.number) == bill
