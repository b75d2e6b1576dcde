"""The list of bills: columns, filter in the address, pages, and what each role sees."""

from datetime import date, timedelta

import pytest

from billing_adapters.sql.bills.queries import SqlBillQueries
from billing_domain.errors import SearchTooSlowError
from billing_domain.model.bills.bill import BillOrigin, PaymentChannel, PendingBill
from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.house import House
from billing_domain.model.houses.resident import Relation, Resident, ResidentId
from billing_domain.model.money import Money
from billing_domain.model.period import BillingPeriod
from tests.html_page import Element
from tests.website import Visitor, Website, htmx

PHONE = "13812344613"
FOUND: dict[str, set[str]] = {
    "q=丽静": {"neighbour"},
    "q=1234": {"neighbour"},
    "q=9栋": {"far"},
    "type=water": {"water"},
    "state=paid": {"paid"},
    "state=voided": set(),
    "paid_by=pos": {"paid"},
    "paid_by=cash": set(),
    "paid_from=2026-11-20&paid_to=2026-11-20": {"paid"},
    "paid_to=2026-11-19": set(),
    "imported_to=2026-11-01": {"old"},
    "period_from=2025-01-10&period_to=2025-01-20": {"old"},
    "amount_max=100": {"water"},
    "amount_min=¥86.40&amount_max=86.4": {"water"},
    "reminded=yes": set(),
    "q=丽静&type=water": set(),
}


