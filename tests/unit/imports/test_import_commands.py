"""`billing imports`, checking residents, and the next period's template (rules 3.14-3.17)."""

import re
from pathlib import Path

import openpyxl

from tests.unit.conftest import Commands

GOOD = "1号楼/1单元/101,物业费,1.005,2026年01月,2026年02月,"
HERE = ("--community", "幸福家园")
RESIDENTS = "房屋地址,姓名,电话,关系,入住日期\n"


def imported(settled: Commands) -> str:
    """Import one bill and return the id of the import."""
    return str(settled("import", settled.file(GOOD), *HERE, "--json").data["batch_id"])


class TestImports:
    def test_are_listed(self, settled: Commands) -> None:
        batch = imported(settled)

        [row] = settled("imports", "list", *HERE, "--json").data["imports"]

        assert (row["batch_id"], row["rows"], row["paid"], row["left"]) == (batch, 1, 0, 1)
        assert row["withdrawable"] is True
        assert "0/1" in settled("imports", "list", *HERE).out

    def test_are_withdrawn_once(self, settled: Commands) -> None:
        batch = imported(settled)

        assert settled("imports", "withdraw", batch, *HERE, "--json").data["withdrawn"] == 1

        assert settled("bills", "list", *HERE, "--json").data["count"] == 0
        again = settled("imports", "withdraw", batch, *HERE, "--json")
        assert (again.status, again.data["withdrawn"]) == (1, 0)
        assert "已撤回" in settled("imports", "list", *HERE).out

    def test_of_nowhere_are_refused(self, settled: Commands) -> None:
        answer = settled("imports", "withdraw", "0" * 32, *HERE)
        assert answer.status == 1
        assert "找不到该导入记录" in answer.err


class TestImportAnswer:
    def test_tells_notes_and_warnings_when_it_succeeds(self, settled: Commands) -> None:
        sheet = settled.file(GOOD.replace("物业费", "宽带费"), GOOD, GOOD)

        answer = settled("import", sheet, *HERE, "--confirm-warnings", "--json")

        assert answer.status == 0
        codes = [problem["code"] for problem in answer.data["problems"]]
        assert codes == ["fee_type_other", "same_charge_in_file"]

    def test_names_the_flag_that_confirms_the_same_file(self, settled: Commands) -> None:
        imported(settled)
        answer = settled("import", settled.file(GOOD), *HERE, "--confirm-warnings")
        assert answer.status == 1
        assert "--confirm-same-file" in answer.err


class TestResidents:
    def sheet(self, settled: Commands, *rows: str) -> str:
        file = Path(settled.file()).with_name("residents.csv")
        file.write_text(RESIDENTS + "\n".join(rows), encoding="utf-8")
        return str(file)

    def test_are_only_checked_in_a_dry_run(self, settled: Commands) -> None:
        sheet = self.sheet(settled, "9号楼/1单元/901,甲,,,")
        words = ("residents", "import", sheet, *HERE)

        for _ in range(2):
            answer = settled(*words, "--dry-run", "--json")
            assert (answer.status, answer.data["houses"], answer.data["residents"]) == (0, 1, 1)
        assert settled(*words, "--json").data["houses"] == 1

    def test_with_errors_are_refused_in_a_dry_run(self, settled: Commands) -> None:
        sheet = self.sheet(settled, "9号楼/1单元/901,甲,abc,,")
        answer = settled("residents", "import", sheet, *HERE, "--dry-run", "--json")
        assert answer.status == 1
        assert answer.data["counts"]["errors"] == 1

    def test_with_warnings_want_a_confirmation(self, settled: Commands) -> None:
        words = (
            "residents",
            "import",
            self.sheet(settled, "9号楼/901,甲,,,", "合计,1户,,,"),
            *HERE,
        )
        refused = settled(*words, "--json")
        assert (refused.status, refused.data["refused"]["code"]) == (1, "import_unconfirmed")
        assert settled(*words, "--confirm-warnings", "--json").data["residents"] == 1


class TestTemplate:
    def test_of_the_next_period_is_filled_in(self, settled: Commands) -> None:
        imported(settled)
        out = Path(settled.file()).with_name("next.xlsx")

        assert settled("template", *HERE, "--next-period", "--out", str(out)).status == 0

        sheet = openpyxl.load_workbook(out).worksheets[0]
        dates = [cell.value for cell in sheet["D"] if cell.value]
        assert [text for text in dates if re.match("2026", str(text))] == ["2026年3月1日"]
