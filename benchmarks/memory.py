"""How much memory a process holds that imports the largest file there may be."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from benchmarks.import_600 import ADDRESSES, HEADER, importer
from billing_adapters.sql.db.engine import open_database
from billing_adapters.sql.migrations import upgrade
from billing_domain.ports.documents import FILE_BYTES_MAX

ALLOWED_MIB = 200
UNFILLED_ROWS = 19_000


def measure() -> str:
    """Return a sentence with the peak memory of a fresh process, start-up included."""
    with tempfile.TemporaryDirectory(prefix="billing-memory-") as folder:
        file = Path(folder, "largest.xlsx")
        file.write_bytes(largest_file())
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.memory", folder],
            capture_output=True,
            text=True,
            check=True,
        )
        size = file.stat().st_size / 2**20
    verdict = "ok" if int(done.stdout) <= ALLOWED_MIB else "OVER"
    return f"{size:.1f} MiB xlsx: peak {done.stdout.strip()} MiB, allowed {ALLOWED_MIB}: {verdict}"


def largest_file() -> bytes:
    """Return a workbook just under the limit: 600 rows to import, the rest only addresses."""
    chance = random.Random(7)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("缴费单")
    sheet.append([*HEADER, "其他"])
    for index in range(600):
        address = ADDRESSES[index % len(ADDRESSES)]
        fee = ("物业费", "水费", "电费", "车位费", "租金")[index // len(ADDRESSES)]
        remark = "".join(chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(500))
        sheet.append([address, fee, 12.345, "2026年01月", "2026年02月", remark])
    for index in range(UNFILLED_ROWS):
        sheet.append([f"{ADDRESSES[index % len(ADDRESSES)]}之{chance.randbytes(170).hex()}"])
    content = io.BytesIO()
    book.save(content)
    assert 0.7 * FILE_BYTES_MAX < len(content.getvalue()) <= FILE_BYTES_MAX, len(
        content.getvalue()
    )
    return content.getvalue()


def main(folder: Path) -> None:
    """Import the file of a folder into a database there, and print the peak in MiB."""
    database = open_database(f"sqlite:///{folder / 'memory.sqlite3'}")
    upgrade(database.engine)
    ours = importer(database, iter([(folder / "largest.xlsx").read_bytes()]))
    ours()
    database.close()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    print(int(peak) // 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
