"""Many bills at once in the browser (rule 2.4)."""

import pytest

from billing_domain.model.bills.bill import PaidBill, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.money import Money
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

SETTLEMENT = "/staff/bill-batches/settlement"
REMOVAL = "/staff/bill-batches/removal"


@pytest.fixture
def bills(site: Website) -> list[PendingBill]:
    return [site.add_bill(amount=Money(fen)) for fen in (10_000, 20_050, 30_000)]


class TestConfirmation:
    @pytest.mark.parametrize("path", [SETTLEMENT, REMOVAL])
    def test_repeats_count_and_sum(
        self, boss: Visitor, bills: list[PendingBill], path: str
    ) -> None:
        page = boss.page(f"{path}?{chosen(bills[:2])}")

        assert page.one(class_="summary-card").text.startswith("共 2 笔待支付缴费单合计 ¥300.50")
        form = batch_form(page).fields()
        assert (form["count"], form["total_fen"]) == ("2", "30050")

    @pytest.mark.parametrize("path", [SETTLEMENT, REMOVAL, "/staff/bill-batches/reminder"])
    def test_names_the_houses_it_is_about(self, site: Website, boss: Visitor, path: str) -> None:
        """Rule 2.9: a stranger's bill among the results is seen before it is changed."""
        site.connect_wechat()
        site.add_owner()
        street = site.add_houses(site.community, *(f"7号楼/{room}" for room in range(1, 7)))
        bills = []
        for place, house in enumerate(street):
            site.add_owner(house, name="李雷", openid=f"openid-7-{place}")
            bills.append(site.add_bill(house))

        every = boss.page(f"{path}?whole=1&q=7栋")
        some = boss.page(f"{path}?{chosen(bills[:2])}")

        named = "、".join(f"幸福家园/7号楼/{room}" for room in range(6, 1, -1))
        assert f"房屋：{named} 等 6 套" in every.text
        assert "房屋：幸福家园/7号楼/2、幸福家园/7号楼/1" in some.text

    def test_names_every_bill_that_forbids_it(
        self, site: Website, boss: Visitor, bills: list[PendingBill]
    ) -> None:
        site.pay(bills[0])
        site.pay(bills[2])

        answer = boss.get(f"{SETTLEMENT}?{chosen(bills)}", htmx("dialog#dialog"))

        assert answer.status_code == 422
        part = read_html(answer.text)
        assert "有 2 笔不能标记已支付，本次没有改动任何缴费单" in part.text
        assert sorted(item.text for item in part.one("ul").all("li")) == [
            f"{bills[0].number} 已支付",
            f"{bills[2].number} 已支付",
        ]

    @pytest.mark.parametrize("path", [SETTLEMENT, REMOVAL])
    def test_needs_a_choice(self, boss: Visitor, path: str) -> None:
        answer = boss.get(path)

        assert answer.status_code == 422
        assert "请至少选择一笔缴费单" in answer.text


class TestMarkPaid:
    def test_pays_them_all(self, site: Website, boss: Visitor, bills: list[PendingBill]) -> None:
        answer = boss.post(SETTLEMENT, {**confirmed(bills), "channel": "cash"})

        assert answer.status_code == 303
        assert all(isinstance(site.stored(bill.number), PaidBill) for bill in bills)
        assert "已标记 3 笔为已支付，合计 ¥600.50" in boss.get("/staff/bills").text

    def test_asks_again_for_a_missing_channel(
        self, boss: Visitor, bills: list[PendingBill]
    ) -> None:
        answer = boss.post(SETTLEMENT, {**confirmed(bills), "payer_name": "陈思好"})

        assert answer.status_code == 422
        page = read_html(answer.text)
        assert page.one(id="f-channel-error").text == "请选择支付渠道"
        assert page.one("input", name="payer_name")["value"] == "陈思好"
        assert len(batch_form(page).all("input", name="number")) == 3

    def test_asks_again_for_a_time_to_come(self, boss: Visitor, bills: list[PendingBill]) -> None:
        answer = boss.post(
            SETTLEMENT, {**confirmed(bills), "channel": "cash", "paid_at": "2026-11-21T08:00"}
        )

        assert answer.status_code == 422
        assert read_html(answer.text).one(id="f-paid_at-error").text == "支付时间不能晚于现在"


class TestDelete:
    def test_removes_them_all(self, boss: Visitor, bills: list[PendingBill]) -> None:
        assert boss.post(REMOVAL, confirmed(bills)).status_code == 303

        assert "还没有缴费单" in boss.get("/staff/bills").text


class TestWholeResult:
    """Rule 2.4: everything that the filter finds, not only the page."""

    @pytest.fixture
    def water(self, site: Website) -> list[PendingBill]:
        site.add_bill()
        return [site.add_bill(fee_type=FeeType.WATER, amount=Money(100)) for _ in range(25)]

    def test_is_confirmed_by_its_filter(self, boss: Visitor, water: list[PendingBill]) -> None:
        page = boss.page(f"{REMOVAL}?whole=1&type=water&number={water[0].number}")

        form = batch_form(page).fields()
        assert (
            form.items()
            >= {
                "whole": "1",
                "type": "water",
                "count": "25",
                "total_fen": "2500",
            }.items()
        )
        assert "number" not in form

    def test_is_changed_whole(self, boss: Visitor, water: list[PendingBill]) -> None:
        form = batch_form(boss.page(f"{REMOVAL}?whole=1&type=water")).fields()

        boss.post(REMOVAL, form)

        assert len(water) == 25
        assert boss.page("/staff/bill-totals").one(id="totals")["data-count"] == "1"

    def test_is_refused_when_it_grew_meanwhile(
        self, site: Website, boss: Visitor, water: list[PendingBill]
    ) -> None:
        form = batch_form(boss.page(f"{REMOVAL}?whole=1&type=water")).fields()
        site.add_bill(fee_type=FeeType.WATER)

        answer = boss.post(REMOVAL, form)

        assert answer.status_code == 409
        assert "确认时 25 笔 ¥25.00，现在 26 笔 ¥1,325.00" in answer.text
        assert site.stored(water[0].number) == water[0]

    def test_is_settled_whole(
        self, site: Website, boss: Visitor, water: list[PendingBill]
    ) -> None:
        form = batch_form(boss.page(f"{SETTLEMENT}?whole=1&type=water")).fields()

        answer = boss.post(SETTLEMENT, {**form, "channel": "cash"})

        assert answer.status_code == 303
        assert all(isinstance(site.stored(bill.number), PaidBill) for bill in water)

    def test_stays_within_the_reach(self, site: Website, boss: Visitor) -> None:
        """P35: a batch of everything is everything of the own company."""
        theirs = site.add_bill(site.rival_houses[0])
        site.add_bill()

        form = batch_form(boss.page(f"{REMOVAL}?whole=1")).fields()
        boss.post(REMOVAL, form)

        assert form["count"] == "1"
        with site.begin(read_only=True) as work:
            assert work.bills.get(site.rival_admin.scope, theirs.number) == theirs


def chosen(bills: list[PendingBill]) -> str:
    return "&".join(f"number={bill.number}" for bill in bills)


def confirmed(bills: list[PendingBill]) -> dict[str, object]:
    total = sum(bill.amount.fen for bill in bills)
    return {
        "number": [bill.number for bill in bills],
        "count": str(len(bills)),
        "total_fen": str(total),
    }


def channel_of(path: str) -> dict[str, str]:
    return {"channel": "cash"} if path == SETTLEMENT else {}


def batch_form(page: Element) -> Element:
    return page.one("form", class_="dialog-form")
