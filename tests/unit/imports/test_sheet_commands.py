"""Templates, previews and imports from the command line."""

import re
from pathlib import Path

import openpyxl
import pytest

from tests.unit.conftest import Commands

GOOD = "1号楼/1单元/101,物业费,1.005,2026年01月,2026年02月,"
BAD = "9号楼/9单元/901,停车,一千三,01/01/2026,2026年01月,备注"
HERE = ("--community", "幸福家园")


class TestPreview:
    def test_has_exactly_this_shape(self, settled: Commands) -> None:
        answer = settled("preview", settled.file(GOOD), *HERE, "--json")

        assert answer.status == 0
        assert answer.err == ""
        assert answer.data == {
            "rows": [
                {
                    "row": 2,
                    "house": "幸福家园/1号楼/1单元/101",
                    "fee_type": "物业费",
                    "amount_fen": 101,
                    "first_day": "2026-01-01",
                    "last_day": "2026-02-28",
                    "remark": "",
                }
            ],
            "problems": [],
            "counts": {"rows": 1, "errors": 0, "warnings": 0, "notes": 0},
            "total_fen": 101,
            "importable": True,
        }

    def test_names_every_problem_with_row_and_column(self, settled: Commands) -> None:
        answer = settled("preview", settled.file(GOOD, BAD), *HERE, "--json")

        assert answer.status == 1
        assert answer.err == ""
        assert answer.data["importable"] is False
        assert [row["row"] for row in answer.data["rows"]] == [2]
        assert {
            (problem["row"], problem["column"], problem["severity"], problem["code"])
            for problem in answer.data["problems"]
        } == {
            (3, "房屋地址", "error", "house_not_found"),
            (3, "费用类型", "note", "fee_type_other"),
            (3, "费用金额", "error", "amount_invalid"),
            (3, "开始时间", "error", "date_invalid"),
        }
        assert all(problem["message"] for problem in answer.data["problems"])
        assert answer.data["counts"] == {"rows": 2, "errors": 3, "warnings": 0, "notes": 1}
        assert "refused" not in answer.data

    def test_lists_problems_to_people_where_refusals_go(self, settled: Commands) -> None:
        answer = settled("preview", settled.file(GOOD, BAD), *HERE)

        assert answer.status == 1
        assert answer.out == ""
        assert re.search(
            r"^3 +费用金额 +错误 +金额“一千三”不是有效的数字", answer.err, re.MULTILINE
        )
        assert "2 行数据，3 处错误，0 处提醒，1 处提示" in answer.err

    def test_shows_people_the_sum(self, settled: Commands) -> None:
        answer = settled("preview", settled.file(GOOD), *HERE)

        assert answer.status == 0
        assert "1 条 ¥1.01" in answer.out
        assert "可以导入" in answer.out

    def test_changes_nothing(self, settled: Commands) -> None:
        settled("preview", settled.file(GOOD), *HERE)

        assert settled("bills", "list", *HERE, "--json").data["count"] == 0

    def test_of_a_file_refused_whole_is_still_one_object(self, settled: Commands) -> None:
        too_many = settled.file(*[GOOD] * 601)

        answer = settled("preview", too_many, *HERE, "--json")

        assert answer.status == 1
        assert answer.data == {
            "refused": {
                "code": "too_many_rows",
                "message": "单次最多导入600条，当前文件601条，请拆分后再导入",
            },
            "rows": [],
            "problems": [],
            "counts": {"rows": 0, "errors": 0, "warnings": 0, "notes": 0},
            "total_fen": 0,
            "importable": False,
        }

    def test_of_no_spreadsheet_says_why(self, settled: Commands) -> None:
        (settled.folder / "letter.xlsx").write_bytes(b"%PDF-1.7 \x00")

        answer = settled("preview", str(settled.folder / "letter.xlsx"), *HERE, "--json")

        assert answer.status == 1
        assert answer.data["refused"]["code"] == "sheet_refused"
        assert answer.data["rows"] == []

    def test_reads_the_template_that_was_named(self, settled: Commands) -> None:
        path = settled.folder / "newsee.csv"
        path.write_text(
            "房产简称,收费项目,应收金额,计费周期开始,计费周期结束\n"
            "1号楼/1单元/101,物业管理费,12.5,2026-01-01,2026-01-31\n",
            encoding="utf-8",
        )

        read = settled("preview", str(path), *HERE, "--template", "newsee", "--json")

        assert read.data["rows"][0]["fee_type"] == "物业费"
        assert settled("preview", str(path), *HERE, "--template", "标准缴费单模板").status == 1
        unknown = settled("preview", str(path), *HERE, "--template", "other")
        assert "没有名称或编号为“other”的导入模板。现有：标准缴费单模板" in unknown.err


