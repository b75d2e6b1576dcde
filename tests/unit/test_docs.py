"""What the documentation shows is run: an example that is wrong is a failing test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PACKAGES = (
    "src/billing_domain",
    "src/adapters/billing_adapters",
    "src/entrypoints/billing_entrypoints",
)
FOLDERS = ("src/adapters/billing_adapters/sql", "tests/integration")
EXAMPLE = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def examples(page: str) -> list[str]:
    return EXAMPLE.findall((DOCS / page).read_text(encoding="utf-8"))


class TestEmbedding:
    def test_runs_from_the_first_line_to_the_last(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        blocks = examples("embedding.md")
        assert len(blocks) == 7
        names: dict[str, object] = {"__name__": "embedding"}

        for block in blocks:
            exec(compile(block, "docs/embedding.md", "exec"), names)  # noqa: S102 - our own docs

        assert names["ledger"] == [("F-7", "物业费", 130_000)]
        assert [openid for openid, _ in names["phones"]] == ["wang"]  # type: ignore[attr-defined]

    def test_needs_fewer_than_forty_lines_for_own_repositories(self) -> None:
        own, _ = examples("embedding.md")[1:3]

        assert len(own.splitlines()) < 40


class TestPaths:
    """A path that a page names can be opened."""

    PAGES = ({*DOCS.rglob("*.md")} - {DOCS / "rules.md"}) | {
        DOCS.parent / "README.md",
        DOCS.parent / "CONTRIBUTING.md",
    }
    PLACES = ("", "src", "src/adapters", "src/entrypoints", "docs", *PACKAGES, *FOLDERS)
    MADE = ("var/", "static/vendor/")

    def test_exist(self) -> None:
        missing = {
            (page.name, path)
            for page in self.PAGES
            for path in re.findall(r"`([\w.-]+/[\w./-]*|\w+\.py)`", page.read_text("utf-8"))
            if not path.startswith(self.MADE)
            and not any(
                (DOCS.parent / place / name).exists()
                for place in self.PLACES
                for name in (path, f"{path}.py")
            )
        }

        assert missing == set()


class TestRules:
    def test_hold_every_number_that_code_and_tests_cite(self) -> None:
        """A docstring that says (rule 3.7) can be looked up."""
        root = DOCS.parent
        known = set(
            re.findall(r"^(\d+\.\d+) ", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE)
        )
        known |= set(
            re.findall(r"^## (\d+)\. ", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE)
        )
        cited = {
            (number, str(path.relative_to(root)))
            for folder in ("src", "tests")
            for path in (root / folder).rglob("*.py")
            for found in re.findall(
                r"\brules? ((?:\d+(?:\.\d+)?(?:, | and |-)?)+)", path.read_text("utf-8")
            )
            for number in re.findall(r"\d+(?:\.\d+)?", found)
        }

        assert {(number, path) for number, path in cited if number not in known} == set()
