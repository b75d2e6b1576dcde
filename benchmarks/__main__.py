"""``nox -s bench`` measures all; ``python -m benchmarks import`` one of them.

The others are ``list``, ``memory``, ``owner``, ``receipts``, ``remind`` and ``settle``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import import_600, list_bills, memory, owner_list, receipts, remind, settle
from benchmarks.databases import measured_databases
from benchmarks.stopwatch import print_table

WITHOUT_DATABASE = {"memory", "receipts"}


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
    with measured_databases() as databases:
        if not wanted or "import" in wanted:
            ratios = [import_600.measure(name, base) for name, base in databases.items()]
            print_table("Import", ratios, "bare read + bulk insert")
        if not wanted or "remind" in wanted:
            queued = [
                ratio for name, base in databases.items() for ratio in remind.measure(name, base)
            ]
            print_table("Reminders", queued, "same statements in the driver")
        if not wanted or "settle" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                settled = [
                    ratio
                    for name, base in databases.items()
                    for ratio in settle.measure(name, base, Path(folder))
                ]
            print_table("Settling by WeChat's message", settled, "same statements in the driver")
        if not wanted or "owner" in wanted:
            with tempfile.TemporaryDirectory() as folder:
                pages = [
                    ratio
                    for name, base in databases.items()
                    for ratio in owner_list.measure(name, base, Path(folder))
                ]
            print_table("Owner's pending list", pages, "bare template")
        if not wanted or "list" in wanted:
            found = [list_bills.measure(name, base) for name, base in databases.items()]
            beside = [ratio for pair in found for ratio in pair[0]]
            growth = [ratio for pair in found for ratio in pair[1]]
            print_table("List of 1,000,000 bills", beside, "same SQL by hand")
            print_table("List of 1,000,000 bills", growth, "of 10,000 bills")


main(sys.argv[1:])