class TestAFileThat:
    @pytest.mark.parametrize("command", ["preview", "import"])
    def test_is_not_there_is_refused(self, settled: Commands, command: str) -> None:
        answer = settled(command, "no-such.xlsx", *HERE)

        assert (answer.status, answer.err) == (1, "找不到文件“no-such.xlsx”\n")

    @pytest.mark.parametrize("command", ["preview", "import"])
    def test_is_a_folder_is_refused(self, settled: Commands, command: str) -> None:
        answer = settled(command, str(settled.folder), *HERE)

        assert answer.status == 1
        assert "是文件夹" in answer.err

    def test_has_an_impossible_name_is_refused(self, settled: Commands) -> None:
        assert settled("preview", "a\0b", *HERE).status == 1
        assert settled("preview", "长" * 300, *HERE).status == 1

    def test_is_endless_is_refused_soon(self, settled: Commands) -> None:
        answer = settled("preview", "/dev/zero", *HERE)

        assert answer.status == 1
        assert "超过 5 MB" in answer.err


class TestImport:
    def test_says_what_came_in(self, settled: Commands) -> None:
        answer = settled("import", settled.file(GOOD), *HERE, "--json")

        assert answer.status == 0
        assert sorted(answer.data) == ["batch_id", "imported", "problems", "total_fen"]
        assert (answer.data["imported"], answer.data["total_fen"]) == (1, 101)
        listed = settled("bills", "list", *HERE, "--json").data
        assert [bill["batch_id"] for bill in listed["bills"]] == [answer.data["batch_id"]]

    def test_tells_people_the_sum(self, settled: Commands) -> None:
        answer = settled("import", settled.file(GOOD), *HERE)

        assert answer.out.startswith("导入成功\n")
        assert "1 条 ¥1.01" in answer.out

    def test_brings_in_nothing_when_a_row_is_wrong(self, settled: Commands) -> None:
        answer = settled("import", settled.file(GOOD, BAD), *HERE, "--json")

        assert answer.status == 1
        assert answer.data["refused"]["code"] == "import_refused"
        assert answer.data["imported"] == 0
        assert answer.data["batch_id"] is None
        assert len(answer.data["problems"]) == 4
        assert settled("bills", "list", *HERE, "--json").data["count"] == 0

    def test_lists_the_problems_to_people(self, settled: Commands) -> None:
        answer = settled("import", settled.file(BAD), *HERE)

        assert answer.out == ""
        assert "金额“一千三”不是有效的数字" in answer.err
        assert "没有导入：表格里有 3 处错误" in answer.err

    def test_of_the_same_file_again_asks_first(self, settled: Commands) -> None:
        sheet = settled.file(GOOD)
        settled("import", sheet, *HERE)

        again = settled("import", sheet, *HERE, "--json")

        assert again.status == 1
        assert again.data["refused"]["code"] == "file_imported_before"
        codes = {problem["code"] for problem in again.data["problems"]}
        assert codes == {"file_imported_before", "same_charge_before"}
        assert settled("import", sheet, *HERE, "--confirm-warnings").status == 1
        both = ("--confirm-warnings", "--confirm-same-file")
        assert settled("import", sheet, *HERE, *both).status == 0
        assert settled("bills", "list", *HERE, "--json").data["count"] == 2

    def test_tells_people_how_to_confirm(self, settled: Commands) -> None:
        answer = settled("import", settled.file(GOOD, GOOD), *HERE)

        assert answer.status == 1
        assert "与第 2 行的房屋、费用类型和时段相同" in answer.err
        assert "--confirm-warnings" in answer.err

    def test_with_one_request_key_happens_once(self, settled: Commands) -> None:
        words = ("import", settled.file(GOOD), *HERE, "--confirm-warnings", "--request-key", "a")

        first, again = settled(*words, "--json"), settled(*words, "--json")

        assert (again.status, again.data) == (0, first.data)
        assert settled("bills", "list", *HERE, "--json").data["count"] == 1

    def test_with_the_same_key_and_another_file_is_another(self, settled: Commands) -> None:
        key = ("--request-key", "a")
        settled("import", settled.file(GOOD), *HERE, *key)
        other = settled.file("1号楼/1单元/102,水费,2,2026年01月,2026年02月,", name="other.csv")

        assert settled("import", other, *HERE, *key, "--json").data["total_fen"] == 200


