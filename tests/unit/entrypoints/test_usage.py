"""How commands are written, and what is said when they are not."""

import re
import sys

import pytest

from billing_entrypoints.cli.arguments import in_chinese
from billing_entrypoints.cli.console import display_width, facts, table
from tests.unit.conftest import Commands

COMMANDS = (
    ("migrate",),
    ("company", "create"),
    ("company", "list"),
    ("community", "create"),
    ("community", "list"),
    ("staff", "create"),
    ("residents", "import"),
    ("template",),
    ("preview",),
    ("import",),
    ("bills", "list"),
    ("serve",),
    ("demo",),
)


class TestHelp:
    @pytest.mark.parametrize("words", [(), *COMMANDS])
    def test_is_there_for_every_command(
        self, billing: Commands, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as caught:
            billing(*words, "--help")

        assert caught.value.code == 0
        said = capsys.readouterr().out
        assert said.startswith("用法：billing")
        assert not re.search(r"\b(usage|options|positional|show this)\b", said)

    def test_says_where_program_and_database_are(
        self, billing: Commands, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit):
            billing("--help")

        said = capsys.readouterr().out
        assert sys.prefix in said
        assert str(billing.folder / "data/billing.sqlite3") in said

    def test_opens_nothing(self, billing: Commands) -> None:
        with pytest.raises(SystemExit):
            billing("bills", "list", "--help")

        assert not (billing.folder / "data").exists()


class TestWrongUsage:
    @pytest.mark.parametrize(
        "words",
        [
            (),
            ("nonsense",),
            ("bills",),
            ("bills", "list"),
            ("bills", "list", "--community", "x", "--limit", "0"),
            ("bills", "list", "--community", "x", "--limit", "many"),
            ("bills", "list", "--community", "x", "--state", "lost"),
            ("company", "create"),
            ("community", "create", "幸福家园"),
            ("staff", "create", "wang", "--company", "x", "--name", "王", "--role", "国王"),
            ("preview", "bills.xlsx"),
            ("preview", "--community", "x"),
            ("import", "a.xlsx", "b.xlsx", "--community", "x"),
            ("template", "--community", "x"),
            ("serve", "--json"),
        ],
    )
    def test_is_status_2_and_opens_nothing(
        self, billing: Commands, words: tuple[str, ...]
    ) -> None:
        answer = billing(*words)

        assert answer.status == 2
        assert answer.out == ""
        assert "用法：billing" in answer.err
        assert "用法错误：" in answer.err
        assert not (billing.folder / "data").exists()

    @pytest.mark.parametrize(
        ("complaint", "said"),
        [
            ("the following arguments are required: --community", "缺少 --community"),
            ("unrecognized arguments: --nope", "不认识 --nope"),
            ("argument --out: expected one argument", "--out 后面要有一个值"),
            ("argument --json: ignored explicit argument '1'", "--json 后面不带值"),
            ("argument --port: invalid int value: 'x'", "--port 的值 'x' 不对"),
            ("argument --a: not allowed with argument --b", "--a 不能和 --b 一起用"),
            ("something new", "something new"),
        ],
    )
    def test_is_explained_in_chinese(self, complaint: str, said: str) -> None:
        assert in_chinese(complaint) == said


class TestTables:
    def test_align_wide_characters(self) -> None:
        lines = table(("名称", "n"), [("a", "1"), ("幸福家园", "2")]).splitlines()

        places = {display_width(line[: line.rindex(line.strip()[-1])]) for line in lines}
        assert places == {10}

    def test_let_no_cell_steer_the_terminal(self) -> None:
        said = table(("备注",), [("\x1b[2J\rgone\nnext",)])

        assert said.splitlines()[1] == " [2J gone next"

    def test_give_each_fact_a_line(self) -> None:
        assert facts({"编号": "1", "小区ID": "2"}) == "编号    1\n小区ID  2"
