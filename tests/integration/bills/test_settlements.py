"""Marking a bill paid and taking that back in the browser (rules 2.3, 2.6)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from billing_domain.model.bills.bill import (
    BillOrigin,
    PaidBill,
    PaymentChannel,
    PendingBill,
    Settlement,
)
from billing_domain.model.company.staff import Role
from billing_domain.model.money import Money
from tests.html_page import read_html
from tests.website import Visitor, Website, htmx

PAID = {"total_fen": "130000", "channel": "pos"}


class TestForm:
    def test_offers_the_five_offline_channels(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        page = boss.page(f"/staff/bills/{bill.number}/settlement")

        assert [tile.text for tile in page.all("label", class_="tile")] == [
            "现金支付",
            "Pos机刷卡",
            "微信支付",
            "支付宝扫码",
            "银行转帐",
        ]
        assert "1,300.00" in page.one(class_="summary-card").text

    def test_opens_in_the_dialog(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        part = boss.part(f"/staff/bills/{bill.number}/settlement", target="dialog#dialog")

        assert not part.has("html")
        assert part.one("form")["hx-post"] == f"/staff/bills/{bill.number}/settlement"

    def test_never_opens_for_a_paid_bill(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill())

        assert boss.get(f"/staff/bills/{bill.number}/settlement").status_code == 422


class TestMarkPaid:
    def test_keeps_channel_payer_voucher_and_time(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        answer = boss.post(
            f"/staff/bills/{bill.number}/settlement",
            {
                **PAID,
                "payer_name": "陈思好",
                "voucher_number": "POS-88",
                "paid_at": "2026-11-19T18:30",
            },
        )

        assert answer.status_code == 303
        paid = site.stored(bill.number)
        assert isinstance(paid, PaidBill)
        assert paid.settlement.channel is PaymentChannel.POS
        assert paid.settlement.payer_name == "陈思好"
        assert paid.settlement.voucher_number == "POS-88"
        assert paid.settlement.paid_at == datetime(2026, 11, 19, 10, 30, tzinfo=UTC)
        assert "已标记为已支付，Pos机刷卡 ¥1,300.00" in boss.get("/staff/bills").text

    def test_is_now_without_a_time(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        boss.post(f"/staff/bills/{bill.number}/settlement", PAID)

        paid = site.stored(bill.number)
        assert isinstance(paid, PaidBill)
        assert paid.settlement.paid_at == site.clock.now()

    @pytest.mark.parametrize(
        ("change", "field", "words"),
        [
            ({"channel": ""}, "channel", "请选择支付渠道"),
            ({"channel": "online"}, "channel", "支付渠道“online”不在可选范围内"),
            ({"paid_at": "2026-11-21T00:00"}, "paid_at", "支付时间不能晚于现在"),
            ({"paid_at": "morgen"}, "paid_at", "支付时间“morgen”格式不对"),
            ({"payer_name": "长" * 31}, "payer_name", "支付人姓名太长了"),
        ],
    )
    def test_says_what_is_wrong_and_loses_nothing(
        self, site: Website, boss: Visitor, change: dict[str, Any], field: str, words: str
    ) -> None:
        bill = site.add_bill()
        typed = {**PAID, "voucher_number": "POS-88", **change}

        answer = boss.post(f"/staff/bills/{bill.number}/settlement", typed)

        assert answer.status_code == 422
        page = read_html(answer.text)
        assert page.one(id=f"f-{field}-error").text == words
        assert page.one("input", name="voucher_number")["value"] == "POS-88"
        assert site.stored(bill.number) == bill

    def test_is_refused_when_the_amount_changed_meanwhile(
        self, site: Website, boss: Visitor
    ) -> None:
        """The staff member confirmed another sum than the one that would be booked."""
        bill = site.add_bill(amount=Money(999))

        answer = boss.post(f"/staff/bills/{bill.number}/settlement", PAID)

        assert answer.status_code == 409
        assert "确认时 1 笔 ¥1,300.00，现在 1 笔 ¥9.99" in answer.text
        assert site.stored(bill.number) == bill

    def test_works_for_pushed_bills_too(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill(origin=BillOrigin.PUSHED)

        assert boss.post(f"/staff/bills/{bill.number}/settlement", PAID).status_code == 303

    def test_is_refused_to_roles_that_may_not(self, site: Website) -> None:
        bill = site.add_bill()
        reader = site.staff(Role.READ_ONLY)

        answer = reader.post(f"/staff/bills/{bill.number}/settlement", PAID)

        assert answer.status_code == 403
        assert "您的账号没有“标记已支付”权限" in answer.text


class TestTakeBack:
    def test_needs_a_reason(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill())

        answer = boss.post(
            f"/staff/bills/{bill.number}/settlement/reversal", {"version": "2", "reason": " "}
        )

        assert answer.status_code == 422
        assert read_html(answer.text).one(id="f-reason-error").text == "请填写原因"

    def test_makes_the_bill_pending_and_keeps_the_reason(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.pay(site.add_bill())

        answer = boss.post(
            f"/staff/bills/{bill.number}/settlement/reversal",
            {"version": "2", "reason": "标错了房屋"},
        )

        assert answer.status_code == 303
        assert isinstance(site.stored(bill.number), PendingBill)
        assert "原因：标错了房屋" in boss.get(f"/staff/bills/{bill.number}").text

    def test_is_refused_when_somebody_was_faster(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill())

        answer = boss.post(
            f"/staff/bills/{bill.number}/settlement/reversal",
            {"version": "1", "reason": "标错了"},
            headers=htmx("dialog#dialog"),
        )

        assert answer.status_code == 409
        assert "该缴费单已被他人修改" in answer.text
        assert isinstance(site.stored(bill.number), PaidBill)

    def test_is_refused_without_a_version(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill())

        answer = boss.post(f"/staff/bills/{bill.number}/settlement/reversal", {"reason": "标错了"})

        assert answer.status_code == 422
        assert isinstance(site.stored(bill.number), PaidBill)

    def test_is_refused_for_money_paid_online(self, site: Website, boss: Visitor) -> None:
        """Rule 2.6: that needs a refund."""
        bill = site.add_bill()
        online = bill.pay(Settlement(PaymentChannel.ONLINE, site.clock.now()))
        with site.begin() as work:
            work.bills.save_all([online])
            work.commit()

        answer = boss.get(f"/staff/bills/{bill.number}/settlement/reversal")

        assert answer.status_code == 422
        assert f"缴费单 {bill.number} 已在线支付（需要退款），不能撤销" in answer.text
        assert "撤销" not in boss.page("/staff/bills").one("tbody").text
