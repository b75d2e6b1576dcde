"""操作日志: who did what when, from what to what, in words (rule 2.11)."""

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.staff import Role
from billing_domain.use_cases.company.view_company import AUDIT_PAGE_ROWS
from tests.html_page import Element, read_html
from tests.website import Visitor, Website, htmx

LIST = "/staff/audit"


class TestList:
    def test_says_who_did_what_when_and_what_changed(self, site: Website, boss: Visitor) -> None:
        bill = site.pay(site.add_bill(), PaymentChannel.POS)

        line = boss.page(f"{LIST}?kind=bill").one("tbody").one("tr")

        assert "2026-11-20 12:00" in line.text
        assert "王经理" in line.text
        assert "标记已支付" in line.text
        assert line.has("a", href=f"/staff/bills/{bill.number}")
        assert "缴费单 · 幸福家园" in line.text
        assert "状态 待支付改为 已支付" in line.text
        assert "支付渠道 Pos机刷卡" in line.text
        assert "住址 幸福家园/1号楼/1单元/101" in line.text

    def test_shows_all_that_a_deleted_bill_said(self, site: Website, boss: Visitor) -> None:
        """Rule 2.12: it can be written again from this screen."""
        bill = site.add_bill(remark="含公共照明")
        site.manage_bills.delete(site.admin, numbers=[bill.number])

        line = rows(boss.page(f"{LIST}?kind=bill"))[0]

        assert bill.number in line.text
        for words in (
            "住址 幸福家园/1号楼/1单元/101",
            "费用类型 物业费",
            "费用金额 ¥1,300.00",
            "开始时间 2026-10-01",
            "结束时间 2026-10-31",
            "备注 含公共照明",
        ):
            assert words in line.text

    def test_is_newest_first_and_goes_on(self, site: Website, boss: Visitor) -> None:
        for number in range(AUDIT_PAGE_ROWS + 5):
            site.register_residents.add_house(
                site.admin, community_id=site.community.id, address=f"9号楼/{number}"
            )

        first = boss.page(f"{LIST}?kind=house")
        second = boss.page(link(first, "下一页"))

        assert len(rows(first)) == AUDIT_PAGE_ROWS
        assert f"9号楼/{AUDIT_PAGE_ROWS + 4}" in rows(first)[0].text
        assert len(rows(second)) == 5
        assert "9号楼/0" in rows(second)[-1].text
        assert [row.text for row in rows(boss.page(link(second, "上一页")))] == [
            row.text for row in rows(first)
        ]

    def test_shows_one_kind(self, site: Website, boss: Visitor) -> None:
        site.pay(site.add_bill())
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)

        page = boss.page(f"{LIST}?kind=community")

        assert len(rows(page)) == 1
        assert "状态 已开通改为 已停用" in rows(page)[0].text
        assert page.one("select", name="kind").one("option", selected="").text == "小区"

    def test_takes_an_unknown_kind_for_all_and_says_so(self, boss: Visitor) -> None:
        page = boss.page(f"{LIST}?kind=secret")

        assert rows(page)
        assert "筛选条件没有生效" in page.text

    def test_names_accounts_for_who_keeps_them(self, site: Website, boss: Visitor) -> None:
        account = site.staff_account(Role.FRONT_DESK, login_name="clerk")
        site.manage_staff.set_disabled(
            site.admin, staff_id=account.id, version=account.version, disabled=True
        )

        line = rows(boss.page(f"{LIST}?kind=staff"))[0]
        assert "停用账号" in line.text
        assert "前台（clerk）" in line.text

        finance = site.staff(Role.FINANCE)
        lines = [row.text for row in rows(finance.page(f"{LIST}?kind=staff"))]
        (disabled,) = [text for text in lines if "停用账号" in text]
        assert "clerk" not in disabled

    def test_shows_no_other_company(self, site: Website) -> None:
        site.pay(site.add_bill())

        rival = site.staff(Role.ADMINISTRATOR, admin=site.rival_admin)

        assert "王经理" not in rival.page(LIST).one("main").text

    def test_says_when_there_is_nothing(self, boss: Visitor) -> None:
        page = boss.page(f"{LIST}?kind=export")

        assert page.one(class_="empty").text == "没有操作记录"

    def test_can_be_changed_by_nobody(self, boss: Visitor) -> None:
        assert boss.post(LIST).status_code == 405

    def test_is_a_part_for_htmx(self, boss: Visitor) -> None:
        part = read_html(boss.get(f"{LIST}?kind=staff", htmx("div#audit", LIST)).text)

        assert part.has(id="audit")
        assert not part.has("html")


def rows(page: Element) -> list[Element]:
    return page.one("tbody").all("tr")


def link(page: Element, label: str) -> str:
    links = [each for each in page.one("nav", class_="pager").all("a") if each.text == label]
    return links[0]["href"]
