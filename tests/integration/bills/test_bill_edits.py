"""Editing a bill in the browser (rules 2.2, 2.7)."""

from typing import Any

import pytest

from billing_domain.model.bills.bill import BillOrigin, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

CHANGED = {
    "version": "1",
    "fee_type": "parking",
    "amount": "1,350.5",
    "first_day": "2026-11-01",
    "last_day": "2026-11-30",
    "remark": "新车位",
}


class TestForm:
    def test_holds_what_is_stored(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill(remark="旧备注")

        form = edit_form(boss.page(f"/staff/bills/{bill.number}/edit"))

        fields = form.fields()
        assert {name: fields[name] for name in CHANGED} == {
            "version": "1",
            "fee_type": "property",
            "amount": "1300.00",
            "first_day": "2026-10-01",
            "last_day": "2026-10-31",
            "remark": "旧备注",
        }

    def test_counts_the_remark(self, site: Website, boss: Visitor) -> None:
        """Rule 2.2: a live counter `2/500`."""
        bill = site.add_bill(remark="两字")

        page = boss.page(f"/staff/bills/{bill.number}/edit")

        assert page.one(id=page.one("textarea")["data-counter"]).text == "2/500"
        assert page.one("textarea")["data-counter-max"] == "500"

    @pytest.mark.parametrize("state", ["paid", "pushed"])
    def test_never_opens_for_a_bill_that_can_not_be_edited(
        self, site: Website, boss: Visitor, state: str
    ) -> None:
        origin = BillOrigin.PUSHED if state == "pushed" else BillOrigin.IMPORTED
        bill = site.add_bill(origin=origin)
        if state == "paid":
            site.pay(bill)

        answer = boss.get(f"/staff/bills/{bill.number}/edit", htmx("dialog#dialog"))

        words = {"paid": "已支付", "pushed": "由第三方软件推送"}[state]
        assert answer.status_code == 422
        assert f"缴费单 {bill.number} {words}，不能编辑" in read_html(answer.text).text


class TestEdit:
    def test_saves_and_goes_back(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        page = boss.get(
            f"/staff/bills/{bill.number}/edit",
            {"Referer": "http://website.test/staff/bills?state=pending"},
        )
        form = edit_form(read_html(page.text)).fields()

        answer = boss.post(f"/staff/bills/{bill.number}/edit", {**form, **CHANGED})

        assert answer.headers["location"] == "/staff/bills?state=pending"
        assert "缴费单已保存" in boss.page("/staff/bills").one(id="toasts").text
        stored = site.stored(bill.number)
        assert isinstance(stored, PendingBill)
        assert (stored.fee_type, stored.amount, stored.remark) == (
            FeeType.PARKING,
            Money(135_050),
            "新车位",
        )

    def test_goes_back_to_where_it_began_after_a_correction(
        self, site: Website, boss: Visitor
    ) -> None:
        """By then the page before is the form itself."""
        bill = site.add_bill()
        path = f"/staff/bills/{bill.number}/edit"
        fields = {**CHANGED, "back": "/staff/bills?state=pending"}
        refused = boss.post(
            path, {**fields, "amount": ""}, headers={"Referer": f"http://website.test{path}"}
        )
        form = edit_form(read_html(refused.text)).fields()

        answer = boss.post(path, {**form, "amount": "5"})

        assert answer.headers["location"] == "/staff/bills?state=pending"

    def test_says_so_only_once(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        boss.post(f"/staff/bills/{bill.number}/edit", CHANGED)

        boss.page("/staff/bills")

        assert boss.page("/staff/bills").one(id="toasts").text == ""

    def test_in_the_dialog_closes_it_and_refreshes_the_list(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.add_bill()

        answer = boss.post(
            f"/staff/bills/{bill.number}/edit", CHANGED, headers=htmx("dialog#dialog")
        )

        assert answer.status_code == 200
        assert answer.headers["hx-trigger"] == "dialog-close, bills-changed"
        partial = read_html(answer.text).one("hx-partial")
        assert (partial["hx-target"], partial.one(class_="toast-text").text) == (
            "#toasts",
            "缴费单已保存",
        )

    @pytest.mark.parametrize(
        ("change", "field", "words"),
        [
            ({"amount": "0.004"}, "amount", "金额“0.004”四舍五入到分后必须大于 0"),
            ({"amount": "abc"}, "amount", "金额“abc”不是有效的数字，例如 1300 或 1,300.50"),
            ({"first_day": ""}, "first_day", "请填写开始时间"),
            ({"first_day": "2026-13-01"}, "first_day", "开始时间“2026-13-01”格式不对"),
            (
                {"first_day": "2026-12-01"},
                "last_day",
                "结束时间（2026年11月30日）早于开始时间（2026年12月1日）",
            ),
            ({"remark": "长" * 501}, "remark", "备注最多 500 字，现在有 501 字"),
            ({"fee_type": "bribe"}, "fee_type", "费用类型“bribe”不在可选范围内"),
        ],
    )
    def test_says_what_is_wrong_and_loses_nothing(
        self, site: Website, boss: Visitor, change: dict[str, Any], field: str, words: str
    ) -> None:
        bill = site.add_bill()
        typed = {**CHANGED, **change}

        answer = boss.post(f"/staff/bills/{bill.number}/edit", typed)

        assert answer.status_code == 422
        page = read_html(answer.text)
        assert page.one(id=f"f-{field}-error").text == words
        kept = edit_form(page).fields()
        if field != "fee_type":
            assert {name: kept[name] for name in CHANGED} == typed
        assert site.stored(bill.number) == bill

    def test_takes_500_characters_over_several_lines(self, site: Website, boss: Visitor) -> None:
        """A line break is one character, though forms send two."""
        bill = site.add_bill()
        remark = "字" * 249 + "\r\n" + "字" * 250

        answer = boss.post(f"/staff/bills/{bill.number}/edit", {**CHANGED, "remark": remark})

        assert answer.status_code == 303
        stored = site.stored(bill.number)
        assert isinstance(stored, PendingBill)
        assert len(stored.remark) == 500


class TestTwoAtOnce:
    def test_the_second_sees_both_versions(self, site: Website, boss: Visitor) -> None:
        """Rule 2.7: refused, and nothing is lost of either."""
        bill = site.add_bill()
        boss.post(f"/staff/bills/{bill.number}/edit", CHANGED)
        mine = {**CHANGED, "amount": "999", "remark": "我的备注"}

        answer = boss.post(f"/staff/bills/{bill.number}/edit", mine)

        assert answer.status_code == 409
        page = read_html(answer.text)
        assert "该缴费单已被他人修改" in page.one(role="alert").text
        assert "1350.50" in page.one("dl", class_="compare").text
        kept = edit_form(page).fields()
        assert (kept["amount"], kept["remark"], kept["version"]) == ("999", "我的备注", "2")
        stored = site.stored(bill.number)
        assert isinstance(stored, PendingBill)
        assert stored.amount == Money(135_050)

    def test_a_mistake_meanwhile_does_not_make_up_for_having_looked(
        self, site: Website, boss: Visitor
    ) -> None:
        bill = site.add_bill()
        boss.post(f"/staff/bills/{bill.number}/edit", CHANGED)

        answer = boss.post(f"/staff/bills/{bill.number}/edit", {**CHANGED, "amount": "许多"})

        assert answer.status_code == 422
        kept = {**edit_form(read_html(answer.text)).fields(), "amount": "999"}
        again = {name: kept[name] for name in CHANGED}
        assert boss.post(f"/staff/bills/{bill.number}/edit", again).status_code == 409

    def test_the_second_may_then_save_knowingly(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()
        boss.post(f"/staff/bills/{bill.number}/edit", CHANGED)
        refused = boss.post(f"/staff/bills/{bill.number}/edit", {**CHANGED, "amount": "999"})
        form = edit_form(read_html(refused.text)).fields()

        assert boss.post(f"/staff/bills/{bill.number}/edit", form).status_code == 303
        stored = site.stored(bill.number)
        assert isinstance(stored, PendingBill)
        assert stored.amount == Money(99_900)


def edit_form(page: Element) -> Element:
    return next(form for form in page.all("form") if form["action"].endswith("/edit"))
