"""What no linter checks: sizes, names, and that the domain stays pure."""

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType

import billing_adapters

ROOT = Path(__file__).parents[2]
FOLDERS = ("src", "tests", "benchmarks")
LINES_MAX = 400
TEST_LINES_MAX = 600
FUNCTION_LINES_MAX = 50
# Names that say nothing about what is inside.
EMPTY_NAMES = {"base", "common", "helper", "helpers", "impl", "manager", "misc", "util", "utils"}

# What the domain may import besides itself; its testing package may use two more.
PURE_PACKAGES = {"attr", "attrs", "billing_domain"}
TESTING_PACKAGES = {"hypothesis", "pytest"}
# The parts of the standard library that reach the world: they belong behind a port.
WORLD = {
    "asyncio",
    "http",
    "multiprocessing",
    "os",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
WORLD_FUNCTIONS = {"input", "open", "print"}
WORLD_METHODS = {"now", "read_bytes", "read_text", "today", "utcnow", "write_bytes", "write_text"}


class TestEveryFile:
    def test_ends_before_it_is_too_long(self) -> None:
        long = {
            named(path): lines
            for path in python_files()
            if (lines := path.read_text(encoding="utf-8").count("\n"))
            > (TEST_LINES_MAX if named(path).startswith("tests/") else LINES_MAX)
        }

        assert not long

    def test_has_functions_that_fit_a_screen(self) -> None:
        long = {
            f"{named(path)}:{node.lineno} {node.name}": lines
            for path in python_files()
            for node in ast.walk(parse(path))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
        }

        assert not long

    def test_has_a_name_that_says_something(self) -> None:
        empty = {
            named(path)
            for path in python_files()
            for part in path.relative_to(ROOT).with_suffix("").parts
            if EMPTY_NAMES & set(part.split("_"))
        }

        assert not empty


class TestEveryDomainFile:
    def test_imports_only_what_is_pure(self) -> None:
        allowed = (sys.stdlib_module_names - WORLD) | PURE_PACKAGES
        impure = {
            (named(path), package)
            for path in domain_files()
            for package in imported_packages(parse(path))
            if package not in allowed
            and not ("testing" in path.parts and package in TESTING_PACKAGES)
        }

        assert not impure

    def test_never_asks_the_world(self) -> None:
        calls = {
            f"{named(path)}:{node.lineno} {ast.unparse(node.func)}()"
            for path in domain_files()
            for node in ast.walk(parse(path))
            if isinstance(node, ast.Call) and asks_the_world(node.func)
        }

        assert not calls


class TestEveryAdapter:
    def test_explains_each_public_method_that_no_port_explains(self) -> None:
        """In place of D102, which asks overriding methods to repeat their port."""
        silent = {
            f"{adapter.__module__}.{adapter.__qualname__}.{name}"
            for adapter in adapter_classes()
            for name, member in vars(adapter).items()
            if isinstance(member, FunctionType | classmethod | staticmethod | property)
            and not name.startswith("_")
            and not inspect.getdoc(getattr(adapter, name))
        }

        assert not silent


class TestTheTree:
    def test_is_seen(self) -> None:
        """The rules above would be silent if the folders moved."""
        assert Path(__file__) in python_files()
        assert ROOT / "src/billing_domain/errors/bills.py" in domain_files()


def adapter_classes() -> Iterator[type]:
    for found in pkgutil.walk_packages(billing_adapters.__path__, "billing_adapters."):
        if ".migrations." not in found.name:
            for each in vars(importlib.import_module(found.name)).values():
                if (
                    inspect.isclass(each)
                    and each.__module__ == found.name
                    and not each.__name__.startswith("_")
                ):
                    yield each


@cache
def python_files() -> list[Path]:
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted([*found, *ROOT.glob("*.py")])


def domain_files() -> list[Path]:
    return [path for path in python_files() if named(path).startswith("src/billing_domain/")]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_packages(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


def asks_the_world(called: ast.expr) -> bool:
    """``datetime.now()`` asks the machine; ``self.clock.now()`` and ``clock.now()`` ask a port."""
    match called:
        case ast.Name(id=name):
            return name in WORLD_FUNCTIONS
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"))):
            return False
        case ast.Attribute(value=ast.Name(id="clock")):
            return False
        case ast.Attribute(attr=name):
            return name in WORLD_METHODS
        case _:
            return False
