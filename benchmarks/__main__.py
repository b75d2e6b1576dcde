"""``nox -s bench``: every measurement, as tables of ratios. ``python -m benchmarks import`` one."""

from __future__ import annotations

import sys

from benchmarks import import_600
from benchmarks.databases import measured_databases
from benchmarks.stopwatch import print_table


def main(wanted: list[str]) -> None:
    """Run the named measurements, or all."""
    with measured_databases() as databases:
        if not wanted or "import" in wanted:
            ratios = [import_600.measure(name, base) for name, base in databases.items()]
            print_table("Import", ratios, "bare read + bulk insert")


main(sys.argv[1:])
