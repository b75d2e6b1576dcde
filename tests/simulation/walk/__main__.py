"""Walk through two checkouts and print where they differ.

  python -m tests.simulation.walk OLD NEW         folders, or git revisions of this repository

Both sides work on a copy of the same demo data, which OLD makes; NEW migrates its copy. Nothing
of the project is imported: only its command line, its settings and its pages are used. A commit
against itself must show no difference. Exit status 1 when anything differs.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.simulation.walk.checkout import Checkout, Site, free_port, opened
from tests.simulation.walk.compare import compare, report
from tests.simulation.walk.normalise import Normaliser
from tests.simulation.walk.steps import Record
from tests.simulation.walk.walk import Walk

ROOT = Path(__file__).resolve().parents[3]


def main(arguments: Sequence[str]) -> int:
    """Do what the words say; 1 when anything differs."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="walk-")))
        checkouts = [
            stack.enter_context(opened(text, ROOT, _folder(scratch / side)))
            for side, text in (("old", options.old), ("new", options.new))
        ]
        records, normaliser = _walk_both(checkouts, scratch, options)
    sides = [normaliser.steps(record.steps) for record in records]
    result = compare(*sides)
    for line in report(result, full=options.full):
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"{time.monotonic() - started:.0f} seconds\n")
    return 0 if result.equal else 1


def _walk_both(
    checkouts: Sequence[Checkout], scratch: Path, options: argparse.Namespace
) -> tuple[list[Record], Normaliser]:
    port, demo = free_port(), _folder(scratch / "demo")
    first = Site(checkouts[0], demo, port)
    first.must("migrate")
    first.must("demo")
    time.sleep(1)  # what is made from now on is of a later second
    began = datetime.now(UTC).replace(microsecond=0)
    records, places = [], []
    for number, checkout in enumerate(checkouts):
        work, data = _folder(scratch / f"work{number}"), scratch / f"data{number}"
        shutil.copytree(demo, data)
        site, record = Site(checkout, data, port), Record()
        if number and options.convert:
            subprocess.run([options.convert, str(checkout.folder), str(data)], check=True)
        site.must("migrate")
        Walk(site, record, work).run()
        records.append(record)
        places += [(str(work), "<work>"), (str(data), "<data>")]
        places += [(str(checkout.folder), "<checkout>"), (str(port), "<port>")]
    return records, Normaliser(began, datetime.now(UTC), places)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulation.walk",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("old", help="a checkout's folder, or a git revision")
    parser.add_argument("new", help="the same, to be compared with it")
    parser.add_argument(
        "--convert",
        metavar="PROGRAM",
        help="given NEW's folder and a copy of OLD's data, makes the data what NEW can migrate",
    )
    parser.add_argument("--full", action="store_true", help="print every line and every name")
    return parser


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
