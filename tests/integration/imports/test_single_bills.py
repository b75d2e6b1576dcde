"""新增一笔 and the template of the next period in the browser (rule 3.17)."""

from __future__ import annotations

import io

import openpyxl
import pytest

from billing_domain.model.bills.fee_type import FeeType
from billing_domain.model.company.staff import Role
from tests.html_page import read_html
from tests.website import Visitor, Website

NEW = "/staff/bills/new"


def typed(site: Website, **changes: str) -> dict[str, str]:
    """Return a good bill as the form sends it, with some fields changed."""
    return {
        "community": site.community.id,
        "house": "1栋1单元101",
        "fee_type": "水费",
        "amount": "12.345",
        "first_day": "2026-10-01",
        "last_day": "2026-10-31",
        "remark": "抄表",
        "request_key": "key",
        **changes,
    }


class TestSingleBill:
    def test_is_asked_for_in_a_form(self, boss: Visitor) -> None:
        assert boss.page("/staff/bills").has("a", href=NEW)

        page = boss.page(NEW)

        form = page.one("form", class_="dialog-form")
        assert len(form.fields()["request_key"]) == 32
        fees = [option.text for option in page.one("select", name="fee_type").all("option")]
        assert fees == ["请选择费用类型", *(fee.label for fee in FeeType)]

    def test_comes_in_by_the_rules_of_a_row(self, site: Website, boss: Visitor) -> None:
        answer = boss.post("/staff/bills", typed(site))

        assert answer.status_code == 303
        [bill] = site.stored_bills()
        assert (bill.house_id, str(bill.amount)) == (site.houses[0].id, "¥12.35")
        assert (bill.fee_type, bill.remark) == (FeeType.WATER, "抄表")
        assert "新增一笔" in boss.page("/staff/import-batches").one("tbody").text

    def test_comes_in_once_however_often_it_is_sent(self, site: Website, boss: Visitor) -> None:
        for _ in range(3):
            assert boss.post("/staff/bills", typed(site)).status_code == 303
        assert len(site.stored_bills()) == 1

    @pytest.mark.parametrize(
        ("field", "text", "sentence"),
        [
            ("house", "", "请填写房屋地址"),
            ("community", "", "请选择小区"),
            ("fee_type", "", "请选择费用类型"),
            ("amount", "一千三", "金额“一千三”不是有效的数字"),
            ("last_day", "2026-09-30", "早于开始时间"),
            ("house", "9号楼/9单元/901", "小区里没有房屋“9号楼/9单元/901”"),
            ("remark", "长" * 501, "备注最多 500 字"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(
        self, site: Website, boss: Visitor, field: str, text: str, sentence: str
    ) -> None:
        answer = boss.post("/staff/bills", typed(site, **{field: text}))

        assert answer.status_code == 422
        assert sentence in read_html(answer.text).one(id=f"f-{field}-error").text
        assert not site.stored_bills()

    def test_offers_the_nearest_houses(self, site: Website, boss: Visitor) -> None:
        answer = boss.post("/staff/bills", typed(site, house="1号楼/1单元/1021"))
        offered = read_html(answer.text).all("button", data_fill="f-house")
        assert "选 幸福家园/1号楼/1单元/102" in [button.text for button in offered]

    def test_that_charges_again_must_be_confirmed(self, site: Website, boss: Visitor) -> None:
        boss.post("/staff/bills", typed(site))
        again = typed(site, request_key="another")

        refused = boss.post("/staff/bills", again)

        assert refused.status_code == 422
        assert "已有相同费用类型、相同时段" in read_html(refused.text).one(role="alert").text
        assert boss.post("/staff/bills", {**again, "confirm_warnings": "yes"}).status_code == 303
        assert len(site.stored_bills()) == 2

    def test_is_refused_in_a_closed_community(self, site: Website, boss: Visitor) -> None:
        site.configure_companies.stop_community(site.admin, community_id=site.community.id)
        answer = boss.post("/staff/bills", typed(site))
        assert "请先开通" in read_html(answer.text).one(id="f-community-error").text

    def test_needs_the_right(self, site: Website) -> None:
        reader = site.staff(Role.READ_ONLY)
        assert reader.get(NEW).status_code == 403
        assert reader.post("/staff/bills", typed(site)).status_code == 403


class TestNextPeriod:
    def test_is_filled_in_from_the_last_bills(self, site: Website, boss: Visitor) -> None:
        site.add_bill()

        answer = boss.post(
            "/staff/imports/template", {"community": site.community.id, "next_period": "yes"}
        )

        sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
        rows = [row[:5] for row in sheet.iter_rows(values_only=True)]
        assert (
            "幸福家园/1号楼/1单元/101",
            "物业费",
            "1300.00",
            "2026年11月1日",
            "2026年11月30日",
        ) in rows

    def test_says_when_there_was_no_last_period(self, site: Website, boss: Visitor) -> None:
        answer = boss.post(
            "/staff/imports/template", {"community": site.community.id, "next_period": "yes"}
        )
        assert answer.status_code == 422
        said = read_html(answer.text).one(id="f-community-error").text
        assert said == "这个小区最近没有可以参照的缴费单，请下载标准模板填写"