class TestResidents:
    def test_come_in_with_their_houses(self, settled: Commands) -> None:
        sheet = settled.residents("3号楼/1单元/101", "1号楼/1单元/101", name="more.csv")

        answer = settled("residents", "import", sheet, *HERE, "--json")

        # The resident of 101 has another phone here, so it is another person.
        assert answer.data == {"houses": 1, "residents": 2, "problems": []}

    def test_come_in_once(self, settled: Commands) -> None:
        again = settled("residents", "import", str(settled.folder / "residents.csv"), *HERE)

        assert again.status == 0
        assert "没有新增" in again.out

    def test_come_in_all_or_none(self, settled: Commands) -> None:
        path = settled.folder / "wrong.csv"
        path.write_text(
            "房屋地址,姓名,电话,关系,入住日期\n3号楼/1单元/101,王,1380000,业主,\n,李,x,房东,昨天\n",
            encoding="utf-8",
        )

        answer = settled("residents", "import", str(path), *HERE, "--json")

        assert answer.status == 1
        assert (answer.data["houses"], answer.data["residents"]) == (0, 0)
        assert {problem["column"] for problem in answer.data["problems"]} == {
            "房屋地址",
            "电话",
            "关系",
            "入住日期",
        }
        assert "没有导入任何数据" in settled("residents", "import", str(path), *HERE).err


class TestTemplate:
    def test_has_a_row_for_each_house(self, settled: Commands) -> None:
        out = settled.folder / "template.xlsx"

        answer = settled("template", *HERE, "--out", str(out), "--json")

        assert answer.data == {"file": str(out), "bytes": out.stat().st_size}
        column = [row[0] for row in openpyxl.load_workbook(out).worksheets[0].values]
        assert column[2:] == [
            "一栋一单元101",
            "幸福家园/1号楼/1单元/101",
            "幸福家园/1号楼/1单元/102",
            "幸福家园/2号楼/1单元/101",
        ]

    def test_comes_for_residents_too(self, settled: Commands) -> None:
        out = settled.folder / "template.xlsx"

        settled("template", *HERE, "--out", str(out), "--kind", "residents")

        workbook = openpyxl.load_workbook(out)
        assert workbook.worksheets[0].title == "住户"
        # One row filled in, the others as they came: they are no errors.
        workbook.worksheets[0]["B4"] = "李芳"
        workbook.save(out)
        filled = settled("residents", "import", str(out), *HERE, "--json")
        assert filled.data == {"houses": 0, "residents": 1, "problems": []}

    def test_replaces_a_file_whole(self, settled: Commands) -> None:
        out = settled.folder / "template.xlsx"
        out.write_bytes(b"old")

        settled("template", *HERE, "--out", str(out))

        assert out.read_bytes().startswith(b"PK")
        assert not list(settled.folder.glob(".template*"))

    def test_needs_a_place_to_go(self, settled: Commands) -> None:
        nowhere = settled("template", *HERE, "--out", str(settled.folder / "no" / "t.xlsx"))
        folder = settled("template", *HERE, "--out", str(settled.folder))

        assert nowhere.status == folder.status == 1
        assert "不存在" in nowhere.err
        assert "是文件夹" in folder.err


class TestPaths:
    def test_never_show_in_the_file_name_that_is_kept(self, settled: Commands) -> None:
        below = settled.folder / "inbox"
        below.mkdir()
        sheet = Path(settled.file(GOOD)).rename(below / "十月.csv")

        said = settled("import", str(sheet), *HERE).out

        assert "十月.csv" in said
        assert "inbox" not in said
