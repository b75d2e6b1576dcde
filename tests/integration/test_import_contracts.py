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

# Contract, and the modules that violate it: name -> its only line.
VIOLATIONS = [
    ("packages", {"billing_domain.model.planted": "import billing_adapters"}),
    ("packages", {"billing_domain.use_cases.planted": "import billing_entrypoints"}),
    ("packages", {"billing_adapters.planted": "import billing_entrypoints"}),
    ("domain-floors", {"billing_domain.model.planted": "import billing_domain.ports"}),
    ("domain-floors", {"billing_domain.words.planted": "import billing_domain.ports"}),
    ("domain-floors", {"billing_domain.ports.planted": "import billing_domain.use_cases"}),
    ("domain-floors", {"billing_domain.use_cases.planted": "import billing_domain.testing"}),
    ("domain-floors", {"billing_domain.planted": "A_LAYER_NOBODY_PLACED = 1"}),
    (
        "domain-rooms",
        {
            "billing_domain.model.houses.planted": "",
            "billing_domain.model.company.planted": "import billing_domain.model.houses.planted",
        },
    ),
    ("domain-rooms", {"billing_domain.ports.a_file_without_a_room": ""}),
    (
        "sql-rooms",
        {
            "billing_adapters.sql.db.planted": "import billing_adapters.sql.company.planted",
            "billing_adapters.sql.company.planted": "",
        },
    ),
    (
        "staff-rooms",
        {
            "billing_entrypoints.web.staff.jobs.a": "import billing_entrypoints.web.staff.bills.a",
            "billing_entrypoints.web.staff.bills.a": "",
        },
    ),
    (
        "command-rooms",
        {
            "billing_entrypoints.cli.jobs.planted": "import billing_entrypoints.cli.bills.planted",
            "billing_entrypoints.cli.bills.planted": "",
        },
    ),
    ("domain-purity", {"billing_domain.model.planted": "import sqlalchemy"}),
    ("domain-purity", {"billing_domain.testing.planted": "import httpx"}),
    (
        "adapters-apart",
        {
            "billing_adapters.planted.any": "",
            "billing_adapters.other.any": "import billing_adapters.planted.any",
        },
    ),
    (
        "adapters-apart",
        {"billing_adapters.payment_kit.planted": "import billing_adapters.wechat.texts"},
    ),
    ("one-http-client", {"billing_adapters.planted": "import httpx"}),
    (
        "use-cases-apart",
        {
            "billing_domain.use_cases.company.a": "",
            "billing_domain.use_cases.bills.b": "import billing_domain.use_cases.company.a",
        },
    ),
    (
        "adapters-wired-once",
        {"billing_entrypoints.web.planted": "import billing_adapters"},
    ),
    (
        "bootstrap-at-the-edges",
        {"billing_entrypoints.web.planted": "import billing_entrypoints.bootstrap"},
    ),
    (
        "entrypoints-apart",
        {"billing_entrypoints.cli.planted": "import billing_entrypoints.web"},
    ),
    (
        "entrypoints-apart",
        {"billing_entrypoints.web.planted": "import billing_entrypoints.cli"},
    ),
    (
        "web-parts-apart",
        {
            "billing_entrypoints.web.owner.planted": "import billing_entrypoints.web.staff.a",
            "billing_entrypoints.web.staff.a": "",
        },
    ),
    (
        "web-parts-apart",
        {"billing_entrypoints.web.callbacks.planted": "import billing_entrypoints.web.sandbox"},
    ),
    (
        "acyclic",
        {
            "billing_domain.model.planted": "import billing_domain.model.other",
            "billing_domain.model.other": "import billing_domain.model.planted",
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
            plant(source / "src", name, line)

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
        env={**os.environ, "PYTHONPATH": search_path(folder / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(src: Path, name: str, line: str) -> None:
    """Add a module to a source tree; a folder that is new becomes a package."""
    package, *_ = name.split(".")
    root = src / package.removeprefix("billing_") if package != "billing_domain" else src
    module = root / (name.replace(".", "/") + ".py")
    if not module.parent.exists():
        module.parent.mkdir()
        (module.parent / "__init__.py").touch()
    module.write_text(f"{line}\n", encoding="utf-8")


def search_path(src: Path) -> str:
    """Return where the three packages of a source tree are found."""
    return os.pathsep.join(str(src / each) for each in ("", "adapters", "entrypoints"))
