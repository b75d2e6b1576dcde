"""催缴 in the browser: asked first, sent once, refused in the guide's words (rule 4)."""

import httpx
import pytest

from billing_domain.model.bills.bill import PendingBill
from billing_domain.model.company.staff import Role
from billing_domain.model.houses.house import House
from billing_domain.model.money import Money
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

BATCH = "/staff/bill-batches/reminder"
DIALOG = htmx("dialog#dialog")


@pytest.fixture
def bill(site: Website) -> PendingBill:
    return site.add_bill(amount=Money(10_050))


@pytest.fixture
def street(site: Website, reminding: Website) -> list[House]:
    """Three houses that owe: two are reached, in the third nobody is."""
    reminding.add_owner(site.houses[1], name="李雷", openid="openid-2")
    reminding.add_owner(site.houses[2], name="韩梅梅", openid="")
    for house in site.houses:
        site.add_bill(house)
    return list(site.houses)


def path_of(bill: PendingBill) -> str:
    return f"/staff/bills/{bill.number}/reminder"


def stats(page: Element) -> dict[str, str]:
    found = page.one("dl", class_="stats")
    return {
        term.text: fact.text for term, fact in zip(found.all("dt"), found.all("dd"), strict=True)
    }


def follow(visitor: Visitor, answer: httpx.Response) -> Element:
    assert answer.status_code == 303
    return visitor.page(answer.headers["Location"])


