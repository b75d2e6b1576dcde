"""The import contracts of pyproject.toml: kept today, and each one breaks when violated."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]

# Contract, and the modules that violate it: file -> its only line.
VIOLATIONS = [
    ("packages", {"billing_domain/model/planted.py": "import adapters"}),
    ("packages", {"billing_domain/use_cases/planted.py": "import entrypoints"}),
    ("packages", {"adapters/planted.py": "import entrypoints"}),
    ("domain-layers", {"billing_domain/model/planted.py": "import billing_domain.ports"}),
    ("domain-layers", {"billing_domain/ports/planted.py": "import billing_domain.use_cases"}),
    ("domain-layers", {"billing_domain/use_cases/planted.py": "import billing_domain.testing"}),
    ("domain-layers", {"billing_domain/planted.py": "A_LAYER_NOBODY_PLACED = 1"}),
    ("domain-purity", {"billing_domain/model/planted.py": "import sqlalchemy"}),
    ("domain-purity", {"billing_domain/testing/planted.py": "import httpx"}),
    (
        "adapters-apart",
        {
            "adapters/planted/__init__.py": "",
            "adapters/other/__init__.py": "import adapters.planted",
        },
    ),
    ("one-http-client", {"adapters/planted.py": "import httpx"}),
    (
        "use-cases-apart",
        {
            "billing_domain/use_cases/planted.py": "",
            "billing_domain/use_cases/other.py": "import billing_domain.use_cases.planted",
        },
    ),
    ("adapters-wired-once", {"entrypoints/web/planted.py": "import adapters"}),
    ("bootstrap-at-the-edges", {"entrypoints/web/planted.py": "import entrypoints.bootstrap"}),
    ("entrypoints-apart", {"entrypoints/cli/planted.py": "import entrypoints.web"}),
    ("entrypoints-apart", {"entrypoints/web/planted.py": "import entrypoints.cli"}),
    (
        "web-parts-apart",
        {
            "entrypoints/web/owner/planted.py": "import entrypoints.web.staff.planted",
            "entrypoints/web/staff/planted.py": "",
        },
    ),
    (
        "web-parts-apart",
        {"entrypoints/web/callbacks/planted.py": "import entrypoints.web.sandbox"},
    ),
    (
        "acyclic",
        {
            "billing_domain/model/planted.py": "import billing_domain.model.other",
            "billing_domain/model/other.py": "import billing_domain.model.planted",
        },
    ),
]


class TestImportContracts:
    def test_hold_for_the_source_as_it_is(self, source: Path) -> None:
        verdict = lint(source)

        assert verdict.returncode == 0, verdict.stdout

    @pytest.mark.parametrize(("contract", "modules"), VIOLATIONS)
    def test_break_when_violated(
        self, source: Path, contract: str, modules: dict[str, str]
    ) -> None:
        for name, line in modules.items():
            module = source / "src" / name
            module.parent.mkdir(exist_ok=True)
            module.write_text(f"{line}\n", encoding="utf-8")

        verdict = lint(source, "--contract", contract)

        assert verdict.returncode == 1
        assert "Contracts: 0 kept, 1 broken." in verdict.stdout, verdict.stdout

    def test_each_has_a_violation_above(self) -> None:
        assert {contract["id"] for contract in CONTRACTS} == {name for name, _ in VIOLATIONS}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the source tree, free to be spoiled."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    only_python = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=only_python)
    return tmp_path


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the copy, in a process that has not imported the original."""
    program = (
        "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
