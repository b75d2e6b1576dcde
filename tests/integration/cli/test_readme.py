"""What the README shows at the command line is run, as it is printed, beside a fresh demo."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from billing_entrypoints.cli.main import main
from tests.integration.cli.conftest import PROGRAM

README = Path(__file__).parents[3] / "README.md"
CLONE = "python3 dev.py billing"
"""How the README calls the program; `dev.py` itself is tested without an environment."""


def script(section: str) -> str:
    """Return the first commands of a section, comments and all."""
    text = README.read_text(encoding="utf-8").partition(f"\n## {section}\n")[2]
    found = re.search(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert found, section
    return re.sub(r"^\$ ", "", found[1], flags=re.MULTILINE)


def run_line(line: str) -> int:
    """Run a line as bash does; a plain command here, which is much faster than a process."""
    if line.startswith(CLONE) and not set(line.partition("#")[0]) & set("|$>"):
        return main(shlex.split(line, comments=True)[3:])
    words = line.replace(CLONE, shlex.quote(PROGRAM))
    return subprocess.run(["bash", "-euo", "pipefail", "-c", words], check=False).returncode


class TestTheReadme:
    @pytest.mark.slow
    def test_s_commands_run_as_printed_beside_the_demo(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for name in [name for name in os.environ if name.startswith("BILLING_")]:
            monkeypatch.delenv(name)
        monkeypatch.chdir(tmp_path)  # where `var` is the data folder, as in a clone
        lines = script("The command line").splitlines()
        assert sum(CLONE in line for line in lines) > 15
        assert main(["migrate"]) == main(["demo"]) == 0

        statuses = {line: run_line(line) for line in lines}

        said = capsys.readouterr()
        assert (set(statuses.values()), said.err) == ({0}, ""), statuses
        assert "已在翠湖苑（安居物业）新增 1 个房屋、1 位住户" in said.out
        assert "共 1 笔，待支付 ¥1,300.00" in said.out
        assert Path("var/收据.pdf").read_bytes().startswith(b"%PDF")

    def test_s_demo_of_one_s_own_is_made_of_known_commands(self) -> None:
        words = [line.split() for line in script("Settings").splitlines() if CLONE in line]

        assert [line[3] for line in words] == ["migrate", "demo", "serve"]