class TestAskingForOneHouse:
    def test_says_what_would_be_sent_and_to_how_many(
        self, site: Website, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        site.add_bill(amount=Money(950))
        before = site.everything()

        page = boss.page(path_of(bill))

        card = page.one(class_="summary-card").text
        assert "幸福家园/1号楼/1单元/101" in card
        assert "2 笔待支付" in card
        assert "¥110.00" in card
        assert "1 位住户" in page.text
        assert reminding.reached == []
        assert site.everything() == before

    def test_says_how_nobody_becomes_somebody(self, boss: Visitor, street: list[House]) -> None:
        page = boss.page(f"/staff/houses/{street[2].id}/reminder")

        assert "此房屋没有绑定微信的住户" in page.text
        assert "用微信扫描小区的收款码" in page.text

    def test_leads_to_what_is_being_sent(
        self, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        reminding.requested()

        page = boss.page(path_of(bill))

        assert "此房屋2026年11月20日的微信缴费通知还在发送，不会重复发送" in page.text
        sheet = page.one("section", class_="sheet")
        assert sheet.has("a", href=f"/staff/reminders?house={bill.house_id}")
        assert sheet.has("a", href="/staff/outbox-jobs")

    @pytest.mark.usefixtures("reminding")
    def test_says_that_a_house_owes_nothing(self, site: Website, boss: Visitor) -> None:
        page = boss.page(f"/staff/houses/{site.houses[1].id}/reminder")

        assert "没有待支付的缴费单，不需要催缴" in page.text

    @pytest.mark.usefixtures("reminding")
    def test_is_refused_for_a_paid_bill(
        self, site: Website, boss: Visitor, bill: PendingBill
    ) -> None:
        site.pay(bill)

        answer = boss.get(path_of(bill), DIALOG)

        assert answer.status_code == 422
        assert "已支付，不能催缴" in answer.text

    def test_says_what_keeps_every_message_from_leaving(
        self, boss: Visitor, bill: PendingBill
    ) -> None:
        page = boss.page(path_of(bill))

        assert "还没有设置公众号" in page.text
        assert page.one("section", class_="sheet").has("a", href="/staff/payment-accounts")
        assert boss.post(path_of(bill)).status_code == 422


class TestSendingToOneHouse:
    def test_shows_the_progress_in_the_dialog(
        self, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        answer = boss.post(path_of(bill), headers=DIALOG)

        part = read_html(answer.text).one(id="reminder-result")
        assert "正在催缴" in part.text
        assert "等待发送" in part.text
        assert part["hx-trigger"] == "every 1s"

        reminding.run_worker()
        answer = boss.get(part["hx-get"], htmx("div#reminder-result"))

        ended = read_html(answer.text).one(id="reminder-result")
        assert "催缴成功" in ended.text
        assert "王小明 138****1234 已送达 2026-11-20 12:00" in ended.text
        assert ended.get("hx-get") is None
        assert answer.headers["hx-trigger"] == "bills-changed"
        assert reminding.reached == ["openid-1"]

    @pytest.mark.usefixtures("reminding")
    def test_leads_to_the_progress_without_a_script(
        self, boss: Visitor, bill: PendingBill
    ) -> None:
        page = follow(boss, boss.post(path_of(bill)))

        assert "正在催缴" in page.text
        assert "已处理 0 / 1 户" in page.text

    def test_of_a_house_names_all_that_it_owes(
        self, site: Website, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        site.add_bill(amount=Money(950))

        boss.post(f"/staff/houses/{bill.house_id}/reminder")
        reminding.run_worker()

        (taken,) = site.messages.taken
        assert (taken.message.count, taken.message.total) == (2, Money(11_000))

    def test_twice_at_once_sends_one_message_and_shows_the_same_progress(
        self, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        """P26."""
        first, second = boss.post(path_of(bill)), boss.post(path_of(bill))
        reminding.run_worker()

        assert reminding.reached == ["openid-1"]
        assert second.headers["Location"] == first.headers["Location"]
        assert "没有重复发送" in follow(boss, second).one(id="toasts").text

    def test_refuses_a_house_that_cooled_down_meanwhile(
        self, boss: Visitor, reminding: Website, bill: PendingBill
    ) -> None:
        reminding.requested()
        reminding.run_worker()

        answer = boss.post(path_of(bill), headers=DIALOG)

        assert answer.status_code == 422
        assert "已推送过微信缴费通知" in answer.text
        assert reminding.reached == ["openid-1"]


class TestBatch:
    @pytest.mark.usefixtures("reminding")
    def test_says_how_many_would_get_a_message(
        self, site: Website, boss: Visitor, street: list[House]
    ) -> None:
        site.add_bill(street[1], amount=Money(100))

        page = boss.page(f"{BATCH}?whole=1")

        assert stats(page) == {"将发送": "2 户", "无人可通知": "1 户"}
        assert "2 位住户，共 3 笔待支付，合计 ¥2,601.00" in page.text
        assert "发送给 2 户" in page.one(class_="dialog-foot").text

    def test_counts_the_cooling_with_their_first_day(
        self, boss: Visitor, reminding: Website, street: list[House]
    ) -> None:
        reminding.requested(street[0])
        reminding.run_worker()

        page = boss.page(f"{BATCH}?whole=1")

        assert stats(page)["间隔未到"] == "1 户"
        assert "最早 2026-11-23 可以再次催缴" in page.text

    def test_reminds_each_house_of_a_selection_once(
        self, site: Website, boss: Visitor, reminding: Website, street: list[House]
    ) -> None:
        numbers = [site.add_bill(street[0]).number for _ in range(3)]

        form = boss.page(f"{BATCH}?number={'&number='.join(numbers)}").one("form", action=BATCH)
        sent = [field["value"] for field in form.all("input", name="number")]
        boss.post(BATCH, {"number": sent})
        reminding.run_worker()

        assert sorted(sent) == sorted(numbers)
        assert reminding.reached == ["openid-1"]

    @pytest.mark.usefixtures("street")
    def test_leads_to_a_page_that_adds_up(self, boss: Visitor) -> None:
        """Rule 4.3."""
        page = follow(boss, boss.post(BATCH, {"whole": "1"}))

        assert stats(page) == {"发送中": "2 户", "无人可通知": "1 户"}
        assert len(page.one("tbody").all("tr")) == 3

    @pytest.mark.usefixtures("street")
    def test_follows_the_filter(self, boss: Visitor, reminding: Website) -> None:
        page = boss.page(f"{BATCH}?whole=1&q=102")
        form = page.one("form", action=BATCH).fields()
        del form["_csrf_token"], form["back"]

        boss.post(BATCH, form)
        reminding.run_worker()

        assert form == {"whole": "1", "q": "102", "houses": "1"}
        assert reminding.reached == ["openid-2"]

    def test_sends_no_more_than_the_dialog_said(
        self, site: Website, boss: Visitor, reminding: Website, street: list[House]
    ) -> None:
        """A colleague may import bills while one looks, and choose to remind later (3.1)."""
        form = boss.page(f"{BATCH}?whole=1").one("form", action=BATCH).fields()
        del form["_csrf_token"], form["back"]
        reminding.add_owner(street[2], name="后来", openid="openid-3")
        site.add_bill(street[2])

        answer = boss.post(BATCH, form)
        reminding.run_worker()

        assert answer.status_code == 422
        assert "核对时 2 户，现在 3 户" in answer.text
        assert reminding.reached == []

    @pytest.mark.usefixtures("reminding")
    def test_needs_a_choice(self, boss: Visitor) -> None:
        assert "请至少选择一笔缴费单" in boss.get(BATCH).text

    @pytest.mark.usefixtures("reminding")
    def test_leaves_out_what_was_paid_meanwhile_and_says_so(
        self, site: Website, boss: Visitor, street: list[House]
    ) -> None:
        paid, owed = site.pay(site.add_bill(street[0])), site.add_bill(street[1])

        page = boss.page(f"{BATCH}?number={paid.number}&number={owed.number}")

        assert "所选中有 1 笔已不是待支付，不会催缴" in page.text
        assert "1号楼/1单元/102" in page.one(class_="summary-card").text

    @pytest.mark.usefixtures("street")
    def test_says_why_nobody_at_all_gets_a_message(
        self, boss: Visitor, reminding: Website
    ) -> None:
        reminding.requested()
        reminding.run_worker()

        page = boss.page(f"{BATCH}?whole=1")

        assert "现在没有可以发送的房屋，2 户催缴间隔未到，1 户没有绑定微信的住户" in page.text

    @pytest.mark.usefixtures("street")
    def test_is_offered_for_all_that_the_list_finds(self, boss: Visitor) -> None:
        def offered(address: str) -> list[str]:
            links = boss.page(address).all("a")
            return [link["href"] for link in links if BATCH in (link.get("href") or "")]

        assert offered("/staff/bills") == [f"{BATCH}?whole=1"]
        assert offered("/staff/bills?q=102") == [f"{BATCH}?whole=1&q=102"]
        assert offered("/staff/bills?state=paid") == []


class TestRecords:
    @pytest.mark.usefixtures("street")
    def test_tell_who_was_told_by_whom_and_when(self, site: Website, reminding: Website) -> None:
        site.staff(Role.FRONT_DESK).post(BATCH, {"whole": "1"})
        reminding.run_worker()

        page = site.staff(Role.READ_ONLY).page("/staff/reminders")

        lines = {row.all("a")[0].text: row.text for row in page.one("tbody").all("tr")}
        assert set(lines) == {"1号楼/1单元/101", "1号楼/1单元/102", "2号楼/1单元/101"}
        first = lines["1号楼/1单元/101"]
        assert "2026-11-20 12:00 前台 · 微信 ¥1,300.001 笔 已送达" in first
        assert "王小明 138****1234 已送达" in first
        assert "无人可通知 没有绑定微信的住户" in lines["2号楼/1单元/101"]
        assert "用微信扫描小区的收款码" in page.one(class_="table-note").text
        assert "openid" not in page.text

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("q=102", 1),
            ("outcome=unreachable", 1),
            ("outcome=waiting", 2),
            ("asked_from=2026-11-20&asked_to=2026-11-20", 3),
            ("asked_to=2026-11-19", 0),
        ],
    )
    @pytest.mark.usefixtures("street")
    def test_follow_the_filter(
        self, boss: Visitor, reminding: Website, query: str, count: int
    ) -> None:
        reminding.requested()

        page = boss.page(f"/staff/reminders?{query}")

        assert (len(page.one("tbody").all("tr")) if count else 0) == count
        assert page.has("tbody") is bool(count)

    def test_of_one_house_are_linked_from_it_and_its_bills(
        self, site: Website, boss: Visitor, reminding: Website, street: list[House]
    ) -> None:
        reminding.requested()
        bill = site.add_bill(street[1])
        address = f"/staff/reminders?community={site.community.id}&house={street[1].id}"

        assert boss.page(f"/staff/houses/{street[1].id}").has("a", href=address)
        assert boss.page(f"/staff/bills/{bill.number}").has("a", href=address)
        page = boss.page(address)
        assert len(page.one("tbody").all("tr")) == 1
        assert "房屋：1号楼/1单元/102" in page.text

    @pytest.mark.usefixtures("reminding")
    def test_say_what_is_wrong_with_a_filter(self, boss: Visitor) -> None:
        page = boss.page("/staff/reminders?outcome=odd&asked_from=soon")

        assert "催缴结果“odd”不在可选范围内" in page.text
        assert "催缴日期“soon”格式不对" in page.text
