"""One bill: its content, its history, and the phones of its house."""

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.audit import AuditAction
from billing_domain.ports.bills import BillFilter
from tests.integration.bills.test_bill_list import PHONE, add_resident
from tests.website import Visitor, Website


class TestDetail:
    def test_shows_everything(self, site: Website, boss: Visitor) -> None:
        add_resident(site, site.houses[0], "陈思好", PHONE)
        bill = site.add_bill(remark="含公共照明\n第二行", external_number="WY-7")

        page = boss.page(f"/staff/bills/{bill.number}")

        facts = {
            row.one("dt").text: row.one("dd").text
            for row in page.one("dl").all("div")
            if row.has("dt")
        }
        assert facts["住址"] == "幸福家园/1号楼/1单元/101"
        assert facts["缴费时段"] == "2026-10-01 至 2026-10-31"
        assert facts["备注"] == "含公共照明 第二行"
        assert facts["物业系统单号"] == "WY-7"
        assert facts["来源"] == "员工导入"
        assert "支付渠道" not in facts

    def test_shows_how_it_was_paid(self, site: Website, boss: Visitor) -> None:
        """Rule 2.3."""
        bill = site.add_bill()
        site.manage_bills.mark_paid(
            site.admin,
            numbers=[bill.number],
            channel=PaymentChannel.BANK_TRANSFER,
            payer_name="陈思好",
        )

        facts = {
            row.one("dt").text: row.one("dd").text
            for row in boss.page(f"/staff/bills/{bill.number}").one("dl").all("div")
            if row.has("dt")
        }

        assert facts["支付渠道"] == "银行转帐"
        assert facts["支付时间"] == "2026-11-20 12:00"
        assert facts["支付人姓名"] == "陈思好"
        assert facts["凭证号"] == "--"

    def test_tells_its_history_newest_first(self, site: Website, boss: Visitor) -> None:
        """Rule 2.11: who, when, what before and after; the import included."""
        batch = site.import_rows(
            ["1号楼/1单元/101", "水费", "86.4", "2026年10月", "2026年10月", ""]
        )
        row = site.view_bills.page(site.admin, bill_filter=BillFilter()).rows[0]
        boss.post(
            f"/staff/bills/{row.number}/edit",
            {
                "version": "1",
                "fee_type": "water",
                "amount": "90",
                "first_day": "2026-10-01",
                "last_day": "2026-10-31",
                "remark": "抄表有误",
            },
        )

        trail = boss.page(f"/staff/bills/{row.number}").one("ol", class_="trail").all("li")
        entries = [entry for entry in trail if entry.has("span", class_="strong")]

        assert [entry.all("span")[0].text for entry in entries] == ["编辑", "导入"]
        assert "管理员 · 2026-11-20 12:00" in entries[0].text
        assert "费用金额 ¥86.40改为 ¥90.00" in entries[0].text
        assert "备注 抄表有误" in entries[0].text
        assert batch.file_name in entries[1].text

    def test_opens_in_the_dialog_with_its_actions(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        part = boss.part(f"/staff/bills/{bill.number}", target="dialog#dialog")

        assert part.one("h2", id="dialog-title").text == "缴费单详情"
        links = part.one(class_="dialog-foot").all("a")
        assert [link.text for link in links] == ["打开整页", "编辑", "催缴", "标记已支付", "删除"]
        assert all(link["hx-target"] == "#dialog" for link in links[1:])

    def test_refreshes_itself_after_a_change(self, site: Website, boss: Visitor) -> None:
        bill = site.add_bill()

        region = boss.page(f"/staff/bills/{bill.number}").one(id="bill")

        assert region["hx-trigger"] == "bills-changed from:document"
        assert boss.part(region["hx-get"], target="div#bill").has(id="bill")


class TestPhones:
    def test_are_shown_whole_on_request_and_that_is_recorded(
        self, site: Website, boss: Visitor
    ) -> None:
        """P45."""
        house = site.houses[0]
        add_resident(site, house, "陈思好", PHONE)
        bill = site.add_bill(house)

        answer = boss.post(f"/staff/bills/{bill.number}/phones")

        assert PHONE in answer.text
        assert site.actions("house", house.id) == [AuditAction.PHONES_SHOWN]
