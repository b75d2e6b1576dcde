"""``nox -s bench`` measures all; ``python -m benchmarks import`` one of them.

The others are ``list``, ``memory``, ``owner``, ``receipts``, ``remind``, ``residents`` and
``settle``.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from benchmarks import (
    import_600,
    import_residents,
    list_bills,
    memory,
    owner_list,
    receipts,
    remind,
    settle,
)
from benchmarks.databases import measured_databases
from benchmarks.stopwatch import print_table
from billing_adapters.sql.db.engine import Database

WITHOUT_DATABASE: Final = {"memory", "receipts"}
SAME_STATEMENTS: Final = "same statements in the driver"

Databases = Mapping[str, Database]


def main(wanted: list[str]) -> None:
    """Run the named measurements, or all."""
    if not wanted or "memory" in wanted:
        print(f"### Memory\n\n{memory.measure()}")
    if not wanted or "receipts" in wanted:
        beside, budget = receipts.measure()
        print_table("Receipts", beside, "bare fpdf2")
        print_table("Receipts", budget, "budget")
    if wanted and set(wanted) <= WITHOUT_DATABASE:
        return
    with measured_databases() as databases, tempfile.TemporaryDirectory() as folder:
        for name, measure in ON_DATABASES.items():
            if not wanted or name in wanted:
                measure(databases, Path(folder))


def _import(databases: Databases, _: Path) -> None:
    ratios = [import_600.measure(name, base) for name, base in databases.items()]
    print_table("Import", ratios, "bare read + bulk insert")


def _residents(databases: Databases, _: Path) -> None:
    found = [import_residents.measure(name, base) for name, base in databases.items()]
    beside = [ratio for pair in found for ratio in pair[0]]
    budgets = [ratio for pair in found for ratio in pair[1]]
    print_table("Import of residents", beside, "bare read + bulk insert")
    print_table("Import of residents", budgets, "budget")


def _remind(databases: Databases, _: Path) -> None:
    ratios = [ratio for name, base in databases.items() for ratio in remind.measure(name, base)]
    print_table("Reminders", ratios, SAME_STATEMENTS)


def _settle(databases: Databases, folder: Path) -> None:
    ratios = [
        ratio for name, base in databases.items() for ratio in settle.measure(name, base, folder)
    ]
    print_table("Settling by WeChat's message", ratios, SAME_STATEMENTS)


def _owner(databases: Databases, folder: Path) -> None:
    ratios = [
        ratio
        for name, base in databases.items()
        for ratio in owner_list.measure(name, base, folder)
    ]
    print_table("Owner's pending list", ratios, "bare template")


def _list(databases: Databases, _: Path) -> None:
    found = [list_bills.measure(name, base) for name, base in databases.items()]
    beside = [ratio for pair in found for ratio in pair[0]]
    growth = [ratio for pair in found for ratio in pair[1]]
    print_table("List of 1,000,000 bills", beside, "same SQL by hand")
    print_table("List of 1,000,000 bills", growth, "of 10,000 bills")


ON_DATABASES: Final[Mapping[str, Callable[[Databases, Path], None]]] = {
    "import": _import,
    "residents": _residents,
    "settle": _settle,
    "remind": _remind,
    "owner": _owner,
    "list": _list,
}


main(sys.argv[1:])
