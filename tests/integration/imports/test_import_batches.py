"""导入记录 in the browser: the list, its bills, and withdrawing (rule 3.16)."""

from __future__ import annotations

from billing_domain.model.bills.bill import PaymentChannel
from billing_domain.model.company.staff import Role
from tests.html_page import read_html
from tests.integration.imports.test_imports import ALSO_GOOD, GOOD, bills, upload
from tests.website import Visitor, Website

LIST = "/staff/import-batches"


def imported(site: Website, boss: Visitor) -> str:
    """Import two bills and return the id of their import."""
    answer = boss.post(f"{upload(site, boss, GOOD, ALSO_GOOD)}/batch")
    return str(answer.headers["location"].rpartition("/")[2])


class TestList:
    def test_names_file_person_rows_and_sum(self, site: Website, boss: Visitor) -> None:
        imported(site, boss)

        [row] = boss.page(LIST).one("tbody").all("tr")

        for text in ("bills.csv", "2026-11-20 12:00", "管理员", "2 条", "1,301.01"):
            assert text in row.text
        assert "已支付 0 / 2 笔" in row.text

    def test_leads_to_the_bills_of_the_import(self, site: Website, boss: Visitor) -> None:
        batch = imported(site, boss)
        site.add_bill()

        link = boss.page(LIST).one("tbody").all("a")[0]

        assert f"batch={batch}" in link["href"]
        assert len(boss.page(link["href"]).one("tbody").all("tr")) == 2

    def test_is_empty_at_first(self, boss: Visitor) -> None:
        assert "还没有导入记录" in boss.page(LIST).text


class TestWithdrawing:
    def test_asks_with_number_and_sum(self, site: Website, boss: Visitor) -> None:
        batch = imported(site, boss)
        link = boss.page(LIST).one("tbody").one("a", class_="is-danger")
        assert link["href"] == f"{LIST}/{batch}/withdrawal"

        page = boss.page(link["href"])

        assert "2 笔 · ¥1,301.01" in page.text
        fields = page.one("form", class_="dialog-form").fields()
        assert (fields["count"], fields["total_fen"]) == ("2", "130101")
        assert len(bills(site)) == 2

    def test_moves_the_bills_to_the_bin_and_says_so(self, site: Website, boss: Visitor) -> None:
        batch = imported(site, boss)

        answer = boss.post(
            f"{LIST}/{batch}/withdrawal", {"count": "2", "total_fen": "130101", "back": LIST}
        )

        page = boss.page(answer.headers["location"])
        assert "30 天内可在回收站恢复" in page.one(id="toasts").text
        assert "已撤回" in page.one("tbody").text
        assert not page.one("tbody").has("a", class_="is-danger")
        assert not bills(site)
        assert len(boss.page("/staff/deleted-bills").one("tbody").all("tr")) == 2

    def test_is_not_offered_once_somebody_paid_and_refused_in_words(
        self, site: Website, boss: Visitor
    ) -> None:
        batch = imported(site, boss)
        first, _ = bills(site)
        site.manage_bills.mark_paid(
            site.admin, numbers=[first.number], channel=PaymentChannel.CASH
        )

        assert not boss.page(LIST).one("tbody").has("a", class_="is-danger")
        answer = boss.post(f"{LIST}/{batch}/withdrawal", {"count": "2", "total_fen": "130101"})

        assert answer.status_code == 422
        dialog = read_html(answer.text).one("form", action=f"{LIST}/{batch}/withdrawal")
        assert "已有 1 笔支付，不能整批撤回" in dialog.one(role="alert").text
        assert not dialog.has("button", type="submit")
        assert len(site.stored_bills()) == 2

    def test_is_told_by_the_page_of_the_import(self, site: Website, boss: Visitor) -> None:
        batch = imported(site, boss)
        boss.post(f"{LIST}/{batch}/withdrawal", {"count": "2", "total_fen": "130101"})

        page = boss.page(f"/staff/imports/batches/{batch}")

        assert "这次导入已撤回" in page.text
        assert not page.one("main").has("button")

    def test_is_refused_without_the_right(self, site: Website, boss: Visitor) -> None:
        batch = imported(site, boss)
        reader = site.staff(Role.READ_ONLY)

        assert not reader.page(LIST).one("tbody").has("a", class_="is-danger")
        assert reader.get(f"{LIST}/{batch}/withdrawal").status_code == 403