class TestColumns:
    def test_show_what_the_rules_name(self, site: Website, boss: Visitor) -> None:
        """Rule 2.8."""
        house = site.houses[0]
        add_resident(site, house, "陈思好", PHONE)
        bill = site.add_bill(house, external_number="WY-1000", amount=Money(130_000))

        row = rows(boss.page("/staff/bills"))[0]

        for text in (
            bill.number,
            "WY-1000",
            "2026-11-20",
            "12:00",
            "陈思好",
            "138****4613",
            "1号楼/1单元/101",
            "幸福家园",
            "物业费",
            "2026.10.01–10.31",
            "1,300.00",
            "待支付",
        ):
            assert text in row.text

    def test_show_two_dashes_for_what_is_missing(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        row = rows(boss.page("/staff/bills"))[0]

        assert row.one(class_="area-meta").one(class_="cell-line").text == "--"
        assert row.one(class_="area-sub").text == "--"

    def test_unfold_every_resident(self, site: Website, boss: Visitor) -> None:
        for name in ("陈思好", "李宜君", "兰兰"):
            add_resident(site, site.houses[0], name, PHONE)
        site.add_bill()

        fold = rows(boss.page("/staff/bills"))[0].one("details", class_="more")

        assert "陈思好" in fold.one("summary").text
        assert "展开另外 2 位住户" in fold.one("summary").text
        assert [e.text for e in fold.one(class_="more-list").all(class_="cell-main")] == [
            "李宜君",
            "兰兰",
        ]


class TestActions:
    @pytest.mark.parametrize(
        ("origin", "state", "links"),
        [
            (BillOrigin.IMPORTED, "pending", ["详情", "编辑", "催缴", "标记已支付", "删除"]),
            (BillOrigin.PUSHED, "pending", ["详情", "催缴", "标记已支付", "作废"]),
            (BillOrigin.IMPORTED, "paid", ["详情", "撤销"]),
            (BillOrigin.PUSHED, "paid", ["详情", "撤销"]),
        ],
    )
    def test_follow_the_model(
        self, site: Website, boss: Visitor, origin: BillOrigin, state: str, links: list[str]
    ) -> None:
        """Rule 2.1."""
        bill = site.add_bill(origin=origin)
        if state == "paid":
            site.pay(bill)

        assert action_labels(boss.page("/staff/bills")) == links

    def test_follow_the_role(self, site: Website) -> None:
        site.add_bill()

        assert action_labels(site.staff(Role.READ_ONLY).page("/staff/bills")) == ["详情"]
        assert action_labels(site.staff(Role.FINANCE).page("/staff/bills")) == [
            "详情",
            "编辑",
            "标记已支付",
        ]

    def test_of_a_batch_follow_the_role(self, site: Website) -> None:
        site.add_bill()

        def buttons(role: Role) -> list[str]:
            page = site.staff(role).page("/staff/bills")
            return [
                button["data-action"] for button in page.all("button") if button.get("data-action")
            ]

        assert buttons(Role.ADMINISTRATOR) == ["remind", "mark_paid", "delete", "print"]
        assert buttons(Role.FINANCE) == ["mark_paid", "print"]
        assert buttons(Role.READ_ONLY) == []

    def test_work_without_a_script(self, site: Website, boss: Visitor) -> None:
        """Each is a plain link to a page, each batch button names its address."""
        bill = site.add_bill()

        page = boss.page("/staff/bills")

        for link in rows(page)[0].one(class_="actions").all("a"):
            assert link["href"].startswith(f"/staff/bills/{bill.number}")
            assert boss.get(link["href"]).status_code == 200
        for button in page.one(class_="batch-actions").all("button"):
            assert button["type"] == "submit"
            if button["data-action"] == "print":
                assert (button["formmethod"], button["formtarget"]) == ("post", "_blank")
                continue
            assert boss.get(f"{button['formaction']}?number={bill.number}").status_code == 200


class TestFilter:
    @pytest.fixture
    def bills(self, site: Website) -> dict[str, PendingBill]:
        second = site.open_community(site.company.id, "滨江花园")
        far = site.add_houses(second, "9栋/101")[0]
        add_resident(site, site.houses[1], "袁丽静", "13900001234")
        bills = {
            "plain": site.add_bill(),
            "water": site.add_bill(fee_type=FeeType.WATER, amount=Money(8_640)),
            "far": site.add_bill(far),
            "neighbour": site.add_bill(site.houses[1]),
            "building": site.add_bill(site.houses[2]),
            "old": site.add_bill(
                imported_at=site.clock.now() - timedelta(days=40),
                period=BillingPeriod(date(2025, 1, 1), date(2025, 1, 31)),
            ),
            "paid": site.add_bill(),
        }
        site.pay(bills["paid"], PaymentChannel.POS)
        return bills

    def test_is_the_address(self, boss: Visitor, bills: dict[str, PendingBill]) -> None:
        """Rule 2.9."""
        names = {bill.number: name for name, bill in bills.items()}
        for query, found in FOUND.items():
            page = boss.page(f"/staff/bills?{query}")
            assert (query, {names[each] for each in numbers(page)}) == (query, found)  # type: ignore[index]

    def test_takes_a_community_and_its_building(
        self, site: Website, boss: Visitor, bills: dict[str, PendingBill]
    ) -> None:
        page = boss.page(f"/staff/bills?community={site.community.id}&building=2号楼")

        assert numbers(page) == [bills["building"].number]
        options = page.one("select", name="building").all("option")
        assert [option.text for option in options] == ["全部楼栋", "1号楼", "2号楼"]

    @pytest.mark.usefixtures("bills")
    def test_is_shown_as_chips_that_lead_out_of_it(self, boss: Visitor) -> None:
        page = boss.page("/staff/bills?state=paid&paid_by=pos&paid_from=2026-11-01")
        chips = {chip.one("span").text: chip.one("a")["href"] for chip in page.all(class_="chip")}

        assert chips == {
            "支付渠道：Pos机刷卡": "/staff/bills?state=paid&paid_from=2026-11-01",
            "支付时间：2026-11-01 至 不限": "/staff/bills?state=paid&paid_by=pos",
        }

    @pytest.mark.parametrize(
        ("query", "field", "words"),
        [
            ("amount_min=abc", "amount_min", "金额“abc”不是有效的数字，例如 1300 或 1,300.50"),
            ("paid_from=gestern", "paid_from", "支付时间“gestern”格式不对"),
            ("paid_by=bitcoin", "paid_by", "支付渠道“bitcoin”不在可选范围内"),
        ],
    )
    def test_says_what_it_could_not_use(
        self, site: Website, boss: Visitor, query: str, field: str, words: str
    ) -> None:
        site.add_bill()

        page = boss.page(f"/staff/bills?{query}")

        assert page.one(id=f"f-{field}-error").text == words
        assert "is-closed" not in page.one(id="filters")["class"]
        assert len(rows(page)) == 1


class TestPages:
    def test_follow_one_another(self, site: Website, boss: Visitor) -> None:
        bills = [bill.number for bill in add_bills(site, 45)][::-1]

        first = boss.page("/staff/bills")
        second = boss.page(first.one(class_="pager-links").all("a")[-1]["href"])
        third = boss.page(second.one(class_="pager-links").all("a")[-1]["href"])

        assert numbers(first) + numbers(second) + numbers(third) == bills
        back = boss.page(third.one(class_="pager-links").all("a")[0]["href"])
        assert numbers(back) == numbers(second)

    def test_offer_no_neighbour_where_there_is_none(self, site: Website, boss: Visitor) -> None:
        add_bills(site, 3)

        assert not boss.page("/staff/bills").one(class_="pager-links").has("a")

    def test_keep_the_filter(self, site: Website, boss: Visitor) -> None:
        add_bills(site, 25)

        following = boss.page("/staff/bills?state=pending").one(class_="pager-links").one("a")

        assert following["href"].startswith("/staff/bills?state=pending&after=")

    @pytest.mark.parametrize(("rows", "shown"), [("50", 25), ("100", 25), ("20", 20), ("7", 20)])
    def test_are_as_long_as_the_address_says(
        self, site: Website, boss: Visitor, rows: str, shown: int
    ) -> None:
        """Rule 2.8: 20, 50 or 100; anything else is the usual length."""
        add_bills(site, 25)

        page = boss.page(f"/staff/bills?rows={rows}&state=pending")

        assert len(rows_of(page)) == shown
        sizes = page.one("span", aria_label="每页条数").all("a")
        assert [link["href"] for link in sizes] == [
            "/staff/bills?state=pending",
            "/staff/bills?state=pending&rows=50",
            "/staff/bills?state=pending&rows=100",
        ]

    def test_follow_one_another_in_the_chosen_order(self, site: Website, boss: Visitor) -> None:
        """Rule 2.8."""
        for fen in (500, 100, 300):
            for _ in range(10):
                site.add_bill(amount=Money(fen))
        path = f"/staff/bills?community={site.community.id}&sort=-amount"

        first = boss.page(path)
        second = boss.page(first.one(class_="pager-links").all("a")[-1]["href"])

        shown = [row.one(class_="area-money").text for row in (*rows_of(first), *rows_of(second))]
        assert shown == ["¥5.00"] * 10 + ["¥3.00"] * 10 + ["¥1.00"] * 10
        assert first.one("caption").text == "缴费单，金额从高到低"

    def test_have_an_order_inside_one_community_only(self, site: Website, boss: Visitor) -> None:
        """Rule 2.8; a company's only community need not be chosen."""
        add_bills(site, 2)
        assert boss.page("/staff/bills").has("select", name="sort")

        other = site.open_community(site.company.id, "滨江花园")

        assert not boss.page("/staff/bills?sort=amount&community=").has("select", name="sort")
        assert boss.page(f"/staff/bills?community={other.id}").has("select", name="sort")


class TestTotals:
    def test_load_after_the_rows(self, site: Website, boss: Visitor) -> None:
        """Rule 2.8: they can't hold the rows up."""
        bills = add_bills(site, 3)
        site.pay(bills[0])

        place = boss.page("/staff/bills?state=pending").one(id="totals")

        assert (place["hx-get"], place["hx-trigger"]) == (
            "/staff/bill-totals?state=pending",
            "load",
        )
        assert totals(boss, "") == "共 3 条 · 合计 ¥3,900.00（待支付 ¥2,600.00，已支付 ¥1,300.00）"
        assert totals(boss, "?state=pending") == "共 2 条 · 合计 ¥2,600.00"

    def test_of_very_many_say_so(
        self, site: Website, boss: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Rule 2.8: slow sums refuse nothing."""

        def too_slow(*_: object, **__: object) -> None:
            raise SearchTooSlowError(seconds_max=2)

        site.add_bill()
        monkeypatch.setattr(SqlBillQueries, "totals", too_slow)
        monkeypatch.setattr(SqlBillQueries, "month", too_slow)

        assert totals(boss, "") == "共 10,000+ 条"
        assert boss.page("/staff/exports/new").has("button")

    def test_tell_the_selection_what_all_results_are(self, site: Website, boss: Visitor) -> None:
        """Rule 2.4: a paid bill among the results takes the offer away in the browser."""
        bills = add_bills(site, 25)
        site.pay(bills[0])

        place = boss.page("/staff/bill-totals").one(id="totals")

        assert (place["data-count"], place["data-pending"]) == ("25", "24")
        assert place["data-fen"] == str(25 * 130_000)
        assert boss.page("/staff/bills").has("button", data_select_whole="")


class TestMonth:
    def test_sums_up_due_and_received(self, site: Website, boss: Visitor) -> None:
        november = BillingPeriod(date(2026, 11, 1), date(2026, 11, 30))
        site.pay(site.add_bill(period=november, amount=Money(25_000)))
        site.add_bill(period=november, amount=Money(75_000))
        site.add_bill()

        figures = boss.page("/staff/bill-totals").one(class_="figures")

        assert figures.text == "全部小区 · 本月应收¥1,000.00 已收¥250.00 收缴率25%25%"
        assert figures.one("progress")["value"] == "25"


class TestEmptyList:
    def test_leads_to_the_import(self, boss: Visitor) -> None:
        page = boss.page("/staff/bills")

        assert page.one(class_="empty").one("h2").text == "还没有缴费单"
        assert page.one(class_="empty").one("a")["href"] == "/staff/imports"

    def test_of_a_filter_leads_out_of_it(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        empty = boss.page("/staff/bills?q=没有这个人").one(class_="empty")

        assert empty.one("h2").text == "没有符合条件的缴费单"
        assert empty.one("a")["href"] == "/staff/bills"


class TestPart:
    def test_is_the_list_alone(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        part = boss.part("/staff/bills?state=pending")

        assert not part.has("html")
        assert part.one(id="bills")["hx-get"] == "/staff/bills?state=pending"

    def test_puts_the_canonical_address_into_the_bar(self, boss: Visitor) -> None:
        answer = boss.get("/staff/bills?q=&state=paid&type=&channel=", htmx())

        assert answer.headers["hx-push-url"] == "/staff/bills?state=paid"
        assert answer.headers["vary"] == "HX-Request"

    def test_is_not_what_going_back_gets(self, boss: Visitor) -> None:
        answer = boss.get("/staff/bills", {**htmx(), "HX-History-Restore-Request": "true"})

        assert answer.text.startswith("<!DOCTYPE html>")


class TestCommunity:
    def test_chosen_stays_chosen(self, site: Website, boss: Visitor) -> None:
        second = site.open_community(site.company.id, "滨江花园")

        boss.get(f"/staff/bills?community={second.id}")
        page = boss.page("/staff/password")

        assert (
            "滨江花园"
            in page.one("header", class_="top")
            .one("summary", aria_label="切换小区，当前为滨江花园")
            .text
        )
        bills = next(
            link for link in page.one("nav", id="navigation").all("a") if "缴费记录" in link.text
        )
        assert bills["href"] == f"/staff/bills?community={second.id}"

    def test_of_the_reach_alone_are_offered(self, site: Website) -> None:
        site.open_community(site.company.id, "滨江花园")
        visitor = site.staff(Role.FRONT_DESK, communities=[site.community])

        page = visitor.page("/staff/bills")

        assert "滨江花园" not in page.text
        assert "远洋花园" not in page.text


def rows(page: Element) -> list[Element]:
    tables = page.all("table")
    return tables[0].one("tbody").all("tr") if tables else []


def totals(visitor: Visitor, query: str) -> str:
    text: str = visitor.page(f"/staff/bill-totals{query}").one(id="totals").text
    return text


def rows_of(page: Element) -> list[Element]:
    return rows(page)


def numbers(page: Element) -> list[str]:
    return [row.one("input", name="number")["value"] for row in rows(page)]


def action_labels(page: Element) -> list[str]:
    return [link.text.split()[0] for link in rows(page)[0].one(class_="actions").all("a")]


def add_bills(site: Website, count: int) -> list[PendingBill]:
    """Oldest first, a minute apart."""
    bills = []
    for _ in range(count):
        site.clock.advance(timedelta(minutes=1))
        bills.append(site.add_bill())
    return bills


def add_resident(site: Website, house: House, name: str, phone: str) -> None:
    resident = Resident(
        id=ResidentId(site.ids.new_id()),
        community_id=house.community_id,
        house_id=house.id,
        name=name,
        phone=phone,
        relation=Relation.OWNER,
        moved_in_on=None,
    )
    with site.begin() as work:
        work.residents.add_all([resident])
        work.commit()
