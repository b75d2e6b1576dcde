"""Every promise that the documentation makes has the test that it names, and the other way."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINE = re.compile(r"^\| (P\d\d) \| .+ \| `(.+)` \|$", re.MULTILINE)


def promised() -> list[tuple[str, str]]:
    """The numbers and files of the table."""
    return LINE.findall((ROOT / "docs" / "promises.md").read_text(encoding="utf-8"))


class TestPromises:
    def test_have_the_file_that_is_named(self) -> None:
        assert len(promised()) >= 39
        for number, file in promised():
            text = (ROOT / file).read_text(encoding="utf-8")
            assert Path(file).name.startswith(f"test_{number.lower()}_")
            assert f"class Test{number}" in text
            assert f"def test_{number.lower()}_" in text

    def test_are_all_documented(self) -> None:
        files = (ROOT / "tests" / "integration").rglob("test_p[0-9][0-9]_*.py")

        assert {file.name for file in files} == {Path(file).name for _, file in promised()}
