"""Finding bills from the command line."""

from typing import Any

import pytest

from billing_domain.model.bills.bill import PaymentChannel
from billing_entrypoints.cli.company.lookups import find_community
from tests.unit.conftest import Commands

HERE = ("bills", "list", "--community", "幸福家园")


@pytest.fixture
def billed(settled: Commands) -> Commands:
    """Three bills, the last of which is paid."""
    sheet = settled.file(
        "1号楼/1单元/101,物业费,1300,2026年01月,2026年01月,二次供水",
        "1号楼/1单元/102,水费,20,2026年01月,2026年01月,",
        "2号楼/1单元/101,电费,3.5,2026年01月,2026年01月,",
    )
    assert settled("import", sheet, "--community", "幸福家园").status == 0
    application = settled.application
    place = find_community(application, application.configure_companies.companies(), "幸福家园")
    number = bills(settled, "--query", "2号楼")[0]["number"]
    application.manage_bills.mark_paid(
        place.actor, numbers=[number], channel=PaymentChannel.CASH, payer_name="王建国"
    )
    return settled


def bills(billing: Commands, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = billing(*HERE, *words, "--json").data["bills"]
    return found


class TestList:
    def test_shows_bills_with_totals(self, billed: Commands) -> None:
        answer = billed(*HERE, "--json")

        assert answer.status == 0
        assert {name: answer.data[name] for name in answer.data if name != "bills"} == {
            "count": 3,
            "count_capped": False,
            "pending_fen": 132_000,
            "paid_fen": 350,
        }
        houses = {bill["house"] for bill in answer.data["bills"]}
        assert houses == {
            "幸福家园/1号楼/1单元/101",
            "幸福家园/1号楼/1单元/102",
            "幸福家园/2号楼/1单元/101",
        }

    def test_shows_how_a_bill_was_paid(self, billed: Commands) -> None:
        (paid,) = bills(billed, "--state", "已支付")

        assert paid["state"] == "paid"
        assert paid["channel"] == "cash"
        assert paid["payer_name"] == "王建国"
        assert paid["paid_at"].endswith("+00:00")

    def test_finds_by_text_and_state(self, billed: Commands) -> None:
        assert [bill["fee_type"] for bill in bills(billed, "--query", "102")] == ["水费"]
        assert len(bills(billed, "--query", "建国")) == 3
        assert len(bills(billed, "--state", "pending")) == 2
        assert len(bills(billed, "--state", "待支付", "--state", "paid")) == 3
        assert bills(billed, "--state", "voided") == []

    def test_stops_at_the_limit_and_says_so(self, billed: Commands) -> None:
        assert len(bills(billed, "--limit", "2")) == 2
        assert "共 3 笔" in (said := billed(*HERE, "--limit", "2").out)
        assert "列出最新的 2 笔" in said

    def test_goes_past_one_page(self, settled: Commands) -> None:
        houses = [f"7号楼/1单元/{number}" for number in range(250)]
        sheet = settled.residents(*houses, name="more.csv")
        settled("residents", "import", sheet, "--community", "幸福家园")
        lines = [f"{house},水费,1,2026年01月,2026年01月," for house in houses]
        settled("import", settled.file(*lines), "--community", "幸福家园")

        numbers = [bill["number"] for bill in bills(settled, "--limit", "230")]

        assert len(set(numbers)) == 230
        assert numbers == sorted(numbers, reverse=True)

    def test_hides_the_middle_of_phones(self, billed: Commands) -> None:
        """Promise P45."""
        answer = billed(*HERE, "--json")

        assert "138****0000" in answer.out
        assert "13800000000" not in answer.out

    def test_speaks_to_people_in_columns(self, billed: Commands) -> None:
        said = billed(*HERE).out.splitlines()

        assert said[0].split() == ["平台单号", "住户", "住址", "类型", "金额", "缴费时段", "状态"]
        assert said[-1] == "共 3 笔，待支付 ¥1,320.00，已支付 ¥3.50"
        assert len(said) == 5

    def test_of_nothing_is_no_error(self, billed: Commands) -> None:
        answer = billed(*HERE, "--query", "%_")

        assert (answer.status, answer.out) == (0, "共 0 笔，待支付 ¥0.00，已支付 ¥0.00\n")
