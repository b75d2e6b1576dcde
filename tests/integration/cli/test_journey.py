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
