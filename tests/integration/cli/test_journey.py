"""From an empty database to bills, each command as a process, on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import date

from tests.integration.cli.conftest import ADDRESSES, BILL_HEADER, HERE, RESIDENT_HEADER, Processes

EXAMPLE = (
    "一栋一单元101",
    "物业费",
    1300,
    "2018年01月02日",
    "2018年12月01日",
    "缴费备注说明(最多500字)",
)


class TestACompany:
    def test_is_set_up_from_nothing(self, billing: Processes) -> None:
        company = billing("company", "create", "安居物业", "--json")
        community = billing(
            "community", "create", "幸福家园", "--company", company.data["id"], "--json"
        )
        sheet = billing.workbook(
            "residents.xlsx",
            RESIDENT_HEADER,
            *(
                (address, "王建国", "13800004613", "业主", date(2015, 1, 2))
                for address in ADDRESSES
            ),
        )
        first = billing("residents", "import", sheet, *HERE, "--json")
        again = billing("residents", "import", sheet, *HERE, "--json")
        staff = billing(
            *("staff", "create", "wang", "--company", "安居物业", "--name", "王敏"),
            *("--role", "前台", *HERE, "--password-stdin", "--json"),
            stdin="correct horse battery\n",
        )

        assert (company.status, community.status, staff.status) == (0, 0, 0)
        assert (first.status, first.data) == (
            0,
            {"houses": 120, "residents": 120, "problems": []},
        )
        assert (again.status, again.data["houses"], again.data["residents"]) == (0, 0, 0)
        assert {each["code"] for each in again.data["problems"]} == {"resident_registered"}
        assert re.fullmatch("[0-9A-Za-z]{16}", community.data["secret"])
        assert staff.data["community_ids"] == [community.data["id"]]
        assert "password" not in staff.data
        assert "correct horse" not in staff.out + staff.err

    def test_is_refused_twice_the_same(self, settled: Processes) -> None:
        assert settled("company", "create", "安居物业").status == 1
        assert settled("community", "create", "幸福家园", "--company", "安居物业").status == 1


class TestASheet:
    def test_becomes_bills(self, settled: Processes) -> None:
        sheet = settled.workbook(
            "bills.xlsx",
            BILL_HEADER,
            EXAMPLE,
            ("幸福家园/1号楼/1单元/101", "物业费", 1.005, "2026年01月", "2026年02月", ""),
            ("1栋2单元302", "水费", "￥1,300.00", "2026年1月5日", date(2026, 1, 31), "二次供水"),
            ("幸福家园/1号楼/1单元/102", "", "", "", "", ""),
        )

        preview = settled("preview", sheet, *HERE, "--json")
        imported = settled("import", sheet, *HERE, "--json")
        listed = settled("bills", "list", *HERE, "--query", "建国", "--json")

        assert preview.status == imported.status == listed.status == 0
        assert [row["row"] for row in preview.data["rows"]] == [3, 4]
        assert preview.data["rows"][0] == {
            "row": 3,
            "house": "幸福家园/1号楼/1单元/101",
            "fee_type": "物业费",
            "amount_fen": 101,
            "first_day": "2026-01-01",
            "last_day": "2026-02-28",
            "remark": "",
        }
        assert preview.data["rows"][1]["house"] == "幸福家园/1号楼/2单元/302"
        assert preview.data["problems"] == []
        assert imported.data["imported"] == 2
        assert imported.data["total_fen"] == preview.data["total_fen"] == 130_101
        assert {bill["amount_fen"] for bill in listed.data["bills"]} == {101, 130_000}
        assert all(bill["state"] == "pending" for bill in listed.data["bills"])

    def test_with_a_wrong_row_becomes_none(self, settled: Processes) -> None:
        sheet = settled.workbook(
            "bills.xlsx",
            BILL_HEADER,
            ("1号楼/1单元/101", "物业费", 1300, "2026年01月", "2026年02月", ""),
            ("9号楼/1单元/101", "物业费", 0, "2026年03月", "2026年02月", "x" * 501),
        )

        refused = settled("import", sheet, *HERE, "--json")

        assert refused.status == 1
        assert {problem["column"] for problem in refused.data["problems"]} == {
            "房屋地址",
            "费用金额",
            "结束时间",
            "备注",
        }
        assert {problem["row"] for problem in refused.data["problems"]} == {3}
        assert settled.count() == 0

    def test_of_600_rows_comes_in_and_one_of_601_does_not(self, settled: Processes) -> None:
        refused = settled("import", settled.bills(601, "601.xlsx"), *HERE)
        imported = settled("import", settled.bills(600), *HERE, "--json")

        assert refused.status == 1
        assert "单次最多导入600条，当前文件601条，请拆分后再导入" in refused.err
        assert imported.data["imported"] == 600
        assert settled.count() == 600

    def test_comes_in_twice_only_when_confirmed(self, settled: Processes) -> None:
        sheet = settled.bills(3)

        statuses = [
            settled("import", sheet, *HERE, *words).status
            for words in ((), (), ("--confirm-warnings", "--confirm-same-file"))
        ]

        assert statuses == [0, 1, 0]
        assert settled.count() == 6

    def test_is_written_as_the_template_of_the_community(self, settled: Processes) -> None:
        out = settled.folder / "template.xlsx"

        assert settled("template", *HERE, "--out", str(out)).status == 0
        # Nobody filled anything in yet: that is what it says, and no row is an error.
        unfilled = settled("preview", str(out), *HERE, "--json")
        assert unfilled.data["refused"]["message"] == "文件里没有填写任何数据"


class TestResidents:
    def test_are_found_by_a_part_of_their_phone(self, settled: Processes) -> None:
        settled("import", settled.bills(2), *HERE)

        found = settled("bills", "list", *HERE, "--query", "4613", "--json")

        assert found.data["count"] == 2
        assert "138****4613" in found.out
        assert ADDRESSES[0] in found.out
